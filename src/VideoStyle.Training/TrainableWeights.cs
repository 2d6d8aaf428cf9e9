using TorchSharp.Modules;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Training;

/// <summary>The tensors of a model in training, and their exponential moving average (EMA), which is what is saved.</summary>
internal sealed class TrainableWeights : IDisposable
{
    private const double MaxNorm = 5;

    private readonly Dictionary<string, Tensor> _current;
    private readonly Dictionary<string, Tensor> _averaged;
    private readonly List<string> _names;
    private readonly List<Parameter> _trained;
    private readonly Adam _optimizer;
    private readonly double _emaDecay;

    /// <summary>Copies the initial tensors.</summary>
    /// <param name="start">The initial tensors; owned by the caller.</param>
    /// <param name="isTrained">Which of them are trained.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="emaDecay">The share of the average that a step keeps, below 1.</param>
    internal TrainableWeights(IReadOnlyDictionary<string, Tensor> start, Func<string, bool> isTrained, Device device, double emaDecay = 0.995)
    {
        _emaDecay = emaDecay;
        (_current, _averaged) = (Copy(start, device), Copy(start, device));
        _names = [.. start.Keys.Where(isTrained).Order(StringComparer.Ordinal)];
        using var scope = NewDisposeScope();
        _trained = _names.ConvertAll(n => scope.Detach(new Parameter(_current[n])));
        for (var i = 0; i < _names.Count; i++)
            _current[_names[i]] = _trained[i];
        _optimizer = new Adam(_trained);
    }

    /// <summary>Gets the current tensors, which accumulate gradients.</summary>
    internal IReadOnlyDictionary<string, Tensor> Current => _current;

    /// <summary>Gets the exponential moving average of the tensors, which stylizes better than those of any single step.</summary>
    internal IReadOnlyDictionary<string, Tensor> Averaged => _averaged;

    /// <summary>Takes one optimizer step and updates the averages.</summary>
    internal void Step(long step, double rate)
    {
        _optimizer.Step(step, rate, MaxNorm);
        using var noGrad = no_grad();
        var decay = Math.Min(_emaDecay, (step + 1.0) / (step + 10));
        for (var i = 0; i < _names.Count; i++)
            _averaged[_names[i]].lerp_(_trained[i], 1 - decay);
    }

    /// <summary>Gets everything that a checkpoint saves.</summary>
    internal Dictionary<string, Tensor> State()
    {
        var state = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var (name, tensor) in _current)
            state[$"weights/{name}"] = tensor;
        foreach (var (name, tensor) in _averaged)
            state[$"mean/{name}"] = tensor;
        for (var i = 0; i < _names.Count; i++)
            (state[$"adam.first/{_names[i]}"], state[$"adam.second/{_names[i]}"]) = (_optimizer.First[i], _optimizer.Second[i]);
        return state;
    }

    public void Dispose()
    {
        foreach (var tensor in _current.Values.Concat(_averaged.Values))
            tensor.Dispose();
        _optimizer.Dispose();
    }

    private static Dictionary<string, Tensor> Copy(IReadOnlyDictionary<string, Tensor> start, Device device)
    {
        var copies = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var (name, tensor) in start)
        {
            using var scope = NewDisposeScope();
            var copy = tensor.to(ScalarType.Float32, device).clone();
            copies[name] = (tensor.shape.Length == 4 ? copy.ToChannelsLast() : copy).DetachFromDisposeScope();
        }

        return copies;
    }
}
