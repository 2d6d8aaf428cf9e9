namespace VideoStyle.Networks.Models;

/// <summary>How the parameters of a style's network follow from the tensors of a file, which may hold several styles.</summary>
internal abstract class StyleParameterization(NetworkArchitecture architecture)
{
    /// <summary>Gets the architecture that every style of the file has.</summary>
    internal NetworkArchitecture Architecture { get; } = architecture;

    /// <summary>Gets name and shape of every tensor of the file.</summary>
    internal abstract IReadOnlyDictionary<string, long[]> Parameters { get; }

    /// <summary>Gets the value of the metadata field <c>family</c>; null for a file with a single style.</summary>
    internal virtual string? Family => null;

    /// <summary>Whether training updates a tensor.</summary>
    internal virtual bool IsTrained(string name) => Architecture.IsTrained(name);

    /// <summary>Computes the parameters of one style's network; differentiable with respect to the file's tensors.</summary>
    /// <param name="parameters">The file's tensors.</param>
    /// <param name="style">The style's index, from 0.</param>
    internal abstract IReadOnlyDictionary<string, Tensor> Weights(IReadOnlyDictionary<string, Tensor> parameters, int style);

    /// <summary>The parameters that differ between the styles of one file: those of the normalizations and of the head.</summary>
    /// <remarks>
    /// Dumoulin, Shlens and Kudlur, "A Learned Representation for Artistic Style", 2017, eq. 5, changes the normalization
    /// parameters alone; here the head differs too, whose few parameters hold the palette.
    /// </remarks>
    internal static IEnumerable<KeyValuePair<string, long[]>> StyleSpecific(NetworkArchitecture architecture) =>
        architecture.Parameters.Where(p => IsStyleSpecific(architecture, p.Key));

    internal static bool IsStyleSpecific(NetworkArchitecture architecture, string name) =>
        !architecture.IsConvolution(name) || name.StartsWith(architecture.Head, StringComparison.Ordinal);
}
