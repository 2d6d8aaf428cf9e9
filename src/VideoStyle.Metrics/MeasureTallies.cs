namespace VideoStyle.Metrics;

/// <summary>Everything that adds up over a measurement.</summary>
internal sealed class MeasureTallies
{
    private readonly MeasureSettings _settings;
    private readonly int _clips;
    private readonly Dictionary<Lag, List<WarpTally>> _warps;
    private readonly Dictionary<Lag, long> _acrossCuts;
    private readonly ShotStatistics[] _meanLuma;
    private readonly double[] _gradientEnergy;
    private readonly double[] _squaredError;
    private readonly double[] _similarity;
    private readonly List<long> _cuts = [];
    private readonly HashSet<string> _perceptual = new(StringComparer.Ordinal);

    public MeasureTallies(MeasureSettings settings, int clips)
    {
        (_settings, _clips) = (settings, clips);
        _warps = settings.Lags.ToDictionary(lag => lag, lag => settings.Profiles.Select(profile => new WarpTally(profile, lag, clips)).ToList());
        _acrossCuts = settings.Lags.ToDictionary(lag => lag, _ => 0L);
        _meanLuma = [.. Enumerable.Range(0, clips).Select(_ => new ShotStatistics())];
        (_gradientEnergy, _squaredError, _similarity) = (new double[clips], new double[clips], new double[clips]);
        Series = new FrameSeries(clips);
    }

    public FrameSeries Series { get; }

    public long Frames { get; private set; }

    public IReadOnlyList<long> Cuts => _cuts;

    /// <summary>Gets the length of the longest shot, in frames.</summary>
    public long LongestShot => _cuts.Append(Frames).Zip(_cuts.Prepend(0), (end, start) => end - start).Max();

    public IReadOnlyDictionary<Lag, List<WarpTally>> Warps => _warps;

    public void BeginFrame(PictureSet set, bool cut)
    {
        Frames++;
        Series.BeginFrame(set.Seconds);
        if (cut)
            _cuts.Add(set.Index);
    }

    public long AcrossCuts(Lag lag) => _acrossCuts[lag];

    public void CountAcrossCut(Lag lag) => _acrossCuts[lag]++;

    public void AddPair(Lag lag, IReadOnlyList<(double Coverage, double[]? Errors)> measured)
    {
        for (var i = 0; i < measured.Count; i++)
        {
            var tally = _warps[lag][i];
            tally.Add(measured[i].Coverage, measured[i].Errors);
            Series.Set(0, $"coverage.{tally.SeriesName}", measured[i].Coverage);
            for (var clip = 0; clip < _clips && measured[i].Errors is not null; clip++)
                Series.Set(clip, tally.SeriesName, measured[i].Errors![clip]);
        }
    }

    /// <summary>Adds what single frames are measured by.</summary>
    public void AddQuality(PictureSet set, PictureFigures[] figures)
    {
        for (var clip = 0; clip < _clips; clip++)
        {
            var ((energy, squaredError, similarity), mean) = (figures[clip], set.Pictures[clip].MeanLuma);
            _gradientEnergy[clip] += energy;
            _meanLuma[clip].Add(set.Shot, set.Index, mean - set.Source.MeanLuma);
            Series.Set(clip, "meanLuma", mean);
            Series.Set(clip, "gradientEnergy", energy);
            if (squaredError is not { } error)
                continue;
            _squaredError[clip] += error;
            _similarity[clip] += similarity;
            Series.Set(clip, "ssim", similarity);
            Series.Set(clip, "psnrDb", Psnr(error) ?? double.PositiveInfinity);
        }
    }

    /// <summary>Adds tOF of one pair, by clip.</summary>
    public void AddMotion(double[] differences)
    {
        for (var clip = 1; clip < _clips; clip++)
            Series.Set(clip, "tof", differences[clip]);
    }

    /// <summary>Adds the distances of one moment.</summary>
    public void AddPerceptual(IReadOnlyList<IReadOnlyDictionary<string, double>> clips)
    {
        for (var clip = 0; clip < clips.Count; clip++)
            foreach (var (name, value) in clips[clip])
            {
                _perceptual.Add(name);
                Series.Set(clip, name, value);
            }
    }

    /// <summary>Averages the distances over the moments at which they were computed.</summary>
    public IReadOnlyDictionary<string, double> Perceptual(int clip) =>
        _perceptual.Select(name => (name, Values: Series.Known(clip, name).Select(item => (double)item.Value).ToList()))
            .Where(item => item.Values.Count > 0)
            .ToDictionary(item => item.name, item => item.Values.Average(), StringComparer.Ordinal);

    /// <summary>Averages tOF as TecoGAN does, without the ends; over all pairs where nothing else is left.</summary>
    public double? MotionDifference(int clip)
    {
        var known = Series.Known(clip, "tof").ToList();
        var inner = known.Where(item => item.Frame >= MeasureSettings.FirstMotionFrame && item.Frame <= Frames - MeasureSettings.FirstMotionFrame).ToList();
        var used = inner.Count > 0 ? inner : known;
        return used.Count == 0 ? null : used.Average(item => (double)item.Value);
    }

    /// <summary>Standard deviation and drift of the mean luma less the source's.</summary>
    public (double? Deviation, double? Slope) MeanLuma(int clip) => _meanLuma[clip].Finish();

    public double GradientEnergy(int clip) => _gradientEnergy[clip] / Frames;

    /// <summary>Gets the mean SSIM, or null where it was not computed or the pictures are too small.</summary>
    public double? Ssim(int clip) => _settings.Fidelity && !double.IsNaN(_similarity[clip]) ? _similarity[clip] / Frames : null;

    public double? PsnrDb(int clip) => _settings.Fidelity ? Psnr(_squaredError[clip] / Frames) : null;

    private static double? Psnr(double meanSquaredError) => meanSquaredError == 0 ? null : 10 * Math.Log10(255 * 255 / meanSquaredError);
}
