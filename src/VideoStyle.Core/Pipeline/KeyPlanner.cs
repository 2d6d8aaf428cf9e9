using VideoStyle.Core.Styling;

namespace VideoStyle.Core.Pipeline;

/// <summary>Chooses the frames that are painted; those between are put together from the paintings on both sides.</summary>
/// <remarks>
/// Painted are the first frame of a shot and of a segment, the last before either, and at least every so many frames. Where
/// the motion towards both sides leaves too much of a frame unexplained, the stretch is halved and each half decided anew,
/// down to painting every frame. The decision depends on nothing before the last painted frame, so a conversion that is
/// resumed at a segment decides alike.
/// </remarks>
/// <param name="every">The most frames from one painted frame to the next, at least 1.</param>
internal sealed class KeyPlanner(int every)
{
    /// <summary>
    /// The share of a frame, at the worst one of a stretch, that may stay unexplained: the more, the fewer paintings are asked for.
    /// At every 4th frame 0.05, at every 8th 0.1, where similarity to painting all is still 0.96 and more.
    /// </summary>
    private readonly double _mostUnexplained = 0.0125 * every;

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
        var (back, on) = (new MotionPath[count], new MotionPath[count]);
        for (var i = 0; i < count; i++)
            back[i] = i == 0 ? MotionPath.Of(_stretch[first].Motion!) : MotionPath.Compose(_stretch[first + i].Motion!, back[i - 1]);
        for (var i = count - 1; i >= 0; i--)
        {
            var onward = _stretch[first + i + 1].Motion!.Onward!;
            on[i] = i == count - 1 ? MotionPath.Of(onward) : MotionPath.Compose(onward, on[i + 1]);
        }

        var betweens = Enumerable.Range(0, count).Select(i => new InBetween(back[i], on[i], (i + 1f) / (count + 1))).ToArray();
        var explained = betweens.All(between => between.Unexplained() <= _mostUnexplained);
        for (var i = 0; i < count; i++)
        {
            if (explained)
                _stretch[first + i].Between = betweens[i];
            else
                betweens[i].Dispose();
        }

        return explained;
    }
}
