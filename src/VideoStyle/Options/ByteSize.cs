using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace VideoStyle;

/// <summary>An amount of memory or of disk space.</summary>
/// <param name="Bytes">The number of bytes, at least 1.</param>
public readonly record struct ByteSize(long Bytes) : IParsable<ByteSize>
{
    private const double MaxBytes = 1L << 50;
    private const string Units = "KMGT";

    /// <summary>Reads <c>3G</c>, <c>1.5GiB</c>, <c>800M</c>, <c>3 GB</c>, all in powers of 1024; a plain number is MiB.</summary>
    /// <param name="s">The text.</param>
    /// <param name="provider">Not used; numbers are invariant.</param>
    /// <exception cref="FormatException">It is something else.</exception>
    public static ByteSize Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var size) ? size : throw new FormatException("takes a size: 3G, 800M, 1.5GiB");

    /// <inheritdoc />
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ByteSize result)
    {
        result = default;
        if (s is null)
            return false;
        var number = s.AsSpan();
        if (number is [.., 'B' or 'b'])
            number = number is [.., 'i', _] ? number[..^2] : number[..^1];
        var unit = number.IsEmpty ? -1 : Units.IndexOf(char.ToUpperInvariant(number[^1]), StringComparison.Ordinal);
        if (unit >= 0)
            number = number[..^1].TrimEnd();
        else if (number.Length < s.Length)
            return false;
        if (!double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count))
            return false;
        var bytes = count * (1L << (10 * (unit < 0 ? 2 : unit + 1)));
        if (bytes is not (>= 1 and < MaxBytes))
            return false;
        result = new ByteSize((long)bytes);
        return true;
    }

    /// <summary>Writes the size so that <see cref="Parse"/> reads it back.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Bytes / (double)(1 << 20):0.######}M");
}
