using VideoStyle.Core.Media;

namespace VideoStyle.Core.Stylizers;

/// <summary>Styles mixed in shares that stay the same or change with time.</summary>
public sealed class StyleSchedule : StyleAssignment
{
    private readonly IReadOnlyList<(TimeSpan Time, double[] Shares)> _keys;

    /// <summary>Takes the shares at some times; between two of them they change evenly, before the first and behind the last they stay.</summary>
    /// <param name="keys">At least one, in the order of time; each with one share a style, not negative, not all 0.</param>
    /// <exception cref="ArgumentException">The times do not ascend, or the shares make no sense.</exception>
    public StyleSchedule(IReadOnlyList<(TimeSpan Time, IReadOnlyList<double> Shares)> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        if (keys.Count == 0 || keys.Any(k => k.Shares.Count != keys[0].Shares.Count || !(k.Shares.Sum() > 0) || k.Shares.Any(s => s < 0)))
            throw new ArgumentException("Each key has one share a style.", nameof(keys));
        if (keys.Zip(keys.Skip(1)).Any(pair => pair.Second.Time <= pair.First.Time))
            throw new ArgumentException("The times ascend.", nameof(keys));
        _keys = [.. keys.Select(k => (k.Time, k.Shares.Select(s => s / k.Shares.Sum()).ToArray()))];
    }

    /// <inheritdoc />
    public override int Count => _keys[0].Shares.Length;

    /// <inheritdoc />
    public override bool DependsOnOrder => false;

    /// <inheritdoc />
    public override StyleShares Decide(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        var next = _keys.TakeWhile(k => k.Time <= frame.Time).Count();
        if (next == 0 || next == _keys.Count)
            return new StyleShares(_keys[Math.Max(next - 1, 0)].Shares);
        var ((begin, from), (end, to)) = (_keys[next - 1], _keys[next]);
        var way = (frame.Time - begin) / (end - begin);
        return new StyleShares([.. from.Zip(to, (a, b) => a + way * (b - a))]);
    }
}
