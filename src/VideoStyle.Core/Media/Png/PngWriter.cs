using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace VideoStyle.Core.Media.Png;

/// <summary>Writes PNG: 8-bit grey and RGB, 16-bit RGB.</summary>
public static class PngWriter
{
    /// <summary>Encodes 8-bit samples.</summary>
    /// <param name="width">Width in pixels, at least 1.</param>
    /// <param name="height">Height in pixels, at least 1.</param>
    /// <param name="channels">1 for grey, 3 for RGB.</param>
    /// <param name="samples">Row-major samples, <c>width · height · channels</c> of them.</param>
    /// <returns>A whole PNG file.</returns>
    public static byte[] Encode(int width, int height, int channels, ReadOnlySpan<byte> samples) =>
        Encode(width, height, channels, bytesPerSample: 1, samples);

    /// <summary>Encodes 16-bit RGB samples.</summary>
    /// <param name="width">Width in pixels, at least 1.</param>
    /// <param name="height">Height in pixels, at least 1.</param>
    /// <param name="samples">Row-major samples, <c>3 · width · height</c> of them.</param>
    /// <returns>A whole PNG file.</returns>
    public static byte[] Encode16(int width, int height, ReadOnlySpan<ushort> samples)
    {
        var bytes = new byte[2 * samples.Length];
        for (var i = 0; i < samples.Length; i++)
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2 * i), samples[i]);
        return Encode(width, height, channels: 3, bytesPerSample: 2, bytes);
    }

    private static byte[] Encode(int width, int height, int channels, int bytesPerSample, ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (channels is not (1 or 3))
            throw new ArgumentOutOfRangeException(nameof(channels), channels, "Expected 1 or 3.");
        var stride = checked(width * channels * bytesPerSample);
        if (bytes.Length != checked(stride * height))
            throw new ArgumentException($"Expected {stride * height} bytes, got {bytes.Length}.", nameof(bytes));

        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        header[8] = (byte)(8 * bytesPerSample);
        header[9] = (byte)(channels == 3 ? 2 : 0);
        header[10..].Clear();
        WriteChunk(file, "IHDR", header);
        WriteChunk(file, "IDAT", Deflate(bytes, stride, channels * bytesPerSample));
        WriteChunk(file, "IEND", []);
        return file.ToArray();
    }

    /// <summary>Compresses rows; every row is stored as the difference to the one above, which suits photographs and masks.</summary>
    private static byte[] Deflate(ReadOnlySpan<byte> bytes, int stride, int pixelBytes)
    {
        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
        {
            var filtered = new byte[stride];
            for (var offset = 0; offset < bytes.Length; offset += stride)
            {
                var row = bytes.Slice(offset, stride);
                if (offset == 0)
                {
                    zlib.WriteByte(1); // "sub": the first row has none above it
                    for (var i = 0; i < stride; i++)
                        filtered[i] = (byte)(row[i] - (i < pixelBytes ? 0 : row[i - pixelBytes]));
                }
                else
                {
                    zlib.WriteByte(2); // "up"
                    var above = bytes.Slice(offset - stride, stride);
                    for (var i = 0; i < stride; i++)
                        filtered[i] = (byte)(row[i] - above[i]);
                }

                zlib.Write(filtered);
            }
        }

        return compressed.ToArray();
    }

    private static void WriteChunk(MemoryStream file, string type, ReadOnlySpan<byte> data)
    {
        var chunk = new byte[12 + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        Encoding.ASCII.GetBytes(type, chunk.AsSpan(4));
        data.CopyTo(chunk.AsSpan(8));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + data.Length), Crc32.Compute(chunk.AsSpan(4, 4 + data.Length)));
        file.Write(chunk);
    }
}
