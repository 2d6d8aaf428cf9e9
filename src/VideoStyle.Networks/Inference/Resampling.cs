using VideoStyle.Torch.Tensors;

namespace VideoStyle.Networks.Inference;

/// <summary>Bicubic resampling of one dimension as a matrix, which gives any part of a resized image without resizing the whole.</summary>
/// <param name="from">The size before.</param>
/// <param name="to">The size after.</param>
internal sealed class Resampling(int from, int to) : IDisposable
{
    // Row i of the resized identity matrix holds what input pixel i contributes to each output pixel.
    private readonly Lazy<Tensor> _weights = new(() =>
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var identity = eye(from, dtype: ScalarType.Float32).view(1, 1, from, from);
        return Sampling.Resize(identity, from, to).view(from, to).t().contiguous().DetachFromDisposeScope();
    });

    /// <summary>Gets the input pixels that a range of output pixels depends on.</summary>
    /// <param name="first">The first output pixel.</param>
    /// <param name="length">The number of output pixels, at least 1.</param>
    public (int First, int Length) Support(int first, int length)
    {
        // The cubic kernel reaches two pixels of the smaller of both images.
        var ratio = (double)from / to;
        var radius = 2 * Math.Max(1, ratio) + 1;
        var begin = Math.Max(0, (int)Math.Floor((first + 0.5) * ratio - radius));
        var end = Math.Min(from, (int)Math.Ceiling((first + length - 0.5) * ratio + radius));
        return (begin, end - begin);
    }

    /// <summary>Gets the weights of some input pixels in some output pixels.</summary>
    /// <param name="output">The range of output pixels.</param>
    /// <param name="input">The range of input pixels.</param>
    /// <returns><c>[output.Length, input.Length]</c>, a view.</returns>
    public Tensor Weights((int First, int Length) output, (int First, int Length) input) =>
        _weights.Value.narrow(0, output.First, output.Length).narrow(1, input.First, input.Length);

    public void Dispose()
    {
        if (_weights.IsValueCreated)
            _weights.Value.Dispose();
    }
}
