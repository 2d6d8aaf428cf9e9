using System.Globalization;

namespace VideoStyle.Networks.Models;

/// <summary>Several styles in a file: shared convolutions, and a set of normalisations and a head for each.</summary>
/// <remarks>Dumoulin, Shlens and Kudlur, "A Learned Representation for Artistic Style", 2017 (conditional instance normalisation).</remarks>
internal sealed class TableForm(NetworkArchitecture architecture, int styles) : StyleForm(architecture)
{
    internal override string Family => "table";

    internal override IReadOnlyDictionary<string, long[]> Parameters { get; } = Shapes(architecture, styles);

    internal override bool IsTrained(string name) => Architecture.IsTrained(InNetwork(name));

    internal override IReadOnlyDictionary<string, Tensor> Weights(IReadOnlyDictionary<string, Tensor> parameters, int style) =>
        Architecture.Parameters.Keys.ToDictionary(
            name => name,
            name => parameters[IsStyled(Architecture, name) ? Name(style, name) : name],
            StringComparer.Ordinal
        );

    /// <summary>The name in the file of a tensor that one style has for itself.</summary>
    internal static string Name(int style, string name) => string.Create(CultureInfo.InvariantCulture, $"style.{style}:{name}");

    /// <summary>The name in a style's network of a tensor in the file, whether all styles share it or one has it for itself.</summary>
    internal static string InNetwork(string name) => name[(name.IndexOf(':', StringComparison.Ordinal) + 1)..];

    private static Dictionary<string, long[]> Shapes(NetworkArchitecture architecture, int styles)
    {
        var shapes = architecture.Parameters.Where(p => !IsStyled(architecture, p.Key)).ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal);
        for (var i = 0; i < styles; i++)
        {
            foreach (var (name, shape) in Styled(architecture))
                shapes[Name(i, name)] = shape;
        }

        return shapes;
    }
}
