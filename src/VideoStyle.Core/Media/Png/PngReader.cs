using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using VideoStyle.Core.Errors;

namespace VideoStyle.Core.Media.Png;

/// <summary>Reads PNG (ISO/IEC 15948): every colour type and bit depth, not interlaced.</summary>
/// <remarks>
/// Made for flow and masks, whose 16-bit samples must arrive exactly. Sizes are bounded before anything is allocated,
/// and no more is inflated than the header announces.
/// </remarks>
public static class PngReader
{
    private const int MaxSide = 32767;
    private const long MaxSamples = 1L << 28;
    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Reads a file.</summary>
    /// <param name="path">A PNG file.</param>
    /// <returns>Its picture.</returns>
    /// <exception cref="VideoStyleException">The file is missing, damaged, interlaced or too large.</exception>
    public static PngImage Read(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new VideoStyleException(ErrorKind.Input, $"{path}: cannot be read: {e.Message}", innerException: e);
        }

        return Decode(bytes, path);
    }

    /// <summary>Decodes a file that is already in memory.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">What messages call it.</param>
    /// <returns>Its picture.</returns>
    /// <exception cref="VideoStyleException">The data is damaged, interlaced or too large.</exception>
    public static PngImage Decode(ReadOnlySpan<byte> bytes, string name)
    {
        if (!bytes.StartsWith(Signature))
            throw Damaged(name, "it is not a PNG file");

        PngHeader? header = null;
        byte[] palette = [];
        using var compressed = new MemoryStream();
        var rest = bytes[Signature.Length..];
        while (true)
        {
            if (rest.Length < 12)
                throw Damaged(name, "it ends early");
            var length = BinaryPrimitives.ReadUInt32BigEndian(rest);
            if (length > (uint)(rest.Length - 12))
                throw Damaged(name, "a chunk is longer than the file");
            var type = Encoding.ASCII.GetString(rest.Slice(4, 4));
            var data = rest.Slice(8, (int)length);
            if (BinaryPrimitives.ReadUInt32BigEndian(rest[(8 + (int)length)..]) != Crc32.Compute(rest.Slice(4, 4 + (int)length)))
                throw Damaged(name, $"the checksum of its {type} chunk is wrong");
            rest = rest[(12 + (int)length)..];

            switch (type)
            {
                case "IHDR" when header is null:
                    header = ReadHeader(data, name);
                    break;
                case var _ when header is null:
                    throw Damaged(name, "it does not begin with a header");
                case "PLTE":
                    palette = data.ToArray();
                    break;
                case "IDAT":
                    compressed.Write(data);
                    break;
                case "IEND":
                    var samples = PngSamples.Unpack(Inflate(compressed, header, name), header, palette, name);
                    var channels = header.IsPalette ? 3 : header.Channels;
                    return new PngImage(header.Width, header.Height, channels, header.BitDepth == 16 ? 16 : 8, samples);
            }
        }
    }

    internal static VideoStyleException Damaged(string name, string cause) =>
        new(ErrorKind.Input, $"{name}: cannot be read as PNG: {cause}.");

    private static PngHeader ReadHeader(ReadOnlySpan<byte> data, string name)
    {
        if (data.Length != 13)
            throw Damaged(name, "its header has a wrong length");
        var (width, height) = (BinaryPrimitives.ReadUInt32BigEndian(data), BinaryPrimitives.ReadUInt32BigEndian(data[4..]));
        var header = new PngHeader((int)Math.Min(width, int.MaxValue), (int)Math.Min(height, int.MaxValue), data[8], data[9]);
        if (width is 0 or > MaxSide || height is 0 or > MaxSide || (long)width * height * 4 > MaxSamples)
            throw Damaged(name, $"its size {width}x{height} is out of range");
        if (!header.IsValid || data[10] != 0 || data[11] != 0)
            throw Damaged(name, $"colour type {data[9]} with {data[8]} bits does not exist");
        if (data[12] != 0)
            throw Damaged(name, "it is interlaced, which is not supported");
        return header;
    }

    /// <summary>Inflates and unfilters every row (section 9 of the standard).</summary>
    private static byte[] Inflate(MemoryStream compressed, PngHeader header, string name)
    {
        // Deflate shrinks at most 1032 times: what announces more than that is cut off or lies.
        var size = (long)header.RowBytes * header.Height;
        if (size > 1032 * compressed.Length)
            throw Damaged(name, "its compressed data is damaged or ends early");

        var rows = new byte[checked((int)size)];
        compressed.Position = 0;
        var filter = new byte[1];
        try
        {
            using var inflated = new ZLibStream(compressed, CompressionMode.Decompress);
            for (var y = 0; y < header.Height; y++)
            {
                inflated.ReadExactly(filter);
                var row = rows.AsSpan(y * header.RowBytes, header.RowBytes);
                inflated.ReadExactly(row);
                var above = y == 0 ? default : rows.AsSpan((y - 1) * header.RowBytes, header.RowBytes);
                if (!PngFilter.Undo(filter[0], row, above, header.PixelBytes))
                    throw Damaged(name, $"row {y} has the unknown filter {filter[0]}");
            }
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw Damaged(name, "its compressed data is damaged or ends early");
        }

        return rows;
    }
}
