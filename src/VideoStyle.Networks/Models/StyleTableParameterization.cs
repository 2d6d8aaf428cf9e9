using System.Globalization;

namespace VideoStyle.Networks.Models;

/// <summary>Several styles in a file: shared convolutions, and normalization parameters and a head for each style.</summary>
/// <remarks>Dumoulin, Shlens and Kudlur, "A Learned Representation for Artistic Style", 2017 (conditional instance normalization).</remarks>
internal sealed class StyleTableParameterization(NetworkArchitecture architecture, int styles) : StyleParameterization(architecture)
{
    internal override string Family => "table";

    internal override IReadOnlyDictionary<string, long[]> Parameters { get; } = Shapes(architecture, styles);

    internal override bool IsTrained(string name) => Architecture.IsTrained(NetworkName(name));

    internal override IReadOnlyDictionary<string, Tensor> Weights(IReadOnlyDictionary<string, Tensor> parameters, int style) =>
        Architecture.Parameters.Keys.ToDictionary(
            name => name,
            name => parameters[IsStyleSpecific(Architecture, name) ? Name(style, name) : name],
            StringComparer.Ordinal
        );

    /// <summary>The name in the file of a style-specific tensor.</summary>
    internal static string Name(int style, string name) => string.Create(CultureInfo.InvariantCulture, $"style.{style}:{name}");

    /// <summary>The name in the style's network of a tensor in the file.</summary>
    internal static string NetworkName(string name) => name[(name.IndexOf(':', StringComparison.Ordinal) + 1)..];

    private static Dictionary<string, long[]> Shapes(NetworkArchitecture architecture, int styles)
    {
        var shapes = architecture.Parameters.Where(p => !IsStyleSpecific(architecture, p.Key)).ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal);
        for (var i = 0; i < styles; i++)
        {
            foreach (var (name, shape) in StyleSpecific(architecture))
                shapes[Name(i, name)] = shape;
        }

        return shapes;
    }
}
