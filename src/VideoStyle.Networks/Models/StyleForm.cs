namespace VideoStyle.Networks.Models;

/// <summary>How the tensors of a file make the network of one of its styles.</summary>
internal abstract class StyleForm(NetworkArchitecture architecture)
{
    /// <summary>Gets the network that every style of the file paints with.</summary>
    internal NetworkArchitecture Architecture { get; } = architecture;

    /// <summary>Gets name and shape of every tensor of the file.</summary>
    internal abstract IReadOnlyDictionary<string, long[]> Parameters { get; }

    /// <summary>Gets the word for this form on a card, under <c>family</c>; null for a file with one style.</summary>
    internal virtual string? Family => null;

    /// <summary>Whether training changes a tensor.</summary>
    internal virtual bool IsTrained(string name) => Architecture.IsTrained(name);

    /// <summary>Gives the tensors of one style's network; gradients pass through them to the file's.</summary>
    /// <param name="parameters">The file's tensors.</param>
    /// <param name="style">The style's number, from 0.</param>
    internal abstract IReadOnlyDictionary<string, Tensor> Weights(IReadOnlyDictionary<string, Tensor> parameters, int style);

    /// <summary>The tensors that differ between styles of one file: the normalisations', and those of the head, which mixes the colours.</summary>
    /// <remarks>
    /// Dumoulin, Shlens and Kudlur, "A Learned Representation for Artistic Style", 2017, eq. 5, changes the
    /// normalisations alone; ours the head too, whose few numbers hold the palette.
    /// </remarks>
    internal static IEnumerable<KeyValuePair<string, long[]>> Styled(NetworkArchitecture architecture) =>
        architecture.Parameters.Where(p => IsStyled(architecture, p.Key));

    internal static bool IsStyled(NetworkArchitecture architecture, string name) =>
        !architecture.IsConvolution(name) || name.StartsWith(architecture.Head, StringComparison.Ordinal);
}
