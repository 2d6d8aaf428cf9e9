using VideoStyle.Torch.Tensors;

namespace VideoStyle.Training.Optimization;

/// <summary>A tile of an image, with the surroundings that its features depend on.</summary>
/// <param name="Top">First row of the tile, a multiple of 8.</param>
/// <param name="Left">First column of the tile, a multiple of 8.</param>
/// <param name="Height">Rows of the tile.</param>
/// <param name="Width">Columns of the tile.</param>
/// <param name="Around">The tile with its surroundings, within the padded image: first row, first column, rows, columns.</param>
/// <remarks>
/// The features of a tile are exactly those of the whole image: the receptive field of relu4_1 reaches 30 pixels beyond its 8×8
/// pixels, and tiles start where the pooling windows start.
/// </remarks>
internal sealed record ImageTile(int Top, int Left, int Height, int Width, (int Top, int Left, int Height, int Width) Around)
{
    /// <summary>The reflection padding of images, in pixels.</summary>
    internal const int Padding = 16;

    private const int Margin = 32;
    private const int Grid = 8;

    /// <summary>Divides an image into tiles of about the same size.</summary>
    /// <param name="height">Rows of the image.</param>
    /// <param name="width">Columns of the image.</param>
    /// <param name="maxSide">The longest side of a tile, a multiple of 8.</param>
    internal static IReadOnlyList<ImageTile> Divide(int height, int width, int maxSide)
    {
        var tiles = new List<ImageTile>();
        foreach (var (top, rows) in Cuts(height, maxSide))
        {
            foreach (var (left, columns) in Cuts(width, maxSide))
            {
                var (y, x) = (Math.Max(-Padding, top - Margin), Math.Max(-Padding, left - Margin));
                var (bottom, right) = (Math.Min(height + Padding, top + rows + Margin), Math.Min(width + Padding, left + columns + Margin));
                tiles.Add(new ImageTile(top, left, rows, columns, (y, x, bottom - y, right - x)));
            }
        }

        return tiles;
    }

    /// <summary>Pads an image by reflection.</summary>
    /// <remarks>Otherwise the zero padding of the loss network would be optimized against, and a frame would appear in the result.</remarks>
    internal static Tensor AddPadding(Tensor image) => Sampling.ReflectionPad(image, Padding);

    /// <summary>Crops a padded image to the tile and its surroundings; a view.</summary>
    internal Tensor Cut(Tensor padded) => padded.narrow(2, Around.Top + Padding, Around.Height).narrow(3, Around.Left + Padding, Around.Width);

    /// <summary>Crops the features of <see cref="Cut"/> to the tile; a view.</summary>
    /// <param name="features">Features of one layer.</param>
    /// <param name="layer">From 0 to 3.</param>
    internal Tensor Inside(Tensor features, int layer)
    {
        var (y, x) = ((Top - Around.Top) >> layer, (Left - Around.Left) >> layer);
        return features.narrow(2, y, Length(Top, Height, layer)).narrow(3, x, Length(Left, Width, layer));
    }

    /// <summary>Crops the features of the whole image to the tile; a view.</summary>
    internal Tensor Of(Tensor features, int layer) =>
        features.narrow(2, Top >> layer, Length(Top, Height, layer)).narrow(3, Left >> layer, Length(Left, Width, layer));

    private static int Length(int start, int length, int layer) => ((start + length) >> layer) - (start >> layer);

    private static IEnumerable<(int Start, int Length)> Cuts(int length, int maxSide)
    {
        var count = (int)(((long)length + maxSide - 1) / maxSide);
        for (var i = 0; i < count; i++)
        {
            var (start, end) = (At(i), i == count - 1 ? length : At(i + 1));
            yield return (start, end - start);
        }

        int At(int i) => (int)((long)length * i / count) / Grid * Grid;
    }
}
