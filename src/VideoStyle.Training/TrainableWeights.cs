using TorchSharp.Modules;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Training;

/// <summary>Tensors that training changes, and the running mean of them that is kept in the end.</summary>
internal sealed class TrainableWeights : IDisposable
{
    private const double MeanDecay = 0.995;
    private const double MaxNorm = 5;

    private readonly Dictionary<string, Tensor> _now;
    private readonly Dictionary<string, Tensor> _mean;
    private readonly List<string> _names;
    private readonly List<Parameter> _trained;
    private readonly Adam _optimizer;

    /// <summary>Copies what to begin with.</summary>
    /// <param name="start">The tensors; kept by the caller.</param>
    /// <param name="isTrained">Which of them change.</param>
    /// <param name="device">Where to compute.</param>
    internal TrainableWeights(IReadOnlyDictionary<string, Tensor> start, Func<string, bool> isTrained, Device device)
    {
        (_now, _mean) = (Copy(start, device), Copy(start, device));
        _names = [.. start.Keys.Where(isTrained).Order(StringComparer.Ordinal)];
        using var scope = NewDisposeScope();
        _trained = _names.ConvertAll(n => scope.Detach(new Parameter(_now[n])));
        for (var i = 0; i < _names.Count; i++)
            _now[_names[i]] = _trained[i];
        _optimizer = new Adam(_trained);
    }

    /// <summary>Gets the tensors as they are, which gather gradients.</summary>
    internal IReadOnlyDictionary<string, Tensor> Now => _now;

    /// <summary>Gets the running mean of the tensors, which paints better than any single step's.</summary>
    internal IReadOnlyDictionary<string, Tensor> Mean => _mean;

    /// <summary>Takes one step along the gradients, and moves the mean.</summary>
    internal void Step(long step, double rate)
    {
        _optimizer.Step(step, rate, MaxNorm);
        using var noGrad = no_grad();
        var decay = Math.Min(MeanDecay, (step + 1.0) / (step + 10));
        for (var i = 0; i < _names.Count; i++)
            _mean[_names[i]].lerp_(_trained[i], 1 - decay);
    }

    /// <summary>Lists everything that a checkpoint keeps.</summary>
    internal Dictionary<string, Tensor> State()
    {
        var state = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var (name, tensor) in _now)
            state[$"weights/{name}"] = tensor;
        foreach (var (name, tensor) in _mean)
            state[$"mean/{name}"] = tensor;
        for (var i = 0; i < _names.Count; i++)
            (state[$"adam.first/{_names[i]}"], state[$"adam.second/{_names[i]}"]) = (_optimizer.First[i], _optimizer.Second[i]);
        return state;
    }

    public void Dispose()
    {
        foreach (var tensor in _now.Values.Concat(_mean.Values))
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
