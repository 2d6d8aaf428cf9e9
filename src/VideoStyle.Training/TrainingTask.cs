using VideoStyle.Torch.Operators;

namespace VideoStyle.Training;

/// <summary>What a training step computes: losses and gradients. <see cref="Trainer"/> takes the steps.</summary>
/// <param name="seed">Every random draw of a step depends on the seed and the step alone.</param>
internal abstract class TrainingTask(long seed) : IDisposable
{
    private readonly DivergenceDetector _divergence = new();

    /// <summary>Gets the architecture's name in the metadata.</summary>
    internal abstract string Architecture { get; }

    /// <summary>Gets the value of the metadata field <c>family</c>; null for a single style.</summary>
    internal virtual string? Family => null;

    /// <summary>Gets the weights that are trained.</summary>
    internal abstract TrainableWeights Weights { get; }

    /// <summary>Gets the tensors of the model file; owned by the task.</summary>
    internal virtual IReadOnlyDictionary<string, Tensor> Result => Weights.Averaged;

    /// <summary>Computes the gradients of one step.</summary>
    /// <param name="crops">The batch; owned by the caller.</param>
    /// <param name="step">The number of steps taken before.</param>
    /// <returns>The weighted losses, and their sum as <c>total</c>.</returns>
    internal Dictionary<string, double> ComputeGradients(ContentCrop[] crops, long step)
    {
        var values = new Dictionary<string, double>(StringComparer.Ordinal);
        var motion = new CounterRandom(seed, step, "motion");
        var draw = new CounterRandom(seed, step, "style");
        manual_seed((long)motion.NextBits());
        var count = IsBatched ? crops.Length : 1;
        for (var i = 0; i < crops.Length; i += count)
        {
            using var scope = NewDisposeScope();
            var (losses, stylized) = ComputeLosses(crops.AsSpan(i, count), draw, motion);
            foreach (var (name, value) in Backward(losses, (double)count / crops.Length, stylized, step))
                values[name] = values.GetValueOrDefault(name) + value * count / crops.Length;
        }

        return values;
    }

    /// <summary>Stylizes an image with the averaged weights, for a column of the preview.</summary>
    internal abstract Tensor Stylize(Tensor image, int column);

    /// <summary>Judges how an image is stylized; null where this kind of network has no measure for it.</summary>
    /// <param name="image">As for <see cref="Stylize"/>.</param>
    /// <param name="column">As for <see cref="Stylize"/>.</param>
    internal virtual TrainingQuality? Judge(Tensor image, int column) => null;

    /// <summary>Gets a value indicating whether all crops of a step pass the network as one batch.</summary>
    protected abstract bool IsBatched { get; }

    /// <summary>Stylizes crops and computes the weighted losses.</summary>
    /// <param name="crops">The crops.</param>
    /// <param name="draw">Draws the style.</param>
    /// <param name="motion">Draws the motion for the temporal loss.</param>
    /// <returns>The weighted losses, and a stylized image.</returns>
    protected abstract (Dictionary<string, Tensor> Losses, Tensor Stylized) ComputeLosses(ReadOnlySpan<ContentCrop> crops, CounterRandom draw, CounterRandom motion);

    // Sums the losses, checks for divergence, and backpropagates.
    private Dictionary<string, double> Backward(Dictionary<string, Tensor> losses, double share, Tensor stylized, long step)
    {
        var total = losses.Values.Aggregate((a, b) => a + b) * share;
        var values = losses.ToDictionary(t => t.Key, t => t.Value.ToDouble(), StringComparer.Ordinal);
        values["total"] = values.Values.Sum();
        _divergence.Check(step + 1, values["total"], stylized);
        Backpropagation.Run(total);
        return values;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the tensors.</summary>
    protected abstract void Dispose(bool disposing);
}
