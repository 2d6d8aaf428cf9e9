using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace VideoStyle.Core.Media;

/// <summary>An exact fraction: a time base in seconds per tick, a frame rate, or a sample aspect ratio.</summary>
/// <param name="Numerator">The numerator.</param>
/// <param name="Denominator">The denominator; 0 together with numerator 0 means "unknown".</param>
public readonly record struct Rational(int Numerator, int Denominator) : IParsable<Rational>
{
    private const double MaxRate = 1000;

    /// <summary>Gets whether the container stated a usable value.</summary>
    public bool IsKnown => Numerator > 0 && Denominator > 0;

    /// <summary>Gets the value as a floating-point number, or 0 where it is unknown.</summary>
    public double Value => Denominator == 0 ? 0 : (double)Numerator / Denominator;

    /// <inheritdoc />
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Numerator}/{Denominator}");

    /// <summary>Reads a frame rate as people write it: <c>25</c>, <c>29.97</c> (NTSC's 30000/1001), <c>30000/1001</c>, <c>24fps</c>.</summary>
    /// <param name="s">The text.</param>
    /// <param name="provider">Not used; numbers are invariant.</param>
    /// <returns>A rate above 0 and up to 1000.</returns>
    /// <exception cref="FormatException">It is something else.</exception>
    public static Rational Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var rate) ? rate : throw new FormatException("takes a frame rate: 25, 29.97, 24fps or 30000/1001, at most 1000");

    /// <inheritdoc />
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Rational result)
    {
        result = default;
        foreach (var unit in (string[])["fps", "Hz"])
            s = s?.EndsWith(unit, StringComparison.OrdinalIgnoreCase) == true ? s[..^unit.Length].TrimEnd() : s;
        if (s?.Split('/') is [var over, var under])
        {
            if (int.TryParse(over, NumberStyles.None, CultureInfo.InvariantCulture, out var numerator)
                && int.TryParse(under, NumberStyles.None, CultureInfo.InvariantCulture, out var denominator))
                result = new Rational(numerator, denominator);
        }
        else if (double.TryParse(s, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value <= MaxRate)
        {
            // 23.976, 29.97 and 59.94 are short for NTSC's multiples of 1/1.001.
            var ntsc = Math.Round(value * 1.001);
            result = value != Math.Round(value) && Math.Abs(ntsc / 1.001 - value) < 0.005
                ? new Rational((int)ntsc * 1000, 1001)
                : new Rational((int)Math.Round(value * 1000), 1000);
        }

        return result.IsKnown && result.Value <= MaxRate;
    }
}
