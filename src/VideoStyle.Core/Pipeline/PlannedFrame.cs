using VideoStyle.Core.Media;
using VideoStyle.Core.Styling;

namespace VideoStyle.Core.Pipeline;

/// <summary>A frame of which it is decided whether it is painted or put together from its neighbours.</summary>
/// <remarks>Owns the frame, its motion, the painting until it is taken, and the paths of a frame in between.</remarks>
internal sealed class PlannedFrame(Frame frame, Motion? motion, bool isCut, bool divides) : IAsyncDisposable, IDisposable
{
    private Task<Painting>? _painting;
    private bool _taken;
    private int _disposed;

    public Frame Frame => frame;

    /// <summary>Gets how the frame moved on from the one before, null where that is not asked for.</summary>
    public Motion? Motion => motion;

    /// <summary>Gets whether a shot begins.</summary>
    public bool IsCut => isCut;

    /// <summary>Gets whether a segment of the conversion begins.</summary>
    public bool Divides => divides;

    /// <summary>Gets or sets how a frame that is not painted is put together; null for one that is painted.</summary>
    public InBetween? Between { get; set; }

    /// <summary>Begins to paint the frame.</summary>
    public void Paint(PaintWorkers workers, CancellationToken cancellationToken) => _painting = workers.PaintAsync(frame, cancellationToken);

    /// <summary>Waits for the painting; from then on it is the caller's.</summary>
    public async Task<Painting> TakePaintingAsync()
    {
        var painting = await (_painting ?? throw new InvalidOperationException("The frame is not painted.")).ConfigureAwait(false);
        _taken = true;
        return painting;
    }

    /// <summary>Gives back the frame, its motion and the paths; no painting may be under way.</summary>
    public void Dispose()
    {
        // Once only: what is given back is soon another's.
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
            return;
        Between?.Dispose();
        motion?.Dispose();
        frame.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        // The painting reads the frame, so it must have ended, well or badly, before its pixels go back to the pool.
        if (_painting is { } painting && !_taken)
        {
            await ((Task)painting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (painting.IsCompletedSuccessfully)
                (await painting.ConfigureAwait(false)).Dispose();
        }

        Dispose();
    }
}
