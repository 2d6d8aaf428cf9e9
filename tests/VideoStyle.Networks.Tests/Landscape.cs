using VideoStyle.Core.Media;

namespace VideoStyle.Networks.Tests;

/// <summary>A sky, hills and a sun: edges and uniform areas, as in photographs.</summary>
internal static class Landscape
{
    public static Frame Draw(int width, int height)
    {
        var frame = new FramePool().Rent(width, height);
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
            {
                var hill = y > 0.6 * height + 40 * Math.Sin(0.02 * x) + 8 * Math.Sin(0.13 * x);
                var sun = Math.Pow(x - 0.7 * width, 2) + Math.Pow(y - 0.3 * height, 2) < 1600;
                var grain = 12 * Math.Sin(0.9 * x + 0.05 * y * y);
                var pixel = frame.Pixels.Slice(3 * (y * width + x), 3);
                (pixel[0], pixel[1], pixel[2]) = hill ? ((byte)(60 + grain), (byte)(110 + grain), (byte)40)
                    : sun ? ((byte)250, (byte)220, (byte)90) : ((byte)(120 - 0.2 * y), (byte)(160 - 0.1 * y), (byte)220);
            }

        return frame;
    }
}
