using System.Buffers.Binary;
using System.Runtime.InteropServices;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Flow;

namespace VideoStyle.Native.Files;

/// <summary>The <c>.flo</c> format of the Middlebury benchmark (Baker et al. 2011).</summary>
/// <remarks>
/// The four bytes <c>PIEH</c> (the float 202021.25), width and height as 32-bit integers, then the vectors as 32-bit
/// floats, interleaved and row-major, everything little-endian. A vector of more than 10⁹ on either axis is unknown.
/// Reading and writing keep every bit.
/// </remarks>
public static class MiddleburyFlow
{
    private const float Tag = 202021.25f;
    private const int MaxSide = 32767;
    private const int HeaderBytes = 12;

    /// <summary>Reads a file.</summary>
    /// <param name="path">A <c>.flo</c> file.</param>
    /// <returns>The flow.</returns>
    /// <exception cref="VideoStyleException">
    /// The file is missing, has another tag, a size outside of 1–32767, not exactly the length that its size asks for,
    /// or a NaN.
    /// </exception>
    public static FlowField Read(string path)
    {
        try
        {
            using FileStream file = new(RegularFile.Open(path), FileAccess.Read);
            Span<byte> header = stackalloc byte[HeaderBytes];
            if (file.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false) < HeaderBytes)
                throw Damaged(path, "it ends within its header");
            if (BinaryPrimitives.ReadSingleLittleEndian(header) != Tag)
                throw Damaged(path, "it does not begin with PIEH");
            var width = BinaryPrimitives.ReadInt32LittleEndian(header[4..]);
            var height = BinaryPrimitives.ReadInt32LittleEndian(header[8..]);
            if (width is < 1 or > MaxSide || height is < 1 or > MaxSide || 2L * width * height > Array.MaxLength)
                throw Damaged(path, $"its size {width}x{height} is out of range");
            var expected = HeaderBytes + 8L * width * height;
            if (file.Length != expected)
                throw Damaged(path, $"it has {file.Length} bytes where {width}x{height} vectors take {expected}");

            var vectors = FlowBuffers.Rent(2 * width * height);
            file.ReadExactly(MemoryMarshal.AsBytes(vectors.AsSpan()));
            ToNative(vectors);
            if (vectors.AsSpan().ContainsAnyNaN())
                throw Damaged(path, "it contains a vector that is not a number");
            return new FlowField(width, height, vectors);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new VideoStyleException(ErrorKind.Input, $"{path}: cannot be read: {e.Message}", innerException: e);
        }
    }

    /// <summary>Writes a file, replacing one that is there.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="flow">The flow.</param>
    /// <exception cref="VideoStyleException">The file cannot be written.</exception>
    public static void Write(string path, FlowField flow)
    {
        ArgumentNullException.ThrowIfNull(flow);
        try
        {
            using var file = File.Create(path);
            Span<byte> header = stackalloc byte[HeaderBytes];
            BinaryPrimitives.WriteSingleLittleEndian(header, Tag);
            BinaryPrimitives.WriteInt32LittleEndian(header[4..], flow.Width);
            BinaryPrimitives.WriteInt32LittleEndian(header[8..], flow.Height);
            file.Write(header);
            var vectors = flow.Vectors;
            if (!BitConverter.IsLittleEndian)
                ToNative(vectors = [.. vectors]);
            file.Write(MemoryMarshal.AsBytes(vectors.AsSpan()));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new VideoStyleException(ErrorKind.Output, $"{path}: cannot be written: {e.Message}", innerException: e);
        }
    }

    private static void ToNative(Span<float> values)
    {
        if (BitConverter.IsLittleEndian)
            return;
        var bits = MemoryMarshal.Cast<float, int>(values);
        BinaryPrimitives.ReverseEndianness(bits, bits);
    }

    private static bool ContainsAnyNaN(this ReadOnlySpan<float> values)
    {
        foreach (var value in values)
            if (float.IsNaN(value))
                return true;
        return false;
    }

    private static VideoStyleException Damaged(string path, string cause) =>
        new(ErrorKind.Input, $"{path}: cannot be read as Middlebury flow: {cause}.");
}
