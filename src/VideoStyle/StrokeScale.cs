using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace VideoStyle;

/// <summary>The size of strokes: a factor, or the resolution at which they have their usual size.</summary>
/// <param name="Factor">Times the usual size, 0.25–8; 0 where <paramref name="Lines"/> decides.</param>
/// <param name="Lines">The shorter side in pixels at which strokes have their usual size, 64–4320; 0 where <paramref name="Factor"/> decides.</param>
public sealed record StrokeScale(double Factor, int Lines = 0) : IParsable<StrokeScale>
{
    /// <summary>Gets how reports name it: <c>×2</c>, <c>as at 720p</c>.</summary>
    public string Name => Lines > 0 ? $"as at {Lines}p" : string.Create(CultureInfo.InvariantCulture, $"×{Factor:0.##}");

    /// <summary>Gets the factor for a frame.</summary>
    /// <param name="shorterSide">The frame's shorter side in pixels.</param>
    public double For(int shorterSide) => Lines > 0 ? (double)shorterSide / Lines : Factor;

    /// <summary>Reads <c>2</c>, <c>0.5</c> or <c>720p</c>.</summary>
    /// <param name="s">The text.</param>
    /// <param name="provider">Not used; numbers are invariant.</param>
    /// <exception cref="FormatException">It is something else.</exception>
    public static StrokeScale Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var scale) ? scale : throw new FormatException("takes 0.25 to 8, or a resolution such as 720p");

    /// <inheritdoc />
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out StrokeScale result)
    {
        result = s is [.., 'p'] && int.TryParse(s.AsSpan(0, s.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var lines) && lines is >= 64 and <= 4320
            ? new StrokeScale(0, lines)
            : double.TryParse(s, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var factor) && factor is >= 0.25 and <= 8
                ? new StrokeScale(factor)
                : null;
        return result is not null;
    }

    /// <summary>Writes the scale so that <see cref="Parse"/> reads it back.</summary>
    public override string ToString() => Lines > 0 ? $"{Lines}p" : Factor.ToString(CultureInfo.InvariantCulture);
}
