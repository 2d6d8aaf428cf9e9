using System.Buffers.Binary;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Flow;
using VideoStyle.Core.Media;

namespace VideoStyle.Native.Files;

/// <summary>The 16-bit PNG format of the KITTI flow benchmark (Menze and Geiger 2015).</summary>
/// <remarks>
/// Red and green hold <c>64 · w + 2¹⁵</c> for the two axes, so a step is 1/64 pixel and the range ±512; blue is 0 where
/// the vector is unknown, which arrives as <see cref="FlowVector.Unknown"/>.
/// </remarks>
public static class KittiFlow
{
    private const int Zero = 1 << 15;
    private const float Step = 64;

    /// <summary>Reads a file.</summary>
    /// <param name="path">A PNG of three channels with 16 bits.</param>
    /// <param name="codec">Reads it.</param>
    /// <returns>The flow.</returns>
    /// <exception cref="VideoStyleException">The file is missing, damaged, or a PNG of another kind.</exception>
    public static FlowField Read(string path, IPngCodec codec)
    {
        ArgumentNullException.ThrowIfNull(codec);
        var png = codec.Read(path);
        if (png.Channels != 3 || png.BitDepth != 16)
            throw new VideoStyleException(
                ErrorKind.Input,
                $"{path}: is not KITTI flow: it has {png.Channels} channels of {png.BitDepth} bits, not 3 of 16."
            );

        var vectors = new float[2 * png.Width * png.Height];
        for (var i = 0; i < png.Width * png.Height; i++)
        {
            var pixel = png.Samples.AsSpan(6 * i, 6);
            var (u, v) = (BinaryPrimitives.ReadUInt16BigEndian(pixel), BinaryPrimitives.ReadUInt16BigEndian(pixel[2..]));
            var valid = BinaryPrimitives.ReadUInt16BigEndian(pixel[4..]);
            vectors[2 * i] = valid == 0 ? FlowVector.Unknown : (u - Zero) / Step;
            vectors[2 * i + 1] = valid == 0 ? FlowVector.Unknown : (v - Zero) / Step;
        }

        return new FlowField(png.Width, png.Height, vectors);
    }

    /// <summary>Writes a file, replacing one that is there; vectors are rounded to 1/64 pixel, those beyond ±512 become unknown.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="flow">The flow.</param>
    /// <param name="codec">Writes it.</param>
    /// <exception cref="VideoStyleException">The file cannot be written.</exception>
    public static void Write(string path, FlowField flow, IPngCodec codec)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(codec);
        var samples = new byte[6 * flow.Width * flow.Height];
        for (var i = 0; i < flow.Width * flow.Height; i++)
        {
            var u = MathF.Round(flow.Vectors[2 * i] * Step) + Zero;
            var v = MathF.Round(flow.Vectors[2 * i + 1] * Step) + Zero;
            if (u is not (>= 0 and <= ushort.MaxValue) || v is not (>= 0 and <= ushort.MaxValue))
                continue;
            var pixel = samples.AsSpan(6 * i, 6);
            BinaryPrimitives.WriteUInt16BigEndian(pixel, (ushort)u);
            BinaryPrimitives.WriteUInt16BigEndian(pixel[2..], (ushort)v);
            BinaryPrimitives.WriteUInt16BigEndian(pixel[4..], 1);
        }

        codec.Write(path, new PngImage(flow.Width, flow.Height, Channels: 3, BitDepth: 16, samples));
    }
}
