using VideoStyle.Networks.Arbitrary;
using VideoStyle.Styles;

namespace VideoStyle.Converting;

/// <summary>The files whose content decides what a style paints: models, style images, masks.</summary>
internal static class StyleFiles
{
    /// <summary>Finds the files that a style names, in the order that they are named; a built-in style names none.</summary>
    public static IReadOnlyList<string> Of(StyleOptions style)
    {
        // FILE#NAME is a style of a file with several, FILE#IMAGE one that is made of an image.
        var styles = StyleSpec.Parse(style.Name).Names.SelectMany(name => File.Exists(name) ? [name] : name.Split('#', 2));
        string[] network = Directory.Exists(style.ArbitraryMethod) ? [.. Directory.EnumerateFiles(style.ArbitraryMethod).Order(StringComparer.Ordinal)] : [style.ArbitraryMethod];
        return
        [
            .. styles.Append(style.Mask).Concat(network).OfType<string>().Where(File.Exists),
            .. style.Collection is { } folder ? StyleImage.List(folder) : [],
        ];
    }
}
