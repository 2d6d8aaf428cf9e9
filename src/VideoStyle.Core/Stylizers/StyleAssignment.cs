using VideoStyle.Core.Media;

namespace VideoStyle.Core.Stylizers;

/// <summary>Decides the weight of each of several styles in every frame of a clip.</summary>
/// <remarks>
/// An assignment observes one frame after another, from one thread; its decision is stored in <see cref="Frame.StyleWeights"/>, which
/// tells the blend where the style of a place changes. Frame 0 begins a clip.
/// </remarks>
public abstract class StyleAssignment : IFrameObserver, IDisposable
{
    /// <summary>Gets the number of styles.</summary>
    public abstract int Count { get; }

    /// <summary>Gets a value indicating whether the decision depends on the frames before. If not, any thread may ask about any frame.</summary>
    public virtual bool DependsOnOrder => true;

    /// <inheritdoc />
    public void Observe(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        frame.StyleWeights = Decide(frame);
    }

    /// <summary>Gets the weights that were decided for a frame, or decides them now.</summary>
    /// <param name="frame">The frame.</param>
    public StyleWeights WeightsOf(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        return DependsOnOrder && frame.StyleWeights is { } decided ? decided : Decide(frame);
    }

    /// <summary>Decides the weights of a frame.</summary>
    /// <param name="frame">The next frame of the clip.</param>
    /// <exception cref="Errors.VideoStyleException">What the decision depends on cannot be read (Input).</exception>
    public abstract StyleWeights Decide(Frame frame);

    /// <inheritdoc />
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what a subclass holds.</summary>
    /// <param name="disposing">True, unless called by a finalizer.</param>
    protected virtual void Dispose(bool disposing)
    {
        // Most hold nothing.
    }
}
