namespace VideoStyle.Networks.Models;

/// <summary>Finds a style by words for it: its painter (<c>vangogh</c>), its painting (<c>the scream</c>), parts of either, or what it looks like (<c>woodblock</c>).</summary>
internal static class StyleSearch
{
    private const int ShortestWord = 3;

    /// <summary>Finds the styles that words mean.</summary>
    /// <param name="query">What was typed; letters and digits count, in any case.</param>
    /// <param name="styles">Names, each with the words for it.</param>
    /// <param name="whole">Whether the query must be whole words, and not a part of one.</param>
    /// <returns>The names, without variants of one that is among them: <c>starry_night</c> stands for <c>starry_night_swift</c> too.</returns>
    public static IReadOnlyList<string> Find(string query, IEnumerable<(string Name, IReadOnlyList<string[]> Words)> styles, bool whole)
    {
        var wanted = Letters(query);
        if (wanted.Length < ShortestWord)
            return [];
        var found = styles.Where(style => style.Words.Any(words => Says(words, wanted, whole))).Select(style => style.Name).ToList();
        return [.. found.Where(name => !found.Exists(other => name.StartsWith(other + '_', StringComparison.Ordinal)))];
    }

    /// <summary>Lists the words for a style, from its name and its metadata.</summary>
    /// <param name="name">The style's name.</param>
    /// <param name="metadata">The model metadata; <c>style_image</c> and <c>style_licence</c> name painter and painting, <c>tags</c> is separated by commas.</param>
    public static IReadOnlyList<string[]> WordsFor(string name, IReadOnlyDictionary<string, string> metadata)
    {
        // "PD: Vincent van Gogh, The Starry Night, 1889 (d. 1890); file from …"
        var painting = metadata.GetValueOrDefault("style_licence", "").Split('(', ';')[0];
        painting = painting.StartsWith("PD:", StringComparison.Ordinal) ? painting[3..] : painting;
        var picture = Path.GetFileNameWithoutExtension(metadata.GetValueOrDefault("style_image", ""));
        return [.. new[] { name, painting, picture }.Concat(metadata.GetValueOrDefault("tags", "").Split(',')).Select(Words)];
    }

    // "van", "gogh" say vangogh, and gogh.
    private static bool Says(string[] words, string wanted, bool whole)
    {
        for (var first = 0; first < words.Length; first++)
        {
            var text = "";
            for (var last = first; last < words.Length && text.Length < wanted.Length; last++)
                text += words[last];
            if (whole ? string.Equals(text, wanted, StringComparison.Ordinal) : text.StartsWith(wanted, StringComparison.Ordinal))
                return true;
        }

        return false;
    }

    private static string[] Words(string text) =>
        [.. string.Concat(text.Select(c => char.IsLetterOrDigit(c) ? char.ToLowerInvariant(c) : ' ')).Split(' ', StringSplitOptions.RemoveEmptyEntries)];

    private static string Letters(string text) => string.Concat(Words(text));
}
