using VideoStyle.Metrics.Flow;

namespace VideoStyle.Metrics.Frames;

/// <summary>The frames of the current shot that later ones are compared with, and the flow between neighbors where it is composed.</summary>
internal sealed class FrameHistory(int depth, bool keepsFirst, FlowProvider? composed)
{
    private readonly List<FrameSet> _recent = [];
    private readonly List<PairFlow> _steps = [];
    private readonly Stack<FrameSet> _idle = new();
    private PairFlow? _fromFirst;

    /// <summary>Gets the first frame of the shot, or null where it is not kept or there is none yet.</summary>
    public FrameSet? First { get; private set; }

    /// <summary>Gets the frame before, or null at the start of the video.</summary>
    public FrameSet? Previous => _recent.Count == 0 ? null : _recent[^1];

    /// <summary>Gets the composed flow from the shot's first frame to the one whose flow was added last, or null.</summary>
    public PairFlow? FromFirst => _fromFirst;

    /// <summary>Gets a set to fill, one that is no longer needed if there is one.</summary>
    public FrameSet Rent(Func<FrameSet> create) => _idle.TryPop(out var set) ? set : create();

    /// <summary>Finds the frame a lag back, or null where the shot is too young.</summary>
    public FrameSet? Back(Lag lag) =>
        lag == Lag.First ? First
        : lag.Frames <= _recent.Count ? _recent[^lag.Frames]
        : null;

    /// <summary>Composes flow along the neighbors, up to the frame that was given to <see cref="AddFlowTo"/>.</summary>
    public PairFlow Compose(Lag lag) =>
        lag == Lag.First ? _fromFirst! : _steps.Skip(_steps.Count - lag.Frames).Aggregate((path, step) => path.Then(step));

    /// <summary>Adds the flow from the frame before to the current one.</summary>
    public void AddFlowTo(FrameSet current)
    {
        if (composed is null || Previous is null)
            return;
        var step = PairFlow.Between(composed, Previous, current);
        _steps.Add(step);
        if (_steps.Count > depth)
            _steps.RemoveAt(0);
        if (!keepsFirst)
            return;
        _fromFirst = _fromFirst?.Then(step) ?? step;
    }

    /// <summary>Keeps a frame.</summary>
    /// <returns>The frame that is too old to be kept any longer, or null.</returns>
    public FrameSet? Add(FrameSet set)
    {
        if (keepsFirst)
            First ??= set;
        _recent.Add(set);
        if (_recent.Count <= depth)
            return null;
        var old = _recent[0];
        _recent.RemoveAt(0);
        return old == First ? null : old;
    }

    /// <summary>Forgets the shot.</summary>
    /// <returns>The frames that it had.</returns>
    public List<FrameSet> Clear()
    {
        List<FrameSet> frames = [.. _recent];
        if (First is not null && !frames.Contains(First))
            frames.Add(First);
        _recent.Clear();
        _steps.Clear();
        (First, _fromFirst) = (null, null);
        return frames;
    }

    /// <summary>Takes sets that nobody reads any more, to be filled again.</summary>
    public void Recycle(IEnumerable<FrameSet> sets)
    {
        foreach (var set in sets)
            _idle.Push(set);
    }
}
