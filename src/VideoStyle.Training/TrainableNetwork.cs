using VideoStyle.Networks.Models;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Training;

/// <summary>A file of one or several styles whose weights change.</summary>
internal sealed class TrainableNetwork : IDisposable
{
    private readonly StyleForm _form;
    private readonly Device _device;
    private readonly ScalarType _convolvedIn;

    private TrainableNetwork(StyleForm form, IReadOnlyDictionary<string, Tensor> start, Device device, ScalarType convolvedIn)
    {
        (_form, _device, _convolvedIn) = (form, device, convolvedIn);
        Weights = new TrainableWeights(start, form.IsTrained, device);
    }

    /// <summary>Gets what the styles paint with.</summary>
    internal NetworkArchitecture Architecture => _form.Architecture;

    /// <summary>Gets the word for a file of several styles, or null.</summary>
    internal string? Family => _form.Family;

    /// <summary>Gets the tensors of the file.</summary>
    internal TrainableWeights Weights { get; }

    /// <summary>Begins.</summary>
    /// <param name="form">What is trained.</param>
    /// <param name="start">Weights of one style to begin every style with, or a file of the same form; null for random ones.</param>
    /// <param name="seed">Of the random numbers.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="convolvedIn">What the convolutions of a step compute in; all else is float.</param>
    internal static TrainableNetwork Begin(
        StyleForm form,
        IReadOnlyDictionary<string, Tensor>? start,
        long seed,
        Device device,
        ScalarType convolvedIn = ScalarType.Float32
    )
    {
        using var scope = NewDisposeScope();
        var random = new StepRandom(seed, 0, "weights");
        var weights = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        // Styles of one table begin alike, whatever they begin with.
        var shared = form.Architecture.Parameters.ToDictionary(
            p => p.Key,
            p => start?.GetValueOrDefault(p.Key) ?? HostTensor.From<float>(Random(form.Architecture, p.Key, p.Value, random), p.Value),
            StringComparer.Ordinal
        );
        foreach (var (name, shape) in form.Parameters)
            weights[name] = start?.GetValueOrDefault(name) ?? shared.GetValueOrDefault(TableForm.InNetwork(name)) ?? HostTensor.From<float>(Uniform(PredictedForm.InitialBound(name, shape) ?? 0, shape, random), shape);

        return new TrainableNetwork(form, weights, device, convolvedIn);
    }

    /// <summary>The network of one style; gradients pass to the weights. It lives no longer than the current scope.</summary>
    internal StyleNetwork Network(int style) => StyleNetwork.Over(Architecture, _form.Weights(Weights.Now, style), _device, convolvedIn: _convolvedIn);

    /// <summary>The network of one style, of the mean of the weights.</summary>
    internal StyleNetwork MeanNetwork(int style) => StyleNetwork.Over(Architecture, _form.Weights(Weights.Mean, style), _device);

    public void Dispose() => Weights.Dispose();

    /// <summary>Convolutions uniform within 1/√(inputs), as PyTorch begins them; normalisations that change nothing; a grey picture.</summary>
    private static float[] Random(NetworkArchitecture architecture, string name, long[] shape, StepRandom random)
    {
        if (shape.Length == 4)
        {
            var values = Uniform(1 / Math.Sqrt(shape[1] * shape[2] * shape[3]), shape, random);
            // Channels that become neighbouring pixels begin equal (ICNR; Aitken et al., 2017), or a checkerboard shows.
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

    private static float[] Uniform(double bound, long[] shape, StepRandom random)
    {
        var values = new float[shape.Aggregate(1L, (product, size) => product * size)];
        for (var i = 0; bound > 0 && i < values.Length; i++)
            values[i] = (float)random.Uniform(-bound, bound);
        return values;
    }
}
