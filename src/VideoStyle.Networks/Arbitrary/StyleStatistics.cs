namespace VideoStyle.Networks.Arbitrary;

/// <summary>What an <see cref="ArbitraryStyleModel"/> computes of a style image: tensors, whose order only the model knows.</summary>
public sealed class StyleStatistics : IDisposable
{
    private readonly Tensor[] _values;

    /// <summary>Takes ownership of tensors.</summary>
    /// <param name="values">Owned from now on, whatever scope they belong to.</param>
    public StyleStatistics(params IEnumerable<Tensor> values) => _values = [.. values.Select(v => v.DetachFromDisposeScope())];

    /// <summary>Gets the tensors, owned by the statistics.</summary>
    public IReadOnlyList<Tensor> Values => _values;

    /// <summary>Gets the number of tensors.</summary>
    public int Count => _values.Length;

    /// <summary>Gets one of the tensors; owned by the statistics.</summary>
    public Tensor this[int index] => _values[index];

    /// <summary>The weighted sum of statistics.</summary>
    /// <param name="styles">At least one, all of the same model; the weights add up to 1.</param>
    internal static StyleStatistics Interpolate(IReadOnlyList<(StyleStatistics Style, double Weight)> styles)
    {
        using var scope = NewDisposeScope();
        return new StyleStatistics(
            Enumerable.Range(0, styles[0].Style.Count).Select(i => styles.Select(s => s.Style[i] * s.Weight).Aggregate((a, b) => a + b))
        );
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var value in _values)
            value.Dispose();
    }
}
