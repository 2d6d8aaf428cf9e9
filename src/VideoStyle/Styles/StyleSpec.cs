using System.Globalization;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Stylizers;
using VideoStyle.Networks.Arbitrary;
using VideoStyle.Networks.Models;

namespace VideoStyle.Styles;

/// <summary>What <see cref="StyleOptions.Name"/> names: one style, several in weights, or weights that change with time.</summary>
/// <param name="Names">Each style once, in the order they are named.</param>
/// <param name="Keys">The weights of the styles at some times, in the order of time; at least one.</param>
/// <param name="Weighted">Whether weights were given.</param>
internal sealed record StyleSpec(IReadOnlyList<string> Names, IReadOnlyList<(TimeSpan Time, IReadOnlyList<double> Weights)> Keys, bool Weighted)
{
    private const int MaxStyles = 16;
    private static readonly string[] Arrows = ["->", "→"];

    /// <summary>Gets whether there is one style, all the time.</summary>
    public bool IsSingle => Names.Count == 1;

    /// <summary>Gets the styles as the name of a output has them: <c>wave+night</c>.</summary>
    public string Label => string.Join('+', Names.Select(Path.GetFileNameWithoutExtension));

    /// <summary>Reads what was typed: <c>wave</c>, <c>a.jpg:0.7,b.jpg:0.3</c>, <c>wave:1 -> night:1 @ 5s</c>.</summary>
    /// <exception cref="VideoStyleException">It makes no sense (Usage).</exception>
    public static StyleSpec Parse(string text)
    {
        if (File.Exists(text))
            return Single(text);
        var keys = new List<(TimeSpan Time, List<(string Name, double Weight)> Parts)>();
        var weighted = false;
        foreach (var key in text.Split(Arrows, StringSplitOptions.TrimEntries))
        {
            var (mix, time) = SplitTime(key, text, isFirst: keys.Count == 0);
            if (keys.Count > 0 && time <= keys[^1].Time)
                throw new VideoStyleException(ErrorKind.Usage, $"StyleOptions.Name '{text}': '{key}' does not come later than what is before it.", "Put the times in order: wave -> night @ 5s -> wave @ 10s.");
            keys.Add((time, [.. mix.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(part => SplitWeight(part, text, ref weighted))]));
        }

        foreach (var (_, parts) in keys)
        {
            if (parts.Sum(p => p.Weight) is not > 0)
                throw new VideoStyleException(ErrorKind.Usage, $"StyleOptions.Name '{text}' names no style with a weight above 0.", "Write it as a.jpg:0.7,b.jpg:0.3.");
        }

        var names = keys.SelectMany(k => k.Parts.Select(p => p.Name)).Distinct(StringComparer.Ordinal).ToList();
        if (names.Count > MaxStyles)
            throw new VideoStyleException(ErrorKind.Usage, $"StyleOptions.Name names {names.Count} styles; {MaxStyles} can be mixed.", "Set StyleOptions.Collection to a folder of images.");
        return new StyleSpec(names, [.. keys.Select(k => (k.Time, WeightsOf(k.Parts, names)))], weighted || keys.Count > 1);
    }

    /// <summary>Finds out whether the styles are there, without loading them.</summary>
    /// <exception cref="VideoStyleException">One is not (Input or Model).</exception>
    public void Require()
    {
        foreach (var name in Names.Where(name => name is not IdentityStylizer.Name))
        {
            if (!StyleImage.IsImage(name))
                StyleCatalog.BuiltIn.Resolve(name);
            else if (!File.Exists(name))
                throw new VideoStyleException(ErrorKind.Input, $"{name}: there is no such file.");
        }
    }

    private static StyleSpec Single(string name) => new([name], [(TimeSpan.Zero, [1.0])], Weighted: false);

    private static IReadOnlyList<double> WeightsOf(List<(string Name, double Weight)> parts, List<string> names) =>
        [.. names.Select(name => parts.Where(p => string.Equals(p.Name, name, StringComparison.Ordinal)).Sum(p => p.Weight))];

    // "night:1 @ 5s" is reached at 5 seconds.
    private static (string Mix, TimeSpan Time) SplitTime(string key, string text, bool isFirst)
    {
        var at = key.LastIndexOf('@');
        if (at >= 0 && Timestamp.TryParse(key[(at + 1)..].Trim(), out var time))
            return (key[..at].Trim(), time);
        return isFirst
            ? (key, TimeSpan.Zero)
            : throw new VideoStyleException(ErrorKind.Usage, $"StyleOptions.Name '{text}': '{key}' does not say when it is reached.", $"Write -> {(key.Length > 0 ? key : "night")} @ 5s.");
    }

    private static (string Name, double Weight) SplitWeight(string part, string text, ref bool weighted)
    {
        var at = part.LastIndexOf(':');
        if (at <= 0 || !double.TryParse(part.AsSpan(at + 1), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var weight))
            return (part, 1);
        if (weight is not (>= 0 and <= 1e6))
            throw new VideoStyleException(ErrorKind.Usage, $"StyleOptions.Name '{text}': a weight is 0 or more, not {part[(at + 1)..]}.", "Write it as a.jpg:0.7,b.jpg:0.3.");
        weighted = true;
        return (part[..at], weight);
    }
}
