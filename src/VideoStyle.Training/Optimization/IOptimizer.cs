namespace VideoStyle.Training.Optimization;

/// <summary>Minimizes the loss of an image step by step.</summary>
internal interface IOptimizer : IDisposable
{
    /// <summary>Takes one step.</summary>
    /// <returns>False where it has converged; the image is final then.</returns>
    bool Step();

    /// <summary>Gets everything that the next step depends on, except the image: tensors, owned by the optimizer, and texts.</summary>
    (Dictionary<string, Tensor> Tensors, Dictionary<string, string> Texts) State();

    /// <summary>Restores the result of <see cref="State"/>.</summary>
    /// <param name="tensors">Copied.</param>
    /// <param name="texts">The texts; others among them are ignored.</param>
    void Restore(IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> texts);
}
