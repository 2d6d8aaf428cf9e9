namespace VideoStyle.Networks.Flow;

/// <summary>What a flow network knows of images by themselves; the same for every pair that an image is in.</summary>
/// <param name="Match">Unit-length features that are correlated, from 1/32 to 1/4 of the resolution.</param>
/// <param name="Context">Features of the image whose pixels have vectors, at the same resolutions.</param>
internal sealed record FlowFeatures(Tensor[] Match, Tensor[] Context) : IDisposable
{
    /// <summary>Some images of the batch, as views; they belong to the current scope.</summary>
    internal FlowFeatures Narrow(long start, long count) =>
        new([.. Match.Select(m => m.narrow(0, start, count))], [.. Context.Select(c => c.narrow(0, start, count))]);

    /// <summary>Takes the tensors out of the current scope; the caller disposes them.</summary>
    internal FlowFeatures Detach()
    {
        foreach (var tensor in Match.Concat(Context))
            tensor.DetachFromDisposeScope();
        return this;
    }

    public void Dispose()
    {
        foreach (var tensor in Match.Concat(Context))
            tensor.Dispose();
    }
}
