using VideoStyle.Torch.Tensors;

namespace VideoStyle.Training.Optimization;

/// <summary>The black or white frame that photographs of paintings often have.</summary>
/// <remarks>The optimisation takes it for a part of the style, and paints black bars.</remarks>
internal static class ScanFrame
{
    private const int Black = 24;
    private const int White = 240;
    private const double MostOfSide = 0.05;
    private const double Blur = 0.004; // of a side, where frame and painting mix

    /// <summary>Cuts the frame off, at most 5 % of each side.</summary>
    /// <param name="picture"><c>[1, 3, H, W]</c>, bytes.</param>
    /// <returns>The painting inside; a view, or the picture itself where there is no frame.</returns>
    internal static Tensor Trim(Tensor picture)
    {
        var (height, width) = ((int)picture.size(2), (int)picture.size(3));
        var green = picture.select(1, 1).contiguous().ToArray<byte>();
        var (top, bottom) = (Lines(height, width, (y, x) => green[y * width + x]), Lines(height, width, (y, x) => green[(height - 1 - y) * width + x]));
        var (left, right) = (Lines(width, height, (x, y) => green[y * width + x]), Lines(width, height, (x, y) => green[y * width + width - 1 - x]));
        return picture.narrow(2, top, height - top - bottom).narrow(3, left, width - left - right);
    }

    /// <summary>Counts the lines from an edge of which most is black, or most white.</summary>
    private static int Lines(int lines, int length, Func<int, int, byte> at)
    {
        var most = (int)(lines * MostOfSide);
        var count = 0;
        while (count < most && IsFrame(count))
            count++;
        return count == 0 ? 0 : count + (int)Math.Ceiling(lines * Blur);

        bool IsFrame(int line)
        {
            var (black, white) = (0, 0);
            for (var i = 0; i < length; i++)
            {
                black += at(line, i) < Black ? 1 : 0;
                white += at(line, i) > White ? 1 : 0;
            }

            return 2 * Math.Max(black, white) > length;
        }
    }
}
