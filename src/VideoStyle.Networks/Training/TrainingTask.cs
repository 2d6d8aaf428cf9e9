using VideoStyle.Native.Torch;

namespace VideoStyle.Networks.Training;

/// <summary>What is learnt in a step; <see cref="Trainer"/> takes the steps.</summary>
internal abstract class TrainingTask : IDisposable
{
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
    internal abstract Dictionary<string, double> Learn(ContentCrop[] crops, long step);

    /// <summary>Paints a picture with the mean of the weights, for a column of the preview.</summary>
    internal abstract Tensor Paint(Tensor picture, int column);

    /// <summary>Adds terms up, looks whether the run still leads anywhere, and passes the gradients back.</summary>
    /// <param name="watch">Looks.</param>
    /// <param name="terms">Weighted losses.</param>
    /// <param name="share">Of the step's crops.</param>
    /// <param name="painted">A painting of this step.</param>
    /// <param name="step">The steps taken before.</param>
    protected static Dictionary<string, double> Backward(DivergenceWatch watch, Dictionary<string, Tensor> terms, double share, Tensor painted, long step)
    {
        var total = terms.Values.Aggregate((a, b) => a + b) * share;
        var values = terms.ToDictionary(t => t.Key, t => t.Value.Item(), StringComparer.Ordinal);
        values["total"] = values.Values.Sum();
        watch.Check(step + 1, values["total"], painted);
        total.Backward();
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
