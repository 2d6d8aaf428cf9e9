using VideoStyle.Core.Compositing;
using VideoStyle.Core.Media;
using VideoStyle.Core.MotionEstimation;
using VideoStyle.Core.Stylizers;

namespace VideoStyle.Core.Pipeline;

/// <summary>Chooses the frames that are painted whole; those between are put together from the paintings on both sides.</summary>
/// <remarks>
/// Painted are the first frame of a shot and of a segment, the last before either, and at least every so many frames. Places
/// that the motion towards both sides leaves unexplained are painted in parts, where the stylizer can. Where too much of a
/// frame is unexplained, the stretch is halved and each half decided anew, down to painting every frame. The decision
/// depends on nothing before the last painted frame, so a conversion that is resumed at a segment decides alike.
/// </remarks>
/// <param name="every">The most frames from one painted frame to the next, at least 1.</param>
/// <param name="stylizer">Paints; says whether it can paint parts, and what they cost.</param>
internal sealed class KeyframeSelector(int every, IStylizer stylizer)
{
    /// <summary>The share of a frame that may be painted in parts; beyond that one painting more, with nearer ones on both sides, costs less.</summary>
    private const double MostInParts = 0.5;

    /// <summary>How much brighter or darker a frame may be, in units of luma, for parts of it to be painted with the statistics of a painting before.</summary>
    private const float MostBrighter = 8;

    // What may stay unexplained, the more the fewer paintings are asked for: of a frame, and of a small square of it before a
    // part is painted. At every 4th frame 0.05 and 0.3, at every 8th 0.1 and 0.6.
    private readonly double _mostOfFrame = 0.0125 * every;
    private readonly double _mostOfTile = Math.Min(0.075 * every, 0.9);

    private readonly List<PlannedFrame> _stretch = [];

    /// <summary>Adds the next frame.</summary>
    /// <param name="frame">The frame; in the planner's hands until it is given out.</param>
    /// <param name="decided">Receives the frames that are decided, in order; those without <see cref="PlannedFrame.Between"/> are to be painted.</param>
    public void Add(PlannedFrame frame, Queue<PlannedFrame> decided)
    {
        if (frame.IsCut || frame.Motion is null)
        {
            Finish(decided);
            decided.Enqueue(frame);
            return;
        }

        _stretch.Add(frame);
        if (frame.Divides || _stretch.Count == every)
            Finish(decided);
    }

    /// <summary>Decides the frames that are left; the last of them is painted.</summary>
    /// <param name="decided">Receives them.</param>
    public void Finish(Queue<PlannedFrame> decided)
    {
        if (_stretch.Count > 0)
            Resolve(0, _stretch.Count - 1, decided);
        _stretch.Clear();
    }

    /// <summary>Gives back what was not decided.</summary>
    public void Abandon()
    {
        foreach (var frame in _stretch)
            frame.Dispose();
        _stretch.Clear();
    }

    // The frame before `first` and the one at `last` are painted.
    private void Resolve(int first, int last, Queue<PlannedFrame> decided)
    {
        if (first < last && !TryExplain(first, last))
        {
            var middle = (first + last) / 2;
            Resolve(first, middle, decided);
            Resolve(middle + 1, last, decided);
            return;
        }

        for (var i = first; i <= last; i++)
            decided.Enqueue(_stretch[i]);
    }

    private bool TryExplain(int first, int last)
    {
        var count = last - first;
        var (back, on) = (new ComposedFlow[count], new ComposedFlow[count]);
        for (var i = 0; i < count; i++)
            back[i] = i == 0 ? ComposedFlow.Of(_stretch[first].Motion!) : ComposedFlow.Compose(_stretch[first + i].Motion!, back[i - 1]);
        for (var i = count - 1; i >= 0; i--)
        {
            var onward = _stretch[first + i + 1].Motion!.Onward!;
            on[i] = i == count - 1 ? ComposedFlow.Of(onward) : ComposedFlow.Compose(onward, on[i + 1]);
        }

        var betweens = Enumerable.Range(0, count).Select(i => new BidirectionalWarp(back[i], on[i], (i + 1f) / (count + 1))).ToArray();
        var (explained, brighter) = (true, 0f);
        for (var i = 0; explained && i < count; i++)
        {
            brighter += _stretch[first + i].Motion!.Brighter;
            explained = Explains(betweens[i], _stretch[first + i].Frame, brighter);
        }

        for (var i = 0; i < count; i++)
        {
            if (explained)
                _stretch[first + i].Between = betweens[i];
            else
                betweens[i].Dispose();
        }

        return explained;
    }

    // Parts that cost too much are left out where the frame does without.
    private bool Explains(BidirectionalWarp between, Frame frame, float brighter)
    {
        if (stylizer.PaintsParts && Math.Abs(brighter) <= MostBrighter)
        {
            var parts = between.FindParts(frame.Width, frame.Height, stylizer, _mostOfTile);
            if (parts.Cost <= MostInParts && parts.Rest <= _mostOfFrame)
            {
                between.Parts = parts.Areas;
                return true;
            }
        }

        return between.Unexplained() <= _mostOfFrame;
    }
}
