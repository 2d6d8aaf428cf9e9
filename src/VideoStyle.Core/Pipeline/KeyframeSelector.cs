using VideoStyle.Core.Compositing;
using VideoStyle.Core.MotionEstimation;
using VideoStyle.Core.Stylizers;

namespace VideoStyle.Core.Pipeline;

/// <summary>Selects keyframes. The frames between two of them are interpolated by bidirectional warping.</summary>
/// <remarks>
/// Keyframes are the first frame of a shot, the last frame of a shot, the first frame of a segment, and at least one frame of every
/// interval. Disoccluded regions of an interpolated frame are stylized, where the stylizer can do that. Where too much of a frame
/// is disoccluded, the interval is halved and each half is decided anew, down to single keyframes. A decision depends on no
/// frame before the last keyframe, so a conversion that is resumed at a segment selects the same keyframes.
/// </remarks>
/// <param name="maxInterval">The maximum distance between two keyframes in frames, at least 1.</param>
/// <param name="regionStylizer">Tells what a stylized region costs; null where only whole frames can be stylized.</param>
/// <param name="lookAhead">Whether later frames have a say. If not, each frame is decided when it comes: predicted, or a keyframe.</param>
internal sealed class KeyframeSelector(int maxInterval, IRegionStylizer? regionStylizer, bool lookAhead = true)
{
    /// <summary>The maximum cost of the regions of a frame, as a fraction of the whole frame. Above it a shorter interval is cheaper.</summary>
    private const double MaxRegionCost = 0.5;

    /// <summary>The maximum change of brightness since the reference keyframe, in units of luma, at which its state is used for regions.</summary>
    private const float MaxBrightnessChange = 8;

    /// <summary>The maximum difference of the style weights between a frame and its keyframes. Where a style is new, keyframes of it are what coherence begins with.</summary>
    private const double MaxStyleDifference = 0.25;

    // Thresholds in proportion to the interval. At 4: 5 % of a frame and 30 % of a tile; at 8: 10 % and 60 %.
    private readonly double _maxUncoveredOfFrame = 0.0125 * maxInterval;
    private readonly double _maxUncoveredOfTile = Math.Min(0.075 * maxInterval, 0.9);

    private readonly List<PlannedFrame> _pending = [];

    // The style weights of the keyframe before the pending frames.
    private StyleWeights? _keyframeStyles;

    // Without look-ahead: the flow to that keyframe, and since how many frames and how much brightness it is.
    private ComposedFlow? _toKeyframe;
    private (int Frames, float BrightnessChange) _since;

    /// <summary>Adds the next frame.</summary>
    /// <param name="frame">The frame; owned by the selector until it is part of a selected interval.</param>
    /// <param name="selected">Receives the intervals that are decided, in order.</param>
    public void Add(PlannedFrame frame, Queue<KeyframeInterval> selected)
    {
        if (frame.IsCut || frame.Motion is null)
        {
            Finish(selected);
            SelectAlone(frame, selected);
            return;
        }

        if (!lookAhead)
        {
            if (frame.BeginsSegment || ++_since.Frames >= maxInterval || !TryPredict(frame))
                SelectAlone(frame, selected);
            else
                selected.Enqueue(new KeyframeInterval([frame]));
            return;
        }

        _pending.Add(frame);
        if (frame.BeginsSegment || _pending.Count == maxInterval)
            Finish(selected);
    }

    /// <summary>Decides the frames that are left; the last of them becomes a keyframe.</summary>
    /// <param name="selected">Receives their intervals.</param>
    public void Finish(Queue<KeyframeInterval> selected)
    {
        if (_pending.Count > 0)
        {
            Select(0, _pending.Count - 1, selected);
            _keyframeStyles = _pending[^1].Frame.StyleWeights;
        }

        _pending.Clear();
    }

    /// <summary>Disposes the frames that are not decided.</summary>
    public void Abandon()
    {
        foreach (var frame in _pending)
            frame.Dispose();
        _pending.Clear();
        _toKeyframe?.Dispose();
    }

    private void SelectAlone(PlannedFrame keyframe, Queue<KeyframeInterval> selected)
    {
        _keyframeStyles = keyframe.Frame.StyleWeights;
        _toKeyframe?.Dispose();
        (_toKeyframe, _since) = (null, default);
        selected.Enqueue(new KeyframeInterval([keyframe]));
    }

    private bool TryPredict(PlannedFrame frame)
    {
        var flow = _toKeyframe is { } before ? ComposedFlow.Compose(frame.Motion!, before) : ComposedFlow.Of(frame.Motion!);
        _toKeyframe?.Dispose();
        _toKeyframe = flow;
        _since.BrightnessChange += frame.Motion!.BrightnessChange;
        var (own, nothing) = (flow.Copy(), flow.Copy());
        for (var y = 0; y < nothing.Height; y++)
            nothing.Row(y).Clear();
        var difference = StyleChange.Limit(own, frame.Frame.StyleWeights, _keyframeStyles);
        BidirectionalWarp warp = new(own, nothing, 0) { StyleDifference = difference };
        if (!IsCovered(warp, frame, _since.BrightnessChange))
        {
            warp.Dispose();
            return false;
        }

        (frame.Warp, frame.IsPredicted) = (warp, true);
        return true;
    }

    // The frame before `first` is a keyframe, and the one at `last` becomes one.
    private void Select(int first, int last, Queue<KeyframeInterval> selected)
    {
        if (first == last || TryInterpolate(first, last))
        {
            selected.Enqueue(new KeyframeInterval(_pending[first..(last + 1)]));
            return;
        }

        var middle = (first + last) / 2;
        Select(first, middle, selected);
        Select(middle + 1, last, selected);
    }

    private bool TryInterpolate(int first, int last)
    {
        var warps = CreateWarps(first, last);
        var (covered, brightnessChange) = (true, 0f);
        for (var i = 0; covered && i < warps.Length; i++)
        {
            var frame = _pending[first + i];
            brightnessChange += frame.Motion!.BrightnessChange;
            covered = IsCovered(warps[i], frame, brightnessChange);
        }

        for (var i = 0; i < warps.Length; i++)
        {
            if (covered)
            {
                _pending[first + i].Warp = warps[i];
                continue;
            }

            _pending[first + i].Regions = [];
            warps[i].Dispose();
        }

        return covered;
    }

    // From each frame before `last` to the keyframe before `first` and to the one at `last`.
    private BidirectionalWarp[] CreateWarps(int first, int last)
    {
        var count = last - first;
        var (backward, forward) = (new ComposedFlow[count], new ComposedFlow[count]);
        for (var i = 0; i < count; i++)
        {
            var step = _pending[first + i].Motion!;
            backward[i] = i == 0 ? ComposedFlow.Of(step) : ComposedFlow.Compose(step, backward[i - 1]);
        }

        for (var i = count - 1; i >= 0; i--)
        {
            var step = _pending[first + i + 1].Motion!.Forward!;
            forward[i] = i == count - 1 ? ComposedFlow.Of(step) : ComposedFlow.Compose(step, forward[i + 1]);
        }

        var (before, after) = (first == 0 ? _keyframeStyles : _pending[first - 1].Frame.StyleWeights, _pending[last].Frame.StyleWeights);
        return [.. Enumerable.Range(0, count).Select(CreateWarp)];

        BidirectionalWarp CreateWarp(int i)
        {
            var own = _pending[first + i].Frame.StyleWeights;
            var difference = Math.Max(StyleChange.Limit(backward[i], own, before), StyleChange.Limit(forward[i], own, after));
            return new BidirectionalWarp(backward[i], forward[i], (i + 1f) / (count + 1)) { StyleDifference = difference };
        }
    }

    // Regions are chosen only where they pay; a frame that is covered well enough does without.
    private bool IsCovered(BidirectionalWarp warp, PlannedFrame planned, float brightnessChange)
    {
        if (warp.StyleDifference > MaxStyleDifference)
            return false;
        if (regionStylizer is not null && Math.Abs(brightnessChange) <= MaxBrightnessChange)
        {
            var (width, height) = (planned.Frame.Width, planned.Frame.Height);
            var disoccluded = warp.FindDisoccludedRegions(width, height, regionStylizer, _maxUncoveredOfTile);
            if (disoccluded.Cost <= MaxRegionCost && disoccluded.Uncovered <= _maxUncoveredOfFrame)
            {
                planned.Regions = disoccluded.Regions;
                return true;
            }
        }

        return warp.UncoveredFraction() <= _maxUncoveredOfFrame;
    }
}
