using VideoStyle.Core.Media;

namespace VideoStyle.Core.Metrics;

/// <summary>One frame of one clip as the metrics read it: RGB bytes with spare ones behind them, and its luma.</summary>
internal sealed class Picture
{
    /// <summary>Bytes behind the last pixel, so that any pixel can be read as four.</summary>
    public const int Spare = 4;

    public Picture(int width, int height)
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

    public PictureView View => new(Width, Height, Rgb.AsMemory(0, 3 * Width * Height));

    /// <summary>Takes over a frame's pixels.</summary>
    public void Fill(Frame frame)
    {
        frame.Pixels.CopyTo(Rgb);
        long sum = 0;
        var luma = Luma.Pixels;
        for (int i = 0, j = 0; i < luma.Length; i++, j += 3)
        {
            // BT.601 in 14 bits, rounded, as OpenCV's RGB2GRAY has it: flow metrics are defined on that grey.
            var grey = (Rgb[j] * 4899 + Rgb[j + 1] * 9617 + Rgb[j + 2] * 1868 + 8192) >> 14;
            luma[i] = (byte)grey;
            sum += grey;
        }

        MeanLuma = (double)sum / luma.Length;
    }
}
