using System.Globalization;

namespace VideoStyle.Native.Files;

/// <summary>Writes a number of bytes as people read it.</summary>
public static class SizeText
{
    /// <summary>Writes <c>1.5 GiB</c>, <c>800 MiB</c> or, rounded up, <c>64 KiB</c>.</summary>
    /// <param name="bytes">The number of bytes, 0 or more.</param>
    public static string Of(long bytes) =>
        bytes switch
        {
            >= 1L << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):0.#} GiB"),
            >= 1L << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 20):0.#} MiB"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{(bytes + 1023) / 1024} KiB"),
        };
}
