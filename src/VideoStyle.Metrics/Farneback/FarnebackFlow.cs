using VideoStyle.Core.Flow;
using VideoStyle.Core.Media;
using VideoStyle.Metrics.Flow;

namespace VideoStyle.Metrics.Farneback;

/// <summary>Dense flow by polynomial expansion: Farnebäck, "Two-Frame Motion Estimation Based on Polynomial Expansion", SCIA 2003.</summary>
/// <remarks>
/// The arithmetic is that of OpenCV's <c>calcOpticalFlowFarneback</c> without flags, which tOF is defined by, up to
/// rounding; but rows are computed when they are needed and 16 pixels at once, in a fraction of the time and memory.
/// Images under 32 pixels are padded by replication. One thread at a time may use an estimator.
/// </remarks>
public sealed class FarnebackFlow : IFlowEstimator
{
    private const int MinSide = 32;

    private readonly FarnebackSettings _settings;

    // For the size of the last images, the smallest level first; kept for the next pair.
    private FarnebackLevel[] _levels = [];
    private (int Width, int Height) _size;

    /// <summary>Creates an estimator.</summary>
    /// <param name="settings">How it estimates.</param>
    public FarnebackFlow(FarnebackSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (settings.Window % 6 != 3)
            throw new ArgumentException("Expected a window of an odd multiple of 3.", nameof(settings));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(settings.PolyN, FlowRow.Margin, nameof(settings));
        _settings = settings;
        Description = FormattableString.Invariant($"Farneback (0.5, {settings.Levels}, {settings.Window}, {settings.Iterations}, {settings.PolyN}, {settings.PolySigma}, 0)");
    }

    /// <inheritdoc />
    public string Description { get; }

    /// <inheritdoc />
    public FlowField Estimate(LumaImage source, LumaImage target)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        if (source.Width != target.Width || source.Height != target.Height)
            throw new ArgumentException($"The images differ in size: {source.Width}x{source.Height} and {target.Width}x{target.Height}.", nameof(target));
        return EstimatePadded(source.Padded(MinSide), target.Padded(MinSide)).ToField(source.Width, source.Height);
    }

    /// <inheritdoc />
    public (FlowField Forward, FlowField Backward) EstimateBoth(LumaImage first, LumaImage second) => (Estimate(first, second), Estimate(second, first));

    /// <inheritdoc />
    public void Dispose()
    {
        // Holds nothing but memory of the collector.
    }

    private FarnebackLevel EstimatePadded(LumaImage source, LumaImage target)
    {
        if (_size != (source.Width, source.Height))
            (_levels, _size) = (MakeLevels(source.Width, source.Height), (source.Width, source.Height));
        for (var level = 0; level < _levels.Length; level++)
        {
            _levels[level].Read(source, target);
            if (level > 0)
                _levels[level].StartFrom(_levels[level - 1]);
            for (var i = 0; i < _settings.Iterations; i++)
                _levels[level].Refine();
        }

        return _levels[^1];
    }

    private FarnebackLevel[] MakeLevels(int width, int height)
    {
        var halvings = 0;
        while (halvings < _settings.Levels && Math.Min(width, height) * Math.Pow(0.5, halvings + 1) >= MinSide)
            halvings++;
        return [.. Enumerable.Range(0, halvings + 1).Select(level => new FarnebackLevel(width, height, halvings - level, _settings))];
    }
}
