namespace VideoStyle.Networks.Arbitrary;

/// <summary>What an <see cref="ArbitraryStyleModel"/> keeps of a style picture: tensors, in an order that only the model knows.</summary>
public sealed class StyleStatistics : IDisposable
{
    private readonly Tensor[] _values;

    /// <summary>Takes tensors over.</summary>
    /// <param name="values">Owned from now on, whatever scope they were made in.</param>
    public StyleStatistics(params IEnumerable<Tensor> values) => _values = [.. values.Select(v => v.DetachFromDisposeScope())];

    /// <summary>Gets the tensors, owned by the statistics.</summary>
    public IReadOnlyList<Tensor> Values => _values;

    /// <summary>Gets the number of tensors.</summary>
    public int Count => _values.Length;

    /// <summary>Gets one of the tensors; owned by the statistics.</summary>
    public Tensor this[int index] => _values[index];

    /// <summary>Adds statistics up, each times its share.</summary>
    /// <param name="parts">At least one, all of the same model.</param>
    internal static StyleStatistics Mix(IReadOnlyList<(StyleStatistics Style, double Share)> parts)
    {
        using var scope = NewDisposeScope();
        return new StyleStatistics(
            Enumerable.Range(0, parts[0].Style.Count).Select(i => parts.Select(p => p.Style[i] * p.Share).Aggregate((a, b) => a + b))
        );
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var value in _values)
            value.Dispose();
    }
}
