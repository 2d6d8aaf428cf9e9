namespace VideoStyle.Metrics.Reports;

/// <summary>A reduced image of the report: RGB bytes, shape <c>[Height, Width, 3]</c>.</summary>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Rgb">The pixels.</param>
public sealed record Thumbnail(int Width, int Height, byte[] Rgb)
{
    /// <summary>Reduces an image by averaging, so that it is at most a given width; smaller ones are copied.</summary>
    internal static Thumbnail Reduce(ReadOnlySpan<byte> rgb, int width, int height, int maxWidth)
    {
        var targetWidth = Math.Min(width, maxWidth);
        var targetHeight = Math.Max(1, (int)Math.Round((double)height * targetWidth / width));
        var result = new byte[3 * targetWidth * targetHeight];
        for (var y = 0; y < targetHeight; y++)
        {
            var (top, bottom) = Span(y, targetHeight, height);
            for (var x = 0; x < targetWidth; x++)
            {
                var (left, right) = Span(x, targetWidth, width);
                int r = 0, g = 0, b = 0;
                for (var row = top; row < bottom; row++)
                    for (var i = 3 * (row * width + left); i < 3 * (row * width + right); i += 3)
                        (r, g, b) = (r + rgb[i], g + rgb[i + 1], b + rgb[i + 2]);
                var count = (bottom - top) * (right - left);
                var at = 3 * (y * targetWidth + x);
                (result[at], result[at + 1], result[at + 2]) = ((byte)(r / count), (byte)(g / count), (byte)(b / count));
            }
        }

        return new Thumbnail(targetWidth, targetHeight, result);
    }

    private static (int From, int To) Span(int index, int count, int length)
    {
        var from = (int)((long)index * length / count);
        return (from, Math.Max(from + 1, (int)((long)(index + 1) * length / count)));
    }
}
