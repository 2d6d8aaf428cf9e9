using VideoStyle.Torch.Operators;

namespace VideoStyle.Training;

/// <summary>What is learnt in a step; <see cref="Trainer"/> takes the steps.</summary>
/// <param name="seed">What is drawn in a step depends on it and on the step alone.</param>
internal abstract class TrainingTask(long seed) : IDisposable
{
    private readonly DivergenceWatch _watch = new();

    /// <summary>Gets the network's name, as the card has it.</summary>
    internal abstract string Architecture { get; }

    /// <summary>Gets the card's word for a file of several styles; null for one.</summary>
    internal virtual string? Family => null;

    /// <summary>Gets the tensors that change.</summary>
    internal abstract TrainableWeights Weights { get; }

    /// <summary>Gets the tensors of the file to write; owned by the task.</summary>
    internal virtual IReadOnlyDictionary<string, Tensor> Result => Weights.Mean;

    /// <summary>Gathers the gradients of one step.</summary>
    /// <param name="crops">What to paint; kept by the caller.</param>
    /// <param name="step">The steps taken before.</param>
    /// <returns>The weighted losses, and their sum as <c>total</c>.</returns>
    internal Dictionary<string, double> Learn(ContentCrop[] crops, long step)
    {
        var values = new Dictionary<string, double>(StringComparer.Ordinal);
        var motion = new StepRandom(seed, step, "motion");
        var draw = new StepRandom(seed, step, "style");
        manual_seed((long)motion.NextBits());
        var count = PaintsTogether ? crops.Length : 1;
        for (var i = 0; i < crops.Length; i += count)
        {
            using var scope = NewDisposeScope();
            var (terms, painted) = Terms(crops.AsSpan(i, count), draw, motion);
            foreach (var (name, value) in Backward(terms, (double)count / crops.Length, painted, step))
                values[name] = values.GetValueOrDefault(name) + value * count / crops.Length;
        }

        return values;
    }

    /// <summary>Paints a picture with the mean of the weights, for a column of the preview.</summary>
    internal abstract Tensor Paint(Tensor picture, int column);

    /// <summary>Gets a value indicating whether all crops of a step are painted at once, or each for itself.</summary>
    protected abstract bool PaintsTogether { get; }

    /// <summary>Paints crops and weighs the losses.</summary>
    /// <param name="crops">What to paint.</param>
    /// <param name="draw">Draws the style.</param>
    /// <param name="motion">Draws the motion that is to change nothing.</param>
    /// <returns>The weighted losses, and a painting.</returns>
    protected abstract (Dictionary<string, Tensor> Terms, Tensor Painted) Terms(ReadOnlySpan<ContentCrop> crops, StepRandom draw, StepRandom motion);

    // Adds terms up, looks whether the run still leads anywhere, and passes the gradients back.
    private Dictionary<string, double> Backward(Dictionary<string, Tensor> terms, double share, Tensor painted, long step)
    {
        var total = terms.Values.Aggregate((a, b) => a + b) * share;
        var values = terms.ToDictionary(t => t.Key, t => t.Value.ToDouble(), StringComparer.Ordinal);
        values["total"] = values.Values.Sum();
        _watch.Check(step + 1, values["total"], painted);
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
