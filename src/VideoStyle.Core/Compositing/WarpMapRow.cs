using System.Buffers;

namespace VideoStyle.Core.Compositing;

/// <summary>One row of a warp map at a time, and the positions of the frame's columns in it.</summary>
internal readonly struct WarpMapRow : IDisposable
{
    private readonly WarpMap _map;
    private readonly float[] _steps;

    public WarpMapRow(WarpMap map, int width)
    {
        (_map, _steps) = (map, ArrayPool<float>.Shared.Rent(map.RowLength));
        var columns = Math.Max(width, PixelBlock.Pixels);
        Columns = ArrayPool<(int, float)>.Shared.Rent(columns);
        map.LocateColumns(Columns.AsSpan(0, columns));
    }

    public (int Index, float Weight)[] Columns { get; }

    public float[] Read(int y)
    {
        _map.ReadRow(y, _steps);
        return _steps;
    }

    public void Dispose()
    {
        ArrayPool<(int, float)>.Shared.Return(Columns);
        ArrayPool<float>.Shared.Return(_steps);
    }
}
