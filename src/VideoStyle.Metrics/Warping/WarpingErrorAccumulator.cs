namespace VideoStyle.Metrics.Warping;

/// <summary>Sums the warping errors of one profile and lag over the pairs.</summary>
internal sealed class WarpingErrorAccumulator(WarpProfile profile, Lag lag, int clips)
{
    private readonly double[] _sums = new double[clips];
    private double _coverage;

    public WarpProfile Profile => profile;

    public Lag Lag => lag;

    /// <summary>Gets the pairs that have an error.</summary>
    public long Pairs { get; private set; }

    public long WithoutValidPixels { get; private set; }

    /// <summary>Gets the mean certainty over all measured pairs, or null where there were none.</summary>
    public double? Coverage => Pairs + WithoutValidPixels == 0 ? null : _coverage / (Pairs + WithoutValidPixels);

    public string SeriesKey => SeriesKeyOf(profile, lag);

    public static string SeriesKeyOf(WarpProfile profile, Lag lag) => $"{profile.ToString().ToLowerInvariant()}@{lag}";

    /// <summary>Adds a pair.</summary>
    public void Add(PairErrors pair)
    {
        _coverage += pair.Coverage;
        if (pair.Errors is null)
        {
            WithoutValidPixels++;
            return;
        }

        Pairs++;
        for (var clip = 0; clip < clips; clip++)
            _sums[clip] += pair.Errors[clip];
    }

    public double? Value(int clip) => Pairs == 0 ? null : profile.Finish(_sums[clip] / Pairs);
}
