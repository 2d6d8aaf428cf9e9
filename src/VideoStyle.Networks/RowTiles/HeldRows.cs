using VideoStyle.Torch.Tensors;

namespace VideoStyle.Networks.RowTiles;

/// <summary>A picture in strips that lie behind one another, each of which is given back on its own.</summary>
internal sealed class HeldRows : IDisposable
{
    private readonly Queue<(int Top, int Bottom, Tensor Strip)> _strips = new();

    /// <summary>Gets the number of rows that were added.</summary>
    public int Height { get; private set; }

    /// <summary>Adds rows behind the last ones.</summary>
    /// <param name="strip">Owned from here on.</param>
    public void Add(Tensor strip)
    {
        var top = Height;
        Height += (int)strip.size(2);
        _strips.Enqueue((top, Height, strip));
    }

    /// <summary>Gets the strips that rows lie in, still owned here, and the row that the first of them begins with.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="last">The row behind the last one.</param>
    public (Tensor[] Strips, int Top) Covering(int first, int last)
    {
        var strips = _strips.Where(s => s.Top < last && s.Bottom > first).ToArray();
        return (Array.ConvertAll(strips, s => s.Strip), strips[0].Top);
    }

    /// <summary>Gives back the strips above a row.</summary>
    public void Forget(int first)
    {
        while (_strips.TryPeek(out var strip) && strip.Bottom <= first)
            _strips.Dequeue().Strip.Dispose();
    }

    public void Dispose() => Forget(int.MaxValue);
}
