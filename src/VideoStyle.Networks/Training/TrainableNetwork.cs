using VideoStyle.Native.Torch;
using VideoStyle.Networks.Models;

namespace VideoStyle.Networks.Training;

/// <summary>A network whose weights change, and the running mean of them that is kept in the end.</summary>
internal sealed class TrainableNetwork : IDisposable
{
    private const double MeanDecay = 0.995;

    private readonly List<string> _names;
    private readonly List<Tensor> _weights;

    private TrainableNetwork(NetworkArchitecture architecture, IReadOnlyDictionary<string, Tensor> weights, TorchDevice device)
    {
        Network = new StyleNetwork(architecture, weights, device, ScalarType.Float32);
        Mean = new StyleNetwork(architecture, weights, device, ScalarType.Float32);
        _names = [.. architecture.Parameters.Keys.Where(architecture.IsTrained).Order(StringComparer.Ordinal)];
        _weights = [.. _names.Select(n => Network.Parameters[n].RequiresGrad_())];
        Optimizer = new Adam(_weights);
    }

    /// <summary>Gets the network that is trained.</summary>
    internal StyleNetwork Network { get; }

    /// <summary>Gets the running mean of its weights, which paints better than any single step's.</summary>
    internal StyleNetwork Mean { get; }

    internal Adam Optimizer { get; }

    /// <summary>Begins from another style.</summary>
    internal static TrainableNetwork From(StyleModel model, TorchDevice device)
    {
        using var start = model.CreateNetwork(device, ScalarType.Float32);
        return new TrainableNetwork(model.Architecture, start.Parameters, device);
    }

    /// <summary>Begins from random weights, uniform within 1/√(inputs) as PyTorch begins a convolution.</summary>
    internal static TrainableNetwork Random(NetworkArchitecture architecture, long seed, TorchDevice device)
    {
        using var scope = new TensorScope();
        var random = new StepRandom(seed, 0, "weights");
        var weights = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var (name, shape) in architecture.Parameters)
        {
            var values = new float[shape.Aggregate(1L, (product, size) => product * size)];
            if (shape.Length == 4)
            {
                var bound = 1 / Math.Sqrt(shape[1] * shape[2] * shape[3]);
                // Channels that become neighbouring pixels begin equal (ICNR; Aitken et al., 2017), or a checkerboard shows.
                var same = name.StartsWith(architecture.Head, StringComparison.Ordinal) ? architecture.Block * architecture.Block : 1;
                var kernel = values.Length / (int)shape[0];
                for (var o = 0; o < shape[0]; o++)
                    for (var i = 0; i < kernel; i++)
                        values[o * kernel + i] = o % same == 0 ? (float)random.Uniform(-bound, bound) : values[(o - 1) * kernel + i];
            }
            else if (!architecture.IsConvolution(name) && name.EndsWith(".weight", StringComparison.Ordinal))
            {
                Array.Fill(values, 1f);
            }
            else if (name.StartsWith(architecture.Head, StringComparison.Ordinal) && !architecture.Sigmoid)
            {
                Array.Fill(values, architecture.White / 2f); // grey
            }

            weights[name] = Tensor.From<float>(values, shape);
        }

        return new TrainableNetwork(architecture, weights, device);
    }

    /// <summary>Takes one step along the gradients, and moves the mean.</summary>
    internal void Step(long step, double rate)
    {
        const double MaxNorm = 5;
        Optimizer.Step(step, rate, MaxNorm);
        using var noGrad = LibTorch.NoGrad();
        var decay = Math.Min(MeanDecay, (step + 1.0) / (step + 10));
        for (var i = 0; i < _names.Count; i++)
            Mean.Parameters[_names[i]].Lerp_(_weights[i], 1 - decay);
    }

    /// <summary>Lists everything that a checkpoint keeps.</summary>
    internal Dictionary<string, Tensor> State()
    {
        var state = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var (name, tensor) in Network.Parameters)
            state[$"weights/{name}"] = tensor;
        foreach (var (name, tensor) in Mean.Parameters)
            state[$"mean/{name}"] = tensor;
        for (var i = 0; i < _names.Count; i++)
            (state[$"adam.first/{_names[i]}"], state[$"adam.second/{_names[i]}"]) = (Optimizer.First[i], Optimizer.Second[i]);
        return state;
    }

    public void Dispose()
    {
        Network.Dispose();
        Mean.Dispose();
        Optimizer.Dispose();
    }
}
