namespace VideoStyle.Metrics;

/// <summary>The frames of the current shot that later ones are compared with, and the flow between neighbours where it is chained.</summary>
internal sealed class ShotHistory(int depth, bool keepFirst, FlowSupply? chained)
{
    private readonly List<PictureSet> _recent = [];
    private readonly List<PairFlow> _steps = [];
    private readonly Stack<PictureSet> _idle = new();
    private PairFlow? _fromFirst;

    /// <summary>Gets the first frame of the shot, or null where it is not kept or there is none yet.</summary>
    public PictureSet? First { get; private set; }

    /// <summary>Gets the frame before, or null at the start of the video.</summary>
    public PictureSet? Previous => _recent.Count == 0 ? null : _recent[^1];

    /// <summary>Gets the chained flow from the shot's first frame to the one that was announced last, or null.</summary>
    public PairFlow? FromFirst => _fromFirst;

    /// <summary>Gets a set to fill, one that is no longer needed if there is one.</summary>
    public PictureSet Rent(Func<PictureSet> create) => _idle.TryPop(out var set) ? set : create();

    /// <summary>Finds the frame a lag back, or null where the shot is too young.</summary>
    public PictureSet? Back(Lag lag) =>
        lag == Lag.First ? First
        : lag.Frames <= _recent.Count ? _recent[^lag.Frames]
        : null;

    /// <summary>Puts flow together along the neighbours, up to the frame that was announced with <see cref="Step"/>.</summary>
    public PairFlow Chain(Lag lag) =>
        lag == Lag.First ? _fromFirst! : _steps.Skip(_steps.Count - lag.Frames).Aggregate((path, step) => path.Then(step));

    /// <summary>Announces the flow from the frame before to the current one.</summary>
    public void Step(PictureSet current)
    {
        if (chained is null || Previous is null)
            return;
        var step = PairFlow.Between(chained, Previous, current);
        _steps.Add(step);
        if (_steps.Count > depth)
            _steps.RemoveAt(0);
        if (!keepFirst)
            return;
        _fromFirst = _fromFirst?.Then(step) ?? step;
    }

    /// <summary>Keeps a frame.</summary>
    /// <returns>The frame that is too old to be kept any longer, or null.</returns>
    public PictureSet? Add(PictureSet set)
    {
        if (keepFirst)
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
    public List<PictureSet> Clear()
    {
        List<PictureSet> frames = [.. _recent];
        if (First is not null && !frames.Contains(First))
            frames.Add(First);
        _recent.Clear();
        _steps.Clear();
        (First, _fromFirst) = (null, null);
        return frames;
    }

    /// <summary>Takes sets that nobody reads any more, to be filled again.</summary>
    public void Recycle(IEnumerable<PictureSet> sets)
    {
        foreach (var set in sets)
            _idle.Push(set);
    }
}
