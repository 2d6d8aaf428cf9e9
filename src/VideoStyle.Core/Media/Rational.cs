using System.Globalization;

namespace VideoStyle.Core.Media;

/// <summary>An exact fraction: a time base in seconds per tick, a frame rate, or a sample aspect ratio.</summary>
/// <param name="Numerator">The numerator.</param>
/// <param name="Denominator">The denominator; 0 together with numerator 0 means "unknown".</param>
public readonly record struct Rational(int Numerator, int Denominator)
{
    /// <summary>Gets whether the container stated a usable value.</summary>
    public bool IsKnown => Numerator > 0 && Denominator > 0;

    /// <summary>Gets the value as a floating-point number, or 0 where it is unknown.</summary>
    public double Value => Denominator == 0 ? 0 : (double)Numerator / Denominator;

    /// <inheritdoc />
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Numerator}/{Denominator}");
}
