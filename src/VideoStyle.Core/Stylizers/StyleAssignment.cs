using VideoStyle.Core.Media;

namespace VideoStyle.Core.Stylizers;

/// <summary>Decides how much of each of several styles every frame of a clip is painted with.</summary>
/// <remarks>
/// One that depends on the frames before is asked for one frame after another, from one thread, and what it decides travels with
/// the frame; frame 0 begins a clip.
/// </remarks>
public abstract class StyleAssignment : IDisposable
{
    /// <summary>Gets the number of styles.</summary>
    public abstract int Count { get; }

    /// <summary>Gets a value indicating whether the decision depends on the frames before; else any thread may ask about any frame.</summary>
    public virtual bool DependsOnOrder => true;

    /// <summary>Lets the decision travel with the frame, where it depends on the order.</summary>
    /// <param name="frame">The next frame of the clip.</param>
    public void Follow(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        if (DependsOnOrder)
            frame.Shares = Decide(frame);
    }

    /// <summary>Gives the decision that travels with the frame, or takes it now.</summary>
    /// <param name="frame">The frame.</param>
    public StyleShares SharesOf(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        return DependsOnOrder && frame.Shares is { } decided ? decided : Decide(frame);
    }

    /// <summary>Decides about a frame.</summary>
    /// <param name="frame">The next frame of the clip.</param>
    /// <exception cref="Errors.VideoStyleException">What the decision is taken from cannot be read (Input).</exception>
    public abstract StyleShares Decide(Frame frame);

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
