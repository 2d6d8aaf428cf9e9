using VideoStyle.Torch.Tensors;

namespace VideoStyle.Training.Optimization;

/// <summary>A part of a picture, with as much around it as its features depend on.</summary>
/// <param name="Top">First row of the part, a multiple of 8.</param>
/// <param name="Left">First column of the part, a multiple of 8.</param>
/// <param name="Height">Rows of the part.</param>
/// <param name="Width">Columns of the part.</param>
/// <param name="Around">The part and its surroundings, within the picture and its border: first row, first column, rows, columns.</param>
/// <remarks>
/// The features of the part are exactly those of the whole picture: relu4_1 sees 30 pixels to each side of its own eight,
/// and parts begin where the pooling squares begin.
/// </remarks>
internal sealed record PictureTile(int Top, int Left, int Height, int Width, (int Top, int Left, int Height, int Width) Around)
{
    /// <summary>The mirrored border that pictures are seen with, in pixels.</summary>
    internal const int Border = 16;

    private const int Margin = 32;
    private const int Grid = 8;

    /// <summary>Divides a picture into parts of about the same size.</summary>
    /// <param name="height">Rows of the picture.</param>
    /// <param name="width">Columns of the picture.</param>
    /// <param name="most">The longest side of a part, a multiple of 8.</param>
    internal static IReadOnlyList<PictureTile> Divide(int height, int width, int most)
    {
        var tiles = new List<PictureTile>();
        foreach (var (top, rows) in Cuts(height, most))
        {
            foreach (var (left, columns) in Cuts(width, most))
            {
                var (y, x) = (Math.Max(-Border, top - Margin), Math.Max(-Border, left - Margin));
                var (bottom, right) = (Math.Min(height + Border, top + rows + Margin), Math.Min(width + Border, left + columns + Margin));
                tiles.Add(new PictureTile(top, left, rows, columns, (y, x, bottom - y, right - x)));
            }
        }

        return tiles;
    }

    /// <summary>Puts a mirrored border around a picture.</summary>
    /// <remarks>Without it, the zeros that the loss network sees beyond the edge would be painted against, as a frame.</remarks>
    internal static Tensor AddBorder(Tensor picture) => Sampling.ReflectionPad(picture, Border);

    /// <summary>Cuts the part and its surroundings out of a picture with its border; a view.</summary>
    internal Tensor Cut(Tensor bordered) => bordered.narrow(2, Around.Top + Border, Around.Height).narrow(3, Around.Left + Border, Around.Width);

    /// <summary>Cuts what belongs to the part out of the features of <see cref="Cut"/>; a view.</summary>
    /// <param name="features">One layer's.</param>
    /// <param name="layer">From 0 to 3.</param>
    internal Tensor Inside(Tensor features, int layer)
    {
        var (y, x) = ((Top - Around.Top) >> layer, (Left - Around.Left) >> layer);
        return features.narrow(2, y, Length(Top, Height, layer)).narrow(3, x, Length(Left, Width, layer));
    }

    /// <summary>Cuts the part out of the features of the whole picture; a view.</summary>
    internal Tensor Of(Tensor features, int layer) =>
        features.narrow(2, Top >> layer, Length(Top, Height, layer)).narrow(3, Left >> layer, Length(Left, Width, layer));

    private static int Length(int start, int length, int layer) => ((start + length) >> layer) - (start >> layer);

    private static IEnumerable<(int Start, int Length)> Cuts(int length, int most)
    {
        var count = (int)(((long)length + most - 1) / most);
        for (var i = 0; i < count; i++)
        {
            var (start, end) = (At(i), i == count - 1 ? length : At(i + 1));
            yield return (start, end - start);
        }

        int At(int i) => (int)((long)length * i / count) / Grid * Grid;
    }
}
