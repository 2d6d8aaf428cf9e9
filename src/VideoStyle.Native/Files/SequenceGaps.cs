using System.Globalization;

namespace VideoStyle.Native.Files;

/// <summary>Which numbers a sequence of pictures lacks.</summary>
internal static class SequenceGaps
{
    private const int MostNamed = 5;

    /// <summary>Says which numbers are missing between the first and the last.</summary>
    /// <param name="name">The sequence, for the sentence.</param>
    /// <param name="files">Its pictures in order.</param>
    /// <returns>Null where none is, or where the names are not numbered one by one.</returns>
    public static string? Describe(string name, IReadOnlyList<string> files)
    {
        List<long> numbers = [];
        (string, string)? common = null;
        foreach (var file in files)
        {
            var (prefix, number, suffix) = Split(Path.GetFileNameWithoutExtension(file));
            if (number is null || (common ??= (prefix, suffix)) != (prefix, suffix))
                return null;
            numbers.Add(number.Value);
        }

        var gaps = numbers.Zip(numbers.Skip(1), (before, after) => (First: before + 1, Last: after - 1)).Where(gap => gap.First <= gap.Last).ToList();
        // Numbers that are spread evenly or at random are a choice, not a loss.
        if (gaps.Count == 0 || 4 * gaps.Count > files.Count)
            return null;
        var named = gaps.Take(MostNamed).Select(gap => gap.First == gap.Last ? Text(gap.First) : $"{Text(gap.First)}\u2013{Text(gap.Last)}");
        return $"{name}: pictures are missing, and those beside them follow each other: {string.Join(", ", named)}{(gaps.Count > MostNamed ? $", and {gaps.Count - MostNamed} more gaps" : "")}.";
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    // At the last digits of a name.
    private static (string Prefix, long? Number, string Suffix) Split(string name)
    {
        var end = name.AsSpan().LastIndexOfAnyInRange('0', '9') + 1;
        var start = end;
        while (start > 0 && char.IsAsciiDigit(name[start - 1]))
            start--;
        return (name[..start], long.TryParse(name.AsSpan(start, end - start), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null, name[end..]);
    }
}
