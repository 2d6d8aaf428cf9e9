using VideoStyle.Core.Compositing;
using VideoStyle.Core.Media;
using VideoStyle.Core.Stylizers;

namespace VideoStyle.Core.Pipeline;

/// <summary>Makes finished frames in order: keyframes as they were stylized, the others interpolated, all blended along the motion.</summary>
internal sealed class FrameCompositor : IDisposable
{
    private readonly PipelineOptions _options;
    private readonly TemporalBlend _blend;
    private Keyframe? _earlier;
    private Keyframe? _later;

    public FrameCompositor(PipelineOptions options)
    {
        _options = options;
        _blend = new TemporalBlend(options.Blend ?? BlendOptions.For(options.Coherence));
        if (options.Resume?.State is { } state)
            _blend.Restore(state);
    }

    /// <summary>Begins an interval that ends with a keyframe.</summary>
    /// <param name="keyframe">Owned from here on.</param>
    public void AddKeyframe(StylizedFrame keyframe)
    {
        _earlier?.Stylized.Dispose();
        _earlier = _later;
        _later = new Keyframe(keyframe, _blend.GradientEnergyOf(keyframe));
    }

    /// <summary>Finishes the next frame of the interval.</summary>
    /// <param name="frame">The frame; kept by the caller.</param>
    /// <param name="regions">The stylized regions of an interpolated frame; kept by the caller.</param>
    /// <returns>The finished frame, owned by the caller.</returns>
    public Frame Finish(PlannedFrame frame, IReadOnlyList<StylizedRegion> regions)
    {
        var later = _later ?? throw new InvalidOperationException("No keyframe was added.");
        var finished = _options.Pool.Rent(later.Stylized.Width, later.Stylized.Height, frame.Frame.HasAlpha, frame.Frame.Has16Bits);
        try
        {
            finished.CopyTimingFrom(frame.Frame);
            if (frame.BeginsSegment)
                finished.Checkpoint = frame.Frame.Index == _options.Resume?.Frame
                    ? _options.Resume
                    : new Checkpoint(frame.Frame.Index, frame.IsCut ? null : _blend.Save());
            if (frame.Warp is { } warp && (frame.IsPredicted ? later : _earlier) is { } earlier)
            {
                using var interpolated = warp.Interpolate(earlier.Stylized, later.Stylized, regions);
                var energy = earlier.GradientEnergy is { } before && later.GradientEnergy is { } after ? warp.Interpolate(before, after) : null;
                _blend.Next(interpolated, frame.Motion, finished, energy);
            }
            else
            {
                _blend.Next(later.Stylized, frame.Motion, finished, later.GradientEnergy);
            }

            return finished;
        }
        catch
        {
            finished.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _earlier?.Stylized.Dispose();
        _later?.Stylized.Dispose();
        _blend.Dispose();
    }

    private sealed record Keyframe(StylizedFrame Stylized, TileMap? GradientEnergy);
}
