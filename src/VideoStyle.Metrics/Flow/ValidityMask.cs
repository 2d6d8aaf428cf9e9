using VideoStyle.Core.Errors;
using VideoStyle.Core.Flow;
using VideoStyle.Core.Media;

namespace VideoStyle.Metrics.Flow;

/// <summary>The certainty that a pixel is visible in both images: row-major, shape <c>[Height, Width]</c>, 0 not at all to 255.</summary>
public sealed class ValidityMask
{
    /// <summary>Wraps a buffer.</summary>
    /// <param name="width">Width in pixels, at least 1.</param>
    /// <param name="height">Height in pixels, at least 1.</param>
    /// <param name="certainty">Exactly <c>width · height</c> bytes; not copied.</param>
    /// <exception cref="ArgumentException">The buffer has another length.</exception>
    public ValidityMask(int width, int height, byte[] certainty)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentNullException.ThrowIfNull(certainty);
        if (certainty.Length != width * height)
            throw new ArgumentException($"Expected {width * height} values, got {certainty.Length}.", nameof(certainty));
        (Width, Height, Certainty) = (width, height, certainty);
    }

    /// <summary>Gets the width in pixels.</summary>
    public int Width { get; }

    /// <summary>Gets the height in pixels.</summary>
    public int Height { get; }

    /// <summary>Gets the values.</summary>
    public byte[] Certainty { get; }

    /// <summary>Gets the mean certainty, from 0 to 1: for a binary mask, the fraction of valid pixels.</summary>
    public double Coverage => Bytes.Sum(Certainty) / (255.0 * Certainty.Length);

    /// <summary>Reads a mask from a grayscale or color PNG with 8 bits; of a color image, the red channel is used.</summary>
    /// <param name="path">A PNG file in which 255 is certain.</param>
    /// <param name="codec">Reads it.</param>
    /// <returns>The mask.</returns>
    /// <exception cref="VideoStyleException">The file is missing, damaged, or has 16 bits.</exception>
    public static ValidityMask Read(string path, IPngCodec codec)
    {
        ArgumentNullException.ThrowIfNull(codec);
        var png = codec.Read(path);
        if (png.BitDepth != 8)
            throw new VideoStyleException(ErrorKind.Input, $"{path}: a mask has 8 bits a sample, this file has 16.");
        var certainty = ExactArrays<byte>.Rent(png.Width * png.Height);
        for (var i = 0; i < certainty.Length; i++)
            certainty[i] = png.Samples[i * png.Channels];
        return new ValidityMask(png.Width, png.Height, certainty);
    }

    /// <summary>Writes the mask as an 8-bit grayscale PNG, replacing an existing file.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="codec">Writes it.</param>
    /// <exception cref="VideoStyleException">The file cannot be written.</exception>
    public void Write(string path, IPngCodec codec)
    {
        ArgumentNullException.ThrowIfNull(codec);
        codec.Write(path, new PngImage(Width, Height, Channels: 1, BitDepth: 8, Certainty));
    }
}
