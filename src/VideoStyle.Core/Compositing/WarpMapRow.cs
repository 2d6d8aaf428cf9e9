using System.Buffers;

namespace VideoStyle.Core.Compositing;

/// <summary>One row of a grid at a time, and where the columns of a painting lie in it.</summary>
internal readonly struct WarpMapRow : IDisposable
{
    private readonly WarpMap _grid;
    private readonly float[] _steps;

    public WarpMapRow(WarpMap grid, int width)
    {
        (_grid, _steps) = (grid, ArrayPool<float>.Shared.Rent(grid.RowLength));
        var columns = Math.Max(width, PixelBlock.Pixels);
        Columns = ArrayPool<(int, float)>.Shared.Rent(columns);
        grid.LocateColumns(Columns.AsSpan(0, columns));
    }

    public (int Index, float Weight)[] Columns { get; }

    public float[] Read(int y)
    {
        _grid.ReadRow(y, _steps);
        return _steps;
    }

    public void Dispose()
    {
        ArrayPool<(int, float)>.Shared.Return(Columns);
        ArrayPool<float>.Shared.Return(_steps);
    }
}
