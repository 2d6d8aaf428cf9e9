using System.CommandLine.Parsing;
using System.Globalization;

namespace VideoStyle.Cli.Converting;

/// <summary>How large strokes are: so many times the usual size, or as large as they would be at another resolution.</summary>
/// <param name="Factor">Times the usual size; 0 where <paramref name="Lines"/> decides.</param>
/// <param name="Lines">The shorter side in pixels at which strokes have their usual size; 0 where <paramref name="Factor"/> decides.</param>
internal sealed record StrokeScale(double Factor, int Lines)
{
    /// <summary>Gets how reports name it: <c>×2</c>, <c>as at 720p</c>.</summary>
    public string Name => Lines > 0 ? $"as at {Lines}p" : string.Create(CultureInfo.InvariantCulture, $"×{Factor:0.##}");

    /// <summary>Times the usual size, for a picture whose shorter side has so many pixels.</summary>
    public double For(int shorterSide) => Lines > 0 ? (double)shorterSide / Lines : Factor;

    /// <summary>Reads <c>2</c>, <c>0.5</c> or <c>720p</c>.</summary>
    public static StrokeScale? Parse(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (text.EndsWith('p') && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var lines) && lines is >= 64 and <= 4320)
            return new StrokeScale(0, lines);
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var factor) && factor is >= 0.25 and <= 8)
            return new StrokeScale(factor, 0);
        result.AddError($"--scale takes 0.25 to 8, or a resolution such as 720p, not '{text}'.");
        return null;
    }
}
