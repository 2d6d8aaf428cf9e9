using System.Diagnostics;
using VideoStyle.Core.Compositing;
using VideoStyle.Core.Media;
using VideoStyle.Core.Stylizers;

namespace VideoStyle.Core.Pipeline;

/// <summary>Finishes frames in order: those that are painted, and those between two paintings.</summary>
internal sealed class KeyframeInterval : IDisposable
{
    private readonly StylizeOptions _options;
    private readonly FramePool _pool;
    private readonly StageTimes _times;
    private readonly TemporalBlend _blend;
    private (StylizedFrame StylizedFrame, double Detail)? _earlier;
    private (StylizedFrame StylizedFrame, double Detail)? _later;

    public KeyframeInterval(StylizeOptions options, FramePool pool, StageTimes times)
    {
        (_options, _pool, _times) = (options, pool, times);
        _blend = new TemporalBlend(options.Blend ?? BlendOptions.For(options.Coherence));
        if (options.Resume?.State is { } state)
            _blend.Restore(state);
    }

    /// <summary>Takes the painting that ends a stretch; the one before begins it.</summary>
    /// <param name="painting">Owned from here on.</param>
    public void Begin(StylizedFrame painting)
    {
        var begin = Stopwatch.GetTimestamp();
        _earlier?.StylizedFrame.Dispose();
        _earlier = _later;
        _later = (painting, _blend.DetailOf(painting));
        _times.Add(PipelineStage.Blend, begin);
    }

    /// <summary>Finishes the next frame of the stretch.</summary>
    /// <param name="frame">Kept by the caller.</param>
    /// <param name="parts">What was painted of a frame in between; disposed here.</param>
    /// <returns>The finished frame, owned by the caller.</returns>
    public Frame Finish(PlannedFrame frame, StylizedFrame[] parts)
    {
        var begin = Stopwatch.GetTimestamp();
        var later = _later ?? throw new InvalidOperationException("No painting was given.");
        var finished = _pool.Rent(later.StylizedFrame.Width, later.StylizedFrame.Height, frame.Frame.HasAlpha);
        try
        {
            if (frame.Divides)
                finished.Checkpoint = frame.Frame.Index == _options.Resume?.Frame
                    ? _options.Resume
                    : new Checkpoint(frame.Frame.Index, frame.IsCut ? null : _blend.Save());
            var (mixture, detail) = Mix(frame.Between, later, parts);
            using (mixture)
                _blend.Next(mixture ?? (IRowSource)later.StylizedFrame, frame.Motion, finished, detail);
        }
        catch
        {
            finished.Dispose();
            throw;
        }
        finally
        {
            foreach (var part in parts)
                part.Dispose();
        }

        finished.CopyTimingFrom(frame.Frame);
        _times.Add(PipelineStage.Blend, begin);
        return finished;
    }

    // What a frame in between is painted with, and how much detail it shows; nothing for the frame that is painted itself.
    private (InterpolatedFrame? InterpolatedFrame, double Detail) Mix(BidirectionalWarp? between, (StylizedFrame StylizedFrame, double Detail) later, StylizedFrame[] parts) =>
        between is not null && _earlier is { } earlier
            ? (between.Mix(earlier.StylizedFrame, later.StylizedFrame, parts), earlier.Detail + between.Position * (later.Detail - earlier.Detail))
            : (null, later.Detail);

    public void Dispose()
    {
        _earlier?.StylizedFrame.Dispose();
        _later?.StylizedFrame.Dispose();
        _blend.Dispose();
    }
}
