using VideoStyle.Networks.Models;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Training;

/// <summary>A style network in training, with one or several styles.</summary>
internal sealed class TrainableNetwork : IDisposable
{
    private readonly StyleParameterization _parameterization;
    private readonly Device _device;
    private readonly ScalarType _autocastDtype;

    private TrainableNetwork(StyleParameterization parameterization, IReadOnlyDictionary<string, Tensor> start, Device device, ScalarType autocastDtype)
    {
        (_parameterization, _device, _autocastDtype) = (parameterization, device, autocastDtype);
        Weights = new TrainableWeights(start, parameterization.IsTrained, device);
    }

    /// <summary>Gets the architecture of the styles.</summary>
    internal NetworkArchitecture Architecture => _parameterization.Architecture;

    /// <summary>Gets the value of the metadata field <c>family</c>, or null.</summary>
    internal string? Family => _parameterization.Family;

    /// <summary>Gets the tensors of the file.</summary>
    internal TrainableWeights Weights { get; }

    /// <summary>Initializes the weights.</summary>
    /// <param name="parameterization">How the styles' parameters follow from the trained tensors.</param>
    /// <param name="start">Weights of one style for every style to start with, or a file of the same parameterization; null for random ones.</param>
    /// <param name="seed">The seed of the random weights.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="autocastDtype">The dtype of the convolutions in a step; all else is float.</param>
    internal static TrainableNetwork Initialize(
        StyleParameterization parameterization,
        IReadOnlyDictionary<string, Tensor>? start,
        long seed,
        Device device,
        ScalarType autocastDtype = ScalarType.Float32
    )
    {
        using var scope = NewDisposeScope();
        var random = new CounterRandom(seed, 0, "weights");
        var weights = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        // All styles of a table start alike.
        var shared = parameterization.Architecture.Parameters.ToDictionary(
            p => p.Key,
            p => start?.GetValueOrDefault(p.Key) ?? HostTensor.From<float>(Random(parameterization.Architecture, p.Key, p.Value, random), p.Value),
            StringComparer.Ordinal
        );
        foreach (var (name, shape) in parameterization.Parameters)
        {
            weights[name] =
                start?.GetValueOrDefault(name)
                ?? shared.GetValueOrDefault(StyleTableParameterization.NetworkName(name))
                ?? HostTensor.From<float>(Uniform(PredictedStyleParameterization.InitialBound(name, shape) ?? 0, shape, random), shape);
        }

        return new TrainableNetwork(parameterization, weights, device, autocastDtype);
    }

    /// <summary>The network of one style; gradients reach the weights. It belongs to the current scope.</summary>
    internal StyleNetwork Network(int style) =>
        StyleNetwork.FromTensors(Architecture, _parameterization.Weights(Weights.Current, style), _device, autocastDtype: _autocastDtype);

    /// <summary>The network of one style with the averaged weights.</summary>
    internal StyleNetwork AveragedNetwork(int style) => StyleNetwork.FromTensors(Architecture, _parameterization.Weights(Weights.Averaged, style), _device);

    public void Dispose() => Weights.Dispose();

    /// <summary>Convolutions uniform within 1/√(inputs), as PyTorch initializes them; identity normalizations; an output of mid-gray.</summary>
    private static float[] Random(NetworkArchitecture architecture, string name, long[] shape, CounterRandom random)
    {
        if (shape.Length == 4)
        {
            var values = Uniform(1 / Math.Sqrt(shape[1] * shape[2] * shape[3]), shape, random);
            // The channels of one pixel-shuffle block start equal (ICNR; Aitken et al., 2017): otherwise a checkerboard pattern shows.
            var same = name.StartsWith(architecture.Head, StringComparison.Ordinal) ? architecture.Block * architecture.Block : 1;
            var kernel = values.Length / (int)shape[0];
            for (var o = 0; o < shape[0]; o++)
                Array.Copy(values, o / same * same * kernel, values, o * kernel, kernel);
            return values;
        }

        var constants = new float[shape[0]];
        if (!architecture.IsConvolution(name) && name.EndsWith(".weight", StringComparison.Ordinal))
            Array.Fill(constants, 1f);
        else if (name.StartsWith(architecture.Head, StringComparison.Ordinal) && !architecture.Sigmoid)
            Array.Fill(constants, architecture.White / 2f);
        return constants;
    }

    private static float[] Uniform(double bound, long[] shape, CounterRandom random)
    {
        var values = new float[shape.Aggregate(1L, (product, size) => product * size)];
        for (var i = 0; bound > 0 && i < values.Length; i++)
            values[i] = (float)random.Uniform(-bound, bound);
        return values;
    }
}
