using VideoStyle.Core.Compositing;
using VideoStyle.Core.Media;
using VideoStyle.Core.MotionEstimation;
using VideoStyle.Core.Stylizers;

namespace VideoStyle.Core.Pipeline;

/// <summary>A frame that is either a keyframe, which is stylized, or interpolated between two keyframes.</summary>
/// <remarks>Owns the frame, its motion, its warp, and the results of stylization until they are taken.</remarks>
internal sealed class PlannedFrame : IAsyncDisposable, IDisposable
{
    private Task<StylizedFrame>? _stylized;
    private Task<StylizedFrame[]>? _stylizedRegions;
    private bool _taken;
    private int _disposed;

    public required Frame Frame { get; init; }

    /// <summary>Gets the motion since the previous frame, or null where none is estimated.</summary>
    public required Motion? Motion { get; init; }

    /// <summary>Gets whether the frame begins a shot.</summary>
    public required bool IsCut { get; init; }

    /// <summary>Gets whether the frame begins a segment of a resumable conversion.</summary>
    public required bool BeginsSegment { get; init; }

    /// <summary>Gets or sets how the frame is interpolated between keyframes; null for a keyframe.</summary>
    public BidirectionalWarp? Warp { get; set; }

    /// <summary>Gets or sets the disoccluded regions of an interpolated frame that are stylized.</summary>
    public IReadOnlyList<Region> Regions { get; set; } = [];

    public bool IsKeyframe => Warp is null;

    /// <summary>Gets or sets whether the frame is predicted from the keyframe before it alone.</summary>
    public bool IsPredicted { get; set; }

    /// <summary>Begins to stylize the whole frame.</summary>
    /// <returns>The task of <see cref="TakeStylizedAsync"/>.</returns>
    public Task<StylizedFrame> Stylize(StylizerWorkers workers, CancellationToken cancellationToken) =>
        _stylized = workers.StylizeAsync(Frame, cancellationToken);

    /// <summary>Begins to stylize <see cref="Regions"/>.</summary>
    /// <param name="workers">Run the stylizer.</param>
    /// <param name="reference">The keyframe before this frame, which is being stylized.</param>
    /// <param name="cancellationToken">Cancels the job while it waits for a worker.</param>
    public void StylizeRegions(StylizerWorkers workers, Task<StylizedFrame> reference, CancellationToken cancellationToken) =>
        _stylizedRegions = workers.StylizeRegionsAsync(Frame, Regions, reference, cancellationToken);

    /// <summary>Waits for the stylized keyframe, which the caller owns from then on.</summary>
    public async Task<StylizedFrame> TakeStylizedAsync()
    {
        var stylized = await (_stylized ?? throw new InvalidOperationException("The frame is not being stylized.")).ConfigureAwait(false);
        _taken = true;
        return stylized;
    }

    /// <summary>Waits for the stylized regions, which the caller owns from then on; empty where there are none.</summary>
    public async Task<IReadOnlyList<StylizedRegion>> TakeRegionsAsync()
    {
        if (_stylizedRegions is null)
            return [];
        var stylized = await _stylizedRegions.ConfigureAwait(false);
        _taken = true;
        return [.. Regions.Zip(stylized, (region, frame) => new StylizedRegion(region, frame))];
    }

    /// <summary>Returns the frame, its motion and its warp to their pools. No stylization may be in progress.</summary>
    public void Dispose()
    {
        // Once only: a returned buffer soon belongs to another frame.
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
            return;
        Warp?.Dispose();
        Motion?.Dispose();
        Frame.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        // The workers read the frame, so they must have ended before its pixels return to the pool.
        if (!_taken && (_stylized ?? (Task?)_stylizedRegions) is { } job)
        {
            await job.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_stylized is { IsCompletedSuccessfully: true })
                (await _stylized.ConfigureAwait(false)).Dispose();
            if (_stylizedRegions is { IsCompletedSuccessfully: true })
                foreach (var region in await _stylizedRegions.ConfigureAwait(false))
                    region.Dispose();
        }

        Dispose();
    }
}
