namespace VideoStyle.Live.Painting;

/// <summary>Decides, once a second or so, whether the painting must be simpler or can be finer again.</summary>
/// <remarks>
/// Down after two looks in a row at which the rate or the delay was missed. Up after a quiet time with the stylizer idle for a good part of it; a step up that had to
/// be taken back doubles the quiet time, so that it does not swing.
/// </remarks>
/// <param name="levels">The number of levels.</param>
/// <param name="maxLatency">The delay that may not be exceeded.</param>
internal sealed class LevelControl(int levels, TimeSpan maxLatency)
{
    private const double MinRate = 0.9;      // of the frames that came
    private const double MaxBusy = 0.55;     // of the stylizer, for a step up
    private const int LooksDown = 2;
    private static readonly TimeSpan FirstQuiet = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestQuiet = TimeSpan.FromMinutes(5);

    private TimeSpan _quiet = FirstQuiet;
    private TimeSpan _changed;
    private TimeSpan _calmSince;
    private bool _lastWasUp;
    private int _bad;

    /// <summary>Gets the level, 0 for what was asked for.</summary>
    public int Level { get; private set; }

    /// <summary>Looks at what happened since the last look.</summary>
    /// <param name="now">The time since the start.</param>
    /// <param name="came">Frames that came and were wanted.</param>
    /// <param name="painted">Frames that were painted.</param>
    /// <param name="latency">The delay that one frame in twenty exceeded.</param>
    /// <param name="busy">The share of the time that the stylizer's workers were busy, 0–1.</param>
    /// <returns>Whether the level changed.</returns>
    public bool Look(TimeSpan now, int came, int painted, TimeSpan latency, double busy)
    {
        if (came == 0)
            return false; // the input is silent, which says nothing
        var isBad = painted < MinRate * came - 1 || latency > maxLatency;
        _bad = isBad ? _bad + 1 : 0;
        if (isBad)
            _calmSince = now;
        if (_bad >= LooksDown && Level < levels - 1)
        {
            if (_lastWasUp && now - _changed < 2 * _quiet)
                _quiet = 2 * _quiet < LongestQuiet ? 2 * _quiet : LongestQuiet;
            return Change(now, +1);
        }

        if (!isBad && Level > 0 && busy < MaxBusy && now - _calmSince >= _quiet && now - _changed >= _quiet)
            return Change(now, -1);
        return false;
    }

    private bool Change(TimeSpan now, int step)
    {
        Level += step;
        (_changed, _calmSince, _bad, _lastWasUp) = (now, now, 0, step < 0);
        return true;
    }
}
