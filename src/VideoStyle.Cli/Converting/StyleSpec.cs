using VideoStyle.Cli.Commands;
using System.Globalization;
using VideoStyle.Core.Errors;

namespace VideoStyle.Cli.Converting;

/// <summary>What <c>--style</c> names: one style, several in shares, or shares that change with time.</summary>
/// <param name="Names">Each style once, in the order they are named.</param>
/// <param name="Keys">The shares of the styles at some times, in the order of time; at least one.</param>
/// <param name="Weighted">Whether shares were given.</param>
internal sealed record StyleSpec(IReadOnlyList<string> Names, IReadOnlyList<(TimeSpan Time, IReadOnlyList<double> Shares)> Keys, bool Weighted)
{
    private const int MostStyles = 16;
    private static readonly string[] Arrows = ["->", "→"];

    /// <summary>Gets whether there is one style, all the time.</summary>
    public bool IsSingle => Names.Count == 1;

    /// <summary>Gets the styles as the name of a painting has them: <c>wave+night</c>.</summary>
    public string Label => string.Join('+', Names.Select(Path.GetFileNameWithoutExtension));

    /// <summary>Reads what was typed: <c>wave</c>, <c>a.jpg:0.7,b.jpg:0.3</c>, <c>wave:1 -> night:1 @ 5s</c>.</summary>
    /// <exception cref="VideoStyleException">It makes no sense (Usage).</exception>
    public static StyleSpec Parse(string text)
    {
        if (File.Exists(text))
            return Single(text);
        var keys = new List<(TimeSpan Time, List<(string Name, double Share)> Parts)>();
        var weighted = false;
        foreach (var key in text.Split(Arrows, StringSplitOptions.TrimEntries))
        {
            var (mix, time) = SplitTime(key, text, isFirst: keys.Count == 0);
            if (keys.Count > 0 && time <= keys[^1].Time)
                throw new VideoStyleException(ErrorKind.Usage, $"--style '{text}': '{key}' does not come later than what is before it.", "Put the times in order: wave -> night @ 5s -> wave @ 10s.");
            keys.Add((time, [.. mix.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(part => SplitShare(part, text, ref weighted))]));
        }

        foreach (var (_, parts) in keys)
        {
            if (parts.Sum(p => p.Share) is not > 0)
                throw new VideoStyleException(ErrorKind.Usage, $"--style '{text}' names no style with a share above 0.", "Write it as a.jpg:0.7,b.jpg:0.3.");
        }

        var names = keys.SelectMany(k => k.Parts.Select(p => p.Name)).Distinct(StringComparer.Ordinal).ToList();
        if (names.Count > MostStyles)
            throw new VideoStyleException(ErrorKind.Usage, $"--style names {names.Count} styles; {MostStyles} can be mixed.", "Use --style-collection for a folder of pictures.");
        return new StyleSpec(names, [.. keys.Select(k => (k.Time, SharesOf(k.Parts, names)))], weighted || keys.Count > 1);
    }

    private static StyleSpec Single(string name) => new([name], [(TimeSpan.Zero, [1.0])], Weighted: false);

    private static IReadOnlyList<double> SharesOf(List<(string Name, double Share)> parts, List<string> names) =>
        [.. names.Select(name => parts.Where(p => string.Equals(p.Name, name, StringComparison.Ordinal)).Sum(p => p.Share))];

    // "night:1 @ 5s" is reached at 5 seconds.
    private static (string Mix, TimeSpan Time) SplitTime(string key, string text, bool isFirst)
    {
        var at = key.LastIndexOf('@');
        if (at >= 0 && TimeArgument.TryParse(key[(at + 1)..].Trim().TrimEnd('s'), out var time))
            return (key[..at].Trim(), time);
        return isFirst
            ? (key, TimeSpan.Zero)
            : throw new VideoStyleException(ErrorKind.Usage, $"--style '{text}': '{key}' does not say when it is reached.", $"Write -> {(key.Length > 0 ? key : "night")} @ 5s.");
    }

    private static (string Name, double Share) SplitShare(string part, string text, ref bool weighted)
    {
        var at = part.LastIndexOf(':');
        if (at <= 0 || !double.TryParse(part.AsSpan(at + 1), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var share))
            return (part, 1);
        if (share is not (>= 0 and <= 1e6))
            throw new VideoStyleException(ErrorKind.Usage, $"--style '{text}': a share is 0 or more, not {part[(at + 1)..]}.", "Write it as a.jpg:0.7,b.jpg:0.3.");
        weighted = true;
        return (part[..at], share);
    }
}
