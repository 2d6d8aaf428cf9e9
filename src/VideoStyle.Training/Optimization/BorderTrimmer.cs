using VideoStyle.Torch.Tensors;

namespace VideoStyle.Training.Optimization;

/// <summary>Trims the black or white border that scans and photographs of paintings often have.</summary>
/// <remarks>Otherwise the optimization takes the border for a part of the style, and draws bars.</remarks>
internal static class BorderTrimmer
{
    private const int Black = 24;
    private const int White = 240;
    private const double MaxShare = 0.05;
    private const double Blur = 0.004; // of a side, where border and image blend

    /// <summary>Trims the border, at most 5 % of each side.</summary>
    /// <param name="image"><c>[1, 3, H, W]</c>, bytes.</param>
    /// <returns>The image inside the border; a view, or the image itself where there is no border.</returns>
    internal static Tensor Trim(Tensor image)
    {
        var (height, width) = ((int)image.size(2), (int)image.size(3));
        var green = image.select(1, 1).contiguous().ToArray<byte>();
        var (top, bottom) = (Lines(height, width, (y, x) => green[y * width + x]), Lines(height, width, (y, x) => green[(height - 1 - y) * width + x]));
        var (left, right) = (Lines(width, height, (x, y) => green[y * width + x]), Lines(width, height, (x, y) => green[y * width + width - 1 - x]));
        return image.narrow(2, top, height - top - bottom).narrow(3, left, width - left - right);
    }

    /// <summary>Counts the lines from an edge that are mostly black, or mostly white.</summary>
    private static int Lines(int lines, int length, Func<int, int, byte> at)
    {
        var max = (int)(lines * MaxShare);
        var count = 0;
        while (count < max && IsBorder(count))
            count++;
        return count == 0 ? 0 : count + (int)Math.Ceiling(lines * Blur);

        bool IsBorder(int line)
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
