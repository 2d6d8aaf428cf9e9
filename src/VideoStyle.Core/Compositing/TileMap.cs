namespace VideoStyle.Core.Compositing;

/// <summary>One value for each tile of a frame; between the centres of tiles they are interpolated bilinearly.</summary>
/// <param name="Columns">The number of tiles in a row.</param>
/// <param name="Rows">The number of rows.</param>
/// <param name="Values">The values, row-major.</param>
internal sealed record TileMap(int Columns, int Rows, float[] Values)
{
    /// <summary>The side of a tile in pixels: one band of <see cref="Compositing.Rows"/>.</summary>
    public const int Side = Compositing.Rows.PerBand;

    /// <summary>Creates a map of zeros for a frame.</summary>
    /// <param name="width">Width of the frame in pixels.</param>
    /// <param name="height">Height of the frame in pixels.</param>
    public static TileMap For(int width, int height)
    {
        var (columns, rows) = ((width + Side - 1) / Side, (height + Side - 1) / Side);
        return new TileMap(columns, rows, new float[columns * rows]);
    }

    /// <summary>Creates a map of zeros of the same shape.</summary>
    public TileMap Empty() => this with { Values = new float[Values.Length] };

    /// <summary>Computes a map of the same shape from the centre of each tile, in pixels.</summary>
    public TileMap Fill(Func<float, float, float> value)
    {
        var values = new float[Values.Length];
        for (var i = 0; i < values.Length; i++)
            values[i] = value((i % Columns + 0.5f) * Side, (i / Columns + 0.5f) * Side);
        return this with { Values = values };
    }

    /// <summary>Interpolates at a place, in pixels; beyond the outermost centres the values continue.</summary>
    public float At(float x, float y)
    {
        var (column, row) = (Math.Clamp(x / Side - 0.5f, 0, Columns - 1), Math.Clamp(y / Side - 0.5f, 0, Rows - 1));
        var (left, top) = ((int)column, (int)row);
        var (right, below) = (Math.Min(left + 1, Columns - 1), Math.Min(top + 1, Rows - 1) * Columns);
        top *= Columns;
        var (upper, lower) = (Mix(Values[top + left], Values[top + right], column - left), Mix(Values[below + left], Values[below + right], column - left));
        return Mix(upper, lower, row - top / Columns);
    }

    private static float Mix(float first, float second, float weight) => first + weight * (second - first);
}
