namespace VideoStyle.Networks.Arbitrary;

/// <summary>A network for arbitrary style transfer: it stylizes with any style image, without training for it.</summary>
/// <remarks>
/// A style image is encoded once; its statistics are kept for the clip. <see cref="Stylize"/> is thread-safe: it only reads weights
/// and statistics.
/// </remarks>
public abstract class ArbitraryStyleModel : IDisposable
{
    /// <summary>Gets the name of the method, as in <c>adain</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Gets where it computes.</summary>
    public abstract Device Device { get; }

    /// <summary>Gets the number that height and width of a frame must be multiples of.</summary>
    public abstract int Stride { get; }

    /// <summary>Gets the smallest height and width of a frame.</summary>
    public abstract int MinSize { get; }

    /// <summary>Gets a value indicating whether interpolating the statistics of styles interpolates the styles.</summary>
    /// <remarks>Then several styles cost no more than one; otherwise each is transferred, and the features are mixed.</remarks>
    public virtual bool MixesStatistics => true;

    /// <summary>Gets a value indicating whether styles can differ from place to place; otherwise whole stylized frames are blended.</summary>
    public virtual bool SupportsMaps => true;

    /// <summary>Gets the shorter side of style images, in pixels.</summary>
    public virtual int StyleSize => 512;

    /// <summary>Encodes a style image.</summary>
    /// <param name="styleImage"><c>[1, 3, H, W]</c>, 0–1, float, on the host; at least 64 pixels high and wide.</param>
    /// <returns>Owned by the caller.</returns>
    public abstract StyleStatistics EncodeStyle(Tensor styleImage);

    /// <summary>Stylizes a frame.</summary>
    /// <param name="rgb"><c>[1, 3, H, W]</c>, 0–1, float, channels-last, on the device; H and W multiples of the stride.</param>
    /// <param name="styles">The styles, with their weights, maps and strength.</param>
    /// <returns><c>[1, 3, H, W]</c>, about 0–1.</returns>
    public abstract Tensor Stylize(Tensor rgb, StyleBlend styles);

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
