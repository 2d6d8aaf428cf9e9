using System.Buffers.Binary;
using VideoStyle.Core.Errors;

namespace VideoStyle.Native.Media;

/// <summary>What segments of HLS are encrypted with: AES-128 in CBC mode.</summary>
/// <param name="Url">Where the key is.</param>
/// <param name="Vector">The initialization vector, or null where it is the number of the segment.</param>
internal sealed record HlsKey(Uri Url, byte[]? Vector)
{
    /// <summary>The bytes of a key, and of a vector.</summary>
    public const int Length = 16;

    /// <summary>Reads the attributes of a key.</summary>
    /// <param name="method">The method.</param>
    /// <param name="url">Where the key is.</param>
    /// <param name="vector">The initialization vector in hexadecimal digits, or null.</param>
    /// <param name="playlist">The playlist, for messages.</param>
    /// <returns>Null where nothing is encrypted.</returns>
    /// <exception cref="VideoStyleException">The method is another one (Input).</exception>
    public static HlsKey? Parse(string? method, Uri? url, string? vector, Uri playlist)
    {
        if (method is "NONE")
            return null;
        if (method is not "AES-128" || url is null)
            throw new VideoStyleException(ErrorKind.Input, $"{StreamUrl.Shown(playlist.OriginalString)}: is encrypted by {method ?? "no method"}, which is not read.");
        if (vector is null)
            return new HlsKey(url, Vector: null);
        var digits = vector.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? vector[2..] : vector;
        return digits.Length == 2 * Length && digits.All(char.IsAsciiHexDigit)
            ? new HlsKey(url, Convert.FromHexString(digits))
            : throw new VideoStyleException(ErrorKind.Input, $"{StreamUrl.Shown(playlist.OriginalString)}: states a key's vector that is none.");
    }

    /// <summary>Gets the key with the vector of a segment.</summary>
    /// <param name="number">The number of the segment.</param>
    public HlsKey For(long number)
    {
        if (Vector is not null)
            return this;
        var vector = new byte[Length];
        BinaryPrimitives.WriteInt64BigEndian(vector.AsSpan(8), number);
        return this with { Vector = vector };
    }
}
