using VideoStyle.Metrics.Reports;

namespace VideoStyle.Metrics;

/// <summary>The values of every frame, for curves and tables.</summary>
public sealed class FrameSeries
{
    private readonly List<double> _seconds = [];
    private readonly Dictionary<string, List<float>>[] _values;

    internal FrameSeries(int clips) =>
        _values = [.. Enumerable.Range(0, clips).Select(_ => new Dictionary<string, List<float>>(StringComparer.Ordinal))];

    /// <summary>Gets the time of each frame after the first, in seconds.</summary>
    public IReadOnlyList<double> Seconds => _seconds;

    /// <summary>Gets the names of the values that a clip has, in the order in which they first appeared.</summary>
    /// <param name="clip">The index of the clip in <see cref="MetricsReport.Clips"/>.</param>
    public IEnumerable<string> NamesOf(int clip) => _values[clip].Keys;

    /// <summary>Gets a value.</summary>
    /// <param name="clip">The index of the clip in <see cref="MetricsReport.Clips"/>.</param>
    /// <param name="name">Which value; that of a pair of frames stands at the later one.</param>
    /// <param name="frame">The number of the frame.</param>
    /// <returns>The value, or NaN where the frame has none.</returns>
    public float this[int clip, string name, int frame] =>
        _values[clip].TryGetValue(name, out var list) && frame < list.Count ? list[frame] : float.NaN;

    internal void BeginFrame(double seconds) => _seconds.Add(seconds);

    /// <summary>Sets a value of the newest frame.</summary>
    internal void Set(int clip, string name, double value)
    {
        if (!_values[clip].TryGetValue(name, out var list))
            _values[clip][name] = list = [];
        while (list.Count < _seconds.Count)
            list.Add(float.NaN);
        list[_seconds.Count - 1] = (float)value;
    }

    internal IEnumerable<(int Frame, float Value)> Known(int clip, string name) =>
        _values[clip].TryGetValue(name, out var list)
            ? list.Select((value, frame) => (frame, value)).Where(item => !float.IsNaN(item.value))
            : [];
}
