using VideoStyle.Core.Compositing;
using VideoStyle.Core.Media;
using VideoStyle.Core.MotionEstimation;
using VideoStyle.Core.Stylizers;

namespace VideoStyle.Core.Pipeline;

/// <summary>A frame of which it is decided whether it is painted or put together from its neighbours.</summary>
/// <remarks>Owns the frame, its motion, the painting or parts of one until they are taken, and the paths of a frame in between.</remarks>
internal sealed class PlannedFrame(Frame frame, Motion? motion, bool isCut, bool divides) : IAsyncDisposable, IDisposable
{
    private Task<StylizedFrame>? _painting;
    private Task<StylizedFrame[]>? _parts;
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
    public BidirectionalWarp? Between { get; set; }

    /// <summary>Begins to paint the frame.</summary>
    public void Paint(StylizerWorkers workers, CancellationToken cancellationToken) => _painting = workers.PaintAsync(frame, cancellationToken);

    /// <summary>Begins to paint the parts of the frame that its neighbours do not explain.</summary>
    /// <param name="workers">Paint.</param>
    /// <param name="like">The painted frame before it.</param>
    /// <param name="cancellationToken">Gives the job up while it waits.</param>
    public void PaintParts(StylizerWorkers workers, PlannedFrame like, CancellationToken cancellationToken)
    {
        if (Between is { Parts.Count: > 0 } between)
            _parts = workers.PaintPartsAsync(frame, between.Parts, like.StylizedFrame, cancellationToken);
    }

    /// <summary>Waits for the parts, none where the neighbours explain the frame; from then on they are the caller's.</summary>
    public async Task<StylizedFrame[]> TakePartsAsync()
    {
        if (_parts is null)
            return [];
        var parts = await _parts.ConfigureAwait(false);
        _taken = true;
        return parts;
    }

    /// <summary>Waits for the painting; from then on it is the caller's.</summary>
    public async Task<StylizedFrame> TakePaintingAsync()
    {
        var painting = await StylizedFrame.ConfigureAwait(false);
        _taken = true;
        return painting;
    }

    private Task<StylizedFrame> StylizedFrame => _painting ?? throw new InvalidOperationException("The frame is not painted.");

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
        // The painters read the frame, so they must have ended, well or badly, before its pixels go back to the pool.
        if (!_taken && (_painting ?? (Task?)_parts) is { } painters)
        {
            await painters.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_painting is { IsCompletedSuccessfully: true })
                (await _painting.ConfigureAwait(false)).Dispose();
            if (_parts is { IsCompletedSuccessfully: true })
                foreach (var part in await _parts.ConfigureAwait(false))
                    part.Dispose();
        }

        Dispose();
    }
}
