using System.Diagnostics;
using VideoStyle.Core.Media;
using VideoStyle.Core.Styling;

namespace VideoStyle.Core.Pipeline;

/// <summary>Finishes frames in order: those that are painted, and those between two paintings.</summary>
internal sealed class PaintedStretch : IDisposable
{
    private readonly StylizeOptions _options;
    private readonly FramePool _pool;
    private readonly StageTimes _times;
    private readonly TemporalBlend _blend;
    private (Painting Painting, double Detail)? _earlier;
    private (Painting Painting, double Detail)? _later;

    public PaintedStretch(StylizeOptions options, FramePool pool, StageTimes times)
    {
        (_options, _pool, _times) = (options, pool, times);
        _blend = new TemporalBlend(options.Blend ?? BlendOptions.For(options.Coherence));
        if (options.Resume?.State is { } state)
            _blend.Restore(state);
    }

    /// <summary>Takes the painting that ends a stretch; the one before begins it.</summary>
    /// <param name="painting">Owned from here on.</param>
    public void Begin(Painting painting)
    {
        var begin = Stopwatch.GetTimestamp();
        _earlier?.Painting.Dispose();
        _earlier = _later;
        _later = (painting, _blend.DetailOf(painting));
        _times.Add(PipelineStage.Blend, begin);
    }

    /// <summary>Finishes the next frame of the stretch.</summary>
    /// <param name="frame">Kept by the caller.</param>
    /// <param name="parts">What was painted of a frame in between; disposed here.</param>
    /// <returns>The finished frame, owned by the caller.</returns>
    public Frame Finish(PlannedFrame frame, Painting[] parts)
    {
        var begin = Stopwatch.GetTimestamp();
        var later = _later ?? throw new InvalidOperationException("No painting was given.");
        var finished = _pool.Rent(later.Painting.Width, later.Painting.Height, frame.Frame.HasAlpha);
        try
        {
            if (frame.Divides)
                finished.Checkpoint = frame.Frame.Index == _options.Resume?.Frame
                    ? _options.Resume
                    : new Checkpoint(frame.Frame.Index, frame.IsCut ? null : _blend.Save());
            var (mixture, detail) = Mix(frame.Between, later, parts);
            using (mixture)
                _blend.Next(mixture ?? (IPaintedRows)later.Painting, frame.Motion, finished, detail);
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
    private (Mixture? Mixture, double Detail) Mix(InBetween? between, (Painting Painting, double Detail) later, Painting[] parts) =>
        between is not null && _earlier is { } earlier
            ? (between.Mix(earlier.Painting, later.Painting, parts), earlier.Detail + between.Position * (later.Detail - earlier.Detail))
            : (null, later.Detail);

    public void Dispose()
    {
        _earlier?.Painting.Dispose();
        _later?.Painting.Dispose();
        _blend.Dispose();
    }
}
