using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using VideoStyle.Core.Media;
using VideoStyle.Metrics.Flow;

namespace VideoStyle.Metrics.Frames;

/// <summary>One frame of one clip as the metrics read it: RGB bytes with spare ones behind them, and its luma.</summary>
internal sealed class FrameImage
{
    /// <summary>Bytes behind the last pixel, so that rows can be read 16 pixels at once.</summary>
    public const int Spare = 3 * 16 + RgbPixels.ReadBehind;

    public FrameImage(int width, int height)
    {
        (Width, Height) = (width, height);
        Rgb = new byte[checked(3 * width * height + Spare)];
        Luma = new LumaImage(width, height, new byte[width * height]);
    }

    public int Width { get; }

    public int Height { get; }

    public byte[] Rgb { get; }

    public LumaImage Luma { get; }

    /// <summary>Gets the mean of <see cref="Luma"/>, 0–255.</summary>
    public double MeanLuma { get; private set; }

    public ImageView View => new(Width, Height, Rgb.AsMemory(0, 3 * Width * Height));

    /// <summary>Copies pixels and computes their luma.</summary>
    /// <param name="rgb">RGB bytes, shape <c>[Height, Width, 3]</c>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Fill(ReadOnlySpan<byte> rgb)
    {
        rgb.CopyTo(Rgb);
        var luma = Luma.Pixels;
        var x = 0;
        for (; x <= luma.Length - Vector512<uint>.Count; x += Vector512<uint>.Count)
        {
            var pixels = RgbPixels.Load(ref Rgb[3 * x]);
            // BT.601 in 14 bits, rounded, as OpenCV's RGB2GRAY has it: flow metrics are defined on that grayscale.
            var gray = RgbPixels.Channel(pixels, 0) * 4899 + RgbPixels.Channel(pixels, 8) * 9617 + RgbPixels.Channel(pixels, 16) * 1868 + Vector512.Create(8192);
            Bytes.Narrow(gray >>> 14).StoreUnsafe(ref luma[x]);
        }

        for (; x < luma.Length; x++)
            luma[x] = (byte)((Rgb[3 * x] * 4899 + Rgb[3 * x + 1] * 9617 + Rgb[3 * x + 2] * 1868 + 8192) >> 14);
        MeanLuma = (double)Bytes.Sum(luma) / luma.Length;
    }
}
