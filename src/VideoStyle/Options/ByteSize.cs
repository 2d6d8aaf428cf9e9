using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace VideoStyle;

/// <summary>An amount of memory.</summary>
/// <param name="Bytes">The number of bytes, at least 1.</param>
public readonly record struct ByteSize(long Bytes) : IParsable<ByteSize>
{
    private const double MaxCount = 1 << 20;

    /// <summary>Reads <c>3G</c>, <c>1.5G</c>, <c>800M</c>, <c>3GB</c>; in powers of 1024.</summary>
    /// <param name="s">The text.</param>
    /// <param name="provider">Not used; numbers are invariant.</param>
    /// <exception cref="FormatException">It is something else.</exception>
    public static ByteSize Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var size) ? size : throw new FormatException("takes an amount of memory: 3G or 800M");

    /// <inheritdoc />
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ByteSize result)
    {
        result = default;
        var number = s.AsSpan().TrimEnd("bB");
        var shift = number is [.., 'G' or 'g'] ? 30 : number is [.., 'M' or 'm'] ? 20 : 0;
        if (s is null || shift == 0 || s.Length > number.Length + 1
            || !double.TryParse(number[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count) || count is not (> 0 and < MaxCount))
            return false;
        result = new ByteSize((long)(count * (1L << shift)));
        return true;
    }

    /// <summary>Writes the size so that <see cref="Parse"/> reads it back.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Bytes / (double)(1 << 20):0.######}M");
}
