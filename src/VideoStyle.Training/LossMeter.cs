namespace VideoStyle.Training;

/// <summary>Averages losses and the time of a step between reports.</summary>
internal sealed class LossMeter(TimeProvider time)
{
    private readonly Dictionary<string, double> _sums = new(StringComparer.Ordinal);
    private int _count;
    private long _since = time.GetTimestamp();

    /// <summary>Gets the last averages.</summary>
    internal IReadOnlyDictionary<string, double> Last { get; private set; } = new Dictionary<string, double>(StringComparer.Ordinal);

    internal double SecondsPerStep { get; private set; }

    internal void Add(Dictionary<string, double> losses)
    {
        foreach (var (name, value) in losses)
            _sums[name] = _sums.GetValueOrDefault(name) + value;
        _count++;
    }

    /// <summary>Returns the averages since the last call and resets; the last averages where nothing was added.</summary>
    internal IReadOnlyDictionary<string, double> Flush()
    {
        if (_count == 0)
            return Last;
        Last = _sums.ToDictionary(s => s.Key, s => s.Value / _count, StringComparer.Ordinal);
        SecondsPerStep = time.GetElapsedTime(_since).TotalSeconds / _count;
        _since = time.GetTimestamp();
        _sums.Clear();
        _count = 0;
        return Last;
    }
}
