namespace VideoStyle.Networks.Arbitrary;

/// <summary>A network that paints after any picture, without training for it.</summary>
/// <remarks>
/// What it needs of a style picture is measured once and kept over the clip. Painting may run on several threads at once; it
/// only reads weights and statistics.
/// </remarks>
public abstract class ArbitraryStyleModel : IDisposable
{
    /// <summary>Gets the name that options and reports use: <c>adain</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Gets where it computes.</summary>
    public abstract Device Device { get; }

    /// <summary>Gets the number that height and width of a frame have to be multiples of.</summary>
    public abstract int Stride { get; }

    /// <summary>Gets the smallest height and width of a frame.</summary>
    public abstract int MinSize { get; }

    /// <summary>Gets a value indicating whether mixing the statistics of styles mixes the styles.</summary>
    /// <remarks>Then several styles cost no more than one; else each is applied, and the results are mixed.</remarks>
    public virtual bool MixesStatistics => true;

    /// <summary>Gets a value indicating whether styles can differ from place to place; else their paintings are blended.</summary>
    public virtual bool TakesMaps => true;

    /// <summary>Gets the shorter side that style pictures are brought to, in pixels.</summary>
    public virtual int StyleSize => 512;

    /// <summary>Measures a style picture.</summary>
    /// <param name="picture"><c>[1, 3, H, W]</c>, 0–1, float, on the host; at least 64 pixels high and wide.</param>
    /// <returns>Owned by the caller.</returns>
    public abstract StyleStatistics Measure(Tensor picture);

    /// <summary>Paints a picture.</summary>
    /// <param name="rgb"><c>[1, 3, H, W]</c>, 0–1, float, channels-last, on the device; H and W multiples of the stride.</param>
    /// <param name="styles">The styles, and how much of each.</param>
    /// <returns><c>[1, 3, H, W]</c>, about 0–1.</returns>
    public abstract Tensor Paint(Tensor rgb, StyleField styles);

    /// <inheritdoc />
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the weights.</summary>
    /// <param name="disposing">True, unless called by a finalizer.</param>
    protected abstract void Dispose(bool disposing);
}
