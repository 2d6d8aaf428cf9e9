using VideoStyle.Core.Flow;
using VideoStyle.Metrics.Flow;

namespace VideoStyle.Metrics.Frames;

/// <summary>Finds cuts and the pairs to measure, frame after frame, and keeps the frames that later ones are compared with.</summary>
/// <param name="settings">The lags, the cut threshold, and whether flow is composed.</param>
/// <param name="flow">The reference flow.</param>
/// <param name="needsNeighbors">Whether each frame is paired with the one before it even where lag 1 is not measured.</param>
internal sealed class FramePlanner(MeasureSettings settings, FlowProvider flow, bool needsNeighbors)
{
    private static readonly Lag Neighbor = new(1);

    private readonly SceneCutDetector _cuts = new(settings.CutThreshold);
    private readonly FrameHistory _history = new(
        depth: Math.Max(1, settings.Lags.Max(lag => lag.Frames)),
        keepsFirst: settings.Lags.Contains(Lag.First),
        composed: settings.ComposeFlow ? flow : null);

    private readonly Dictionary<Lag, long> _acrossCuts = settings.Lags.ToDictionary(lag => lag, _ => 0L);

    /// <summary>Gets a set to fill, one that is no longer needed if there is one.</summary>
    public FrameSet Rent(Func<FrameSet> create) => _history.Rent(create);

    /// <summary>Takes sets that nobody reads any more, to be filled again.</summary>
    public void Recycle(IEnumerable<FrameSet> sets) => _history.Recycle(sets);

    /// <summary>Gets the pairs of a lag that were left out because a shot begins between their frames.</summary>
    public long CountAcrossCuts(Lag lag) => _acrossCuts[lag];

    /// <summary>Finds out what is to be measured at the next frame.</summary>
    public FrameContext Plan(FrameSet frames)
    {
        var previous = _history.Previous;
        var isCut = previous is not null && _cuts.IsCut(previous.Source.Luma, frames.Source.Luma);
        frames.Shot = (previous?.Shot ?? 0) + (isCut ? 1 : 0);
        List<FrameSet> dropped = isCut ? _history.Clear() : [];
        _history.AddFlowTo(frames);
        var pairs = FindPairs(frames);
        var fromFirst = _history.FromFirst;
        if (_history.Add(frames) is { } old)
            dropped.Add(old);
        return new FrameContext
        {
            Frames = frames,
            Previous = isCut ? null : previous,
            IsCut = isCut,
            Pairs = pairs,
            FromFirst = fromFirst,
            Dropped = dropped,
        };
    }

    /// <summary>Finds the pairs that end at a frame, with the lags that mean the same pair, as 1 and "first" do at the second frame of a shot.</summary>
    private List<FramePair> FindPairs(FrameSet frames)
    {
        List<FramePair> pairs = [];
        foreach (var lag in settings.Lags)
        {
            if (_history.Back(lag) is { } earlier)
                Pair(lag, earlier).Lags.Add(lag);
            else if (frames.Index >= Math.Max(1, lag.Frames))
                _acrossCuts[lag]++;
        }

        if (needsNeighbors && _history.Back(Neighbor) is { } previous)
            Pair(Neighbor, previous);
        return pairs;

        FramePair Pair(Lag lag, FrameSet earlier)
        {
            if (pairs.Find(pair => pair.Earlier == earlier) is { } same)
                return same;
            FramePair added = new(earlier, settings.ComposeFlow ? _history.Compose(lag) : PairFlow.Between(flow, earlier, frames), []);
            pairs.Add(added);
            return added;
        }
    }
}
