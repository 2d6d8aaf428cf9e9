using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace VideoStyle.Training;

/// <summary>A style image and its weight among several.</summary>
/// <param name="Path">The image file.</param>
/// <param name="Weight">Above 0; the weights of several styles are normalized to a sum of 1.</param>
public sealed record WeightedStyle(string Path, double Weight = 1) : IParsable<WeightedStyle>
{
    /// <summary>Reads <c>FILE=WEIGHT</c>.</summary>
    /// <param name="s">The text.</param>
    /// <param name="provider">Not used; numbers are invariant.</param>
    /// <exception cref="FormatException">It is something else.</exception>
    public static WeightedStyle Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var style) ? style : throw new FormatException("takes a file and its weight with '=' between them");

    /// <inheritdoc />
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out WeightedStyle result)
    {
        // The last '=' divides, because a path may hold others.
        var at = s?.LastIndexOf('=') ?? -1;
        result = at > 0 && double.TryParse(s.AsSpan(at + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var weight) ? new WeightedStyle(s![..at], weight) : null;
        return result is not null;
    }

    /// <inheritdoc />
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Path}={Weight}");
}
