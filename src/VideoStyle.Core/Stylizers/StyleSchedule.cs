using VideoStyle.Core.Media;

namespace VideoStyle.Core.Stylizers;

/// <summary>Style weights that are constant or change with time.</summary>
public sealed class StyleSchedule : StyleAssignment
{
    private readonly IReadOnlyList<(TimeSpan Time, double[] Weights)> _keys;

    /// <summary>Interpolates linearly between the weights at given times; before the first and after the last they are constant.</summary>
    /// <param name="keys">At least one, in ascending order of time; each with one weight for each style, not negative and not all 0.</param>
    /// <exception cref="ArgumentException">The times do not ascend, or weights are missing or negative.</exception>
    public StyleSchedule(IReadOnlyList<(TimeSpan Time, IReadOnlyList<double> Weights)> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        if (keys.Count == 0 || keys.Any(k => k.Weights.Count != keys[0].Weights.Count || !(k.Weights.Sum() > 0) || k.Weights.Any(w => w < 0)))
            throw new ArgumentException("Each key has one weight for each style.", nameof(keys));
        if (keys.Zip(keys.Skip(1)).Any(pair => pair.Second.Time <= pair.First.Time))
            throw new ArgumentException("The times ascend.", nameof(keys));
        _keys = [.. keys.Select(k => (k.Time, k.Weights.Select(w => w / k.Weights.Sum()).ToArray()))];
    }

    /// <inheritdoc />
    public override int Count => _keys[0].Weights.Length;

    /// <inheritdoc />
    public override bool DependsOnOrder => false;

    /// <inheritdoc />
    public override StyleWeights Decide(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        var next = _keys.TakeWhile(k => k.Time <= frame.Time).Count();
        if (next == 0 || next == _keys.Count)
            return new StyleWeights(_keys[Math.Max(next - 1, 0)].Weights);
        var ((begin, from), (end, to)) = (_keys[next - 1], _keys[next]);
        var position = (frame.Time - begin) / (end - begin);
        return new StyleWeights([.. from.Zip(to, (a, b) => a + position * (b - a))]);
    }
}
