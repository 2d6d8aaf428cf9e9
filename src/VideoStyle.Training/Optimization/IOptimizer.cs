namespace VideoStyle.Training.Optimization;

/// <summary>Changes a picture step by step towards a lower loss.</summary>
internal interface IOptimizer : IDisposable
{
    /// <summary>Takes one step.</summary>
    /// <returns>False where there is nothing more to gain; the picture is final then.</returns>
    bool Step();

    /// <summary>Gets everything that the next step depends on beside the picture: tensors, kept by the optimiser, and texts.</summary>
    (Dictionary<string, Tensor> Tensors, Dictionary<string, string> Texts) State();

    /// <summary>Puts back what <see cref="State"/> gave.</summary>
    /// <param name="tensors">Copied.</param>
    /// <param name="texts">All texts that were saved with them.</param>
    void Restore(IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> texts);
}
