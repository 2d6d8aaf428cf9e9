using VideoStyle.Core.Media;

namespace VideoStyle.Core.Styling;

/// <summary>Decides how much of each of several styles every frame of a clip is painted with.</summary>
/// <remarks>Asked for one frame after another, from one thread; frame 0 begins a clip.</remarks>
public abstract class StyleAssignment : IDisposable
{
    /// <summary>Gets the number of styles.</summary>
    public abstract int Count { get; }

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
