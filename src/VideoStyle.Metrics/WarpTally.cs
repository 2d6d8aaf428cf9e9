namespace VideoStyle.Metrics;

/// <summary>The pairs of one lag under one profile.</summary>
internal sealed class WarpTally(WarpProfile profile, Lag lag, int clips)
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

    public string SeriesName => $"{profile.ToString().ToLowerInvariant()}@{lag}";

    /// <summary>Adds a pair; its errors are null where no pixel is valid.</summary>
    public void Add(double coverage, double[]? errors)
    {
        _coverage += coverage;
        if (errors is null)
        {
            WithoutValidPixels++;
            return;
        }

        Pairs++;
        for (var clip = 0; clip < clips; clip++)
            _sums[clip] += errors[clip];
    }

    public double? Value(int clip) => Pairs == 0 ? null : profile.Finish(_sums[clip] / Pairs);
}
