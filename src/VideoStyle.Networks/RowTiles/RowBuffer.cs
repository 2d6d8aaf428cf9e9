using VideoStyle.Torch.Tensors;

namespace VideoStyle.Networks.RowTiles;

/// <summary>An image in consecutive row tiles, each of which is freed on its own.</summary>
internal sealed class RowBuffer : IDisposable
{
    private readonly Queue<(int Top, int Bottom, Tensor Tile)> _tiles = new();

    /// <summary>Gets the number of rows that were added.</summary>
    public int Height { get; private set; }

    /// <summary>Appends a row tile.</summary>
    /// <param name="tile">Owned from here on.</param>
    public void Add(Tensor tile)
    {
        var top = Height;
        Height += (int)tile.size(2);
        _tiles.Enqueue((top, Height, tile));
    }

    /// <summary>Gets the row tiles that cover some rows, still owned here, and the first row of the first of them.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="last">The row after the last one.</param>
    public (Tensor[] Tiles, int Top) Covering(int first, int last)
    {
        var tiles = _tiles.Where(t => t.Top < last && t.Bottom > first).ToArray();
        return (Array.ConvertAll(tiles, t => t.Tile), tiles[0].Top);
    }

    /// <summary>Frees the row tiles above a row.</summary>
    public void Release(int first)
    {
        while (_tiles.TryPeek(out var tile) && tile.Bottom <= first)
            _tiles.Dequeue().Tile.Dispose();
    }

    public void Dispose() => Release(int.MaxValue);
}
