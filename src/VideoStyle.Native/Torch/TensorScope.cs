namespace VideoStyle.Native.Torch;

/// <summary>Disposes, at its end, every tensor that was made inside it on this thread.</summary>
/// <remarks>
/// <code>
/// using var scope = new TensorScope();
/// var y = scope.Keep(Network(x)); // what Network made on the way is freed here, y lives on
/// </code>
/// Scopes nest and end in the reverse order of their beginning. A tensor may be disposed earlier by hand.
/// </remarks>
public sealed class TensorScope : IDisposable
{
    [ThreadStatic]
    private static TensorScope? s_current;

    private readonly TensorScope? _outer;
    private readonly List<Tensor> _tensors = [];

    /// <summary>Begins a scope on this thread.</summary>
    public TensorScope()
    {
        _outer = s_current;
        s_current = this;
    }

    /// <summary>Hands a tensor to the scope around this one, or to the caller where there is none.</summary>
    /// <param name="tensor">A tensor made inside this scope.</param>
    /// <returns>The same tensor.</returns>
    public Tensor Keep(Tensor tensor)
    {
        // What is kept was made last, as a rule.
        var index = _tensors.LastIndexOf(tensor);
        if (index >= 0)
        {
            _tensors.RemoveAt(index);
            _outer?._tensors.Add(tensor);
        }

        return tensor;
    }

    /// <summary>Takes a tensor out of every scope, for an owner that disposes it itself.</summary>
    /// <param name="tensor">A tensor made on this thread.</param>
    /// <returns>The same tensor.</returns>
    public static Tensor Release(Tensor tensor)
    {
        for (var scope = s_current; scope is not null; scope = scope._outer)
        {
            if (scope._tensors.LastIndexOf(tensor) is >= 0 and var index)
                scope._tensors.RemoveAt(index);
        }

        return tensor;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var tensor in _tensors)
            tensor.Dispose();
        _tensors.Clear();
        if (s_current == this)
            s_current = _outer;
    }

    internal static void Register(Tensor tensor) => s_current?._tensors.Add(tensor);
}
