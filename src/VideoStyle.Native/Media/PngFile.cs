using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Native.Interop;

namespace VideoStyle.Native.Media;

/// <summary>PNG as data, by FFmpeg: every colour type and depth is read, 1 or 3 channels of 8 or 16 bits are written.</summary>
/// <remarks>
/// Stricter than <see cref="ImageFile"/>, which shows what a damaged picture still has: here a wrong checksum or a missing
/// row is an error. No more memory is taken than the compressed data can fill.
/// </remarks>
public sealed class PngFile : IPngCodec
{
    /// <inheritdoc />
    public PngImage Read(string path) => Decode(path, ImageFile.ReadBytes(path));

    /// <inheritdoc />
    public void Write(string path, PngImage picture) => ImageFile.WriteBytes(path, Encode(picture));

    /// <summary>Decodes a file that is already in memory.</summary>
    /// <param name="name">What messages call it.</param>
    /// <param name="bytes">The whole file.</param>
    /// <returns>Its picture.</returns>
    /// <exception cref="VideoStyleException">The data is damaged anywhere, or too large.</exception>
    public static PngImage Decode(string name, ReadOnlySpan<byte> bytes)
    {
        VideoStyleNative.Require(NativeUnits.Media);
        NativeMethods.MediaPngDecode(name, bytes, bytes.Length, out var shape, out var samples).ThrowIfFailed();
        using (samples)
            return new PngImage(shape.Width, shape.Height, shape.Channels, shape.BitDepth, samples.ToArray());
    }

    /// <summary>Encodes a picture.</summary>
    /// <param name="picture">1 or 3 channels of 8 or 16 bits.</param>
    /// <returns>A whole PNG file.</returns>
    /// <exception cref="ArgumentException">The samples do not fit the shape, or the shape cannot be written.</exception>
    public static byte[] Encode(PngImage picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        var (width, height, channels, bits, samples) = picture;
        if (channels is not (1 or 3) || bits is not (8 or 16) || width < 1 || height < 1 || samples.Length != (long)width * height * channels * bits / 8)
            throw new ArgumentException($"{samples.Length} bytes are no picture of {width}x{height} with {channels} channels of {bits} bits.", nameof(picture));
        VideoStyleNative.Require(NativeUnits.Media);
        NativePngShape shape = new() { Width = width, Height = height, Channels = channels, BitDepth = bits };
        NativeMethods.MediaPngEncode(shape, samples, samples.Length, out var file).ThrowIfFailed();
        using (file)
            return file.ToArray();
    }
}
