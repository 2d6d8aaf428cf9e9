using VideoStyle.Core.Errors;
using VideoStyle.Torch.Files;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Networks.Arbitrary;

/// <summary>The input transform of a network: <c>A·rgb + b</c> at each pixel, of red-green-blue in 0–1.</summary>
/// <param name="Matrix">A, <c>[3, 3]</c>, row-major.</param>
/// <param name="Offset">b, <c>[3]</c>.</param>
internal sealed record InputTransform(double[] Matrix, double[] Offset)
{
    /// <summary>Gets Caffe's: blue-green-red, 0–255, minus the mean of ImageNet.</summary>
    internal static InputTransform Caffe { get; } = new([0, 0, 255, 0, 255, 0, 255, 0, 0], [-103.939, -116.779, -123.68]);

    /// <summary>Reads a transform that a file holds as a 1×1 convolution.</summary>
    /// <param name="file">The file.</param>
    /// <param name="name">The convolution, <c>[3, 3, 1, 1]</c>.</param>
    /// <exception cref="VideoStyleException">It is missing or of another shape (Model).</exception>
    internal static InputTransform Read(TensorFile file, string name)
    {
        var (weight, bias) = (file.Tensors.GetValueOrDefault($"{name}.weight"), file.Tensors.GetValueOrDefault($"{name}.bias"));
        if (weight?.Shape is not [3, 3, 1, 1] || bias?.Shape is not [3])
            throw new VideoStyleException(ErrorKind.Model, $"{file.Path}: does not fit: '{name}' is missing or not [3, 3, 1, 1].");
        using var scope = NewDisposeScope();
        return new InputTransform(weight.ToTensor().ToArray<double>(), bias.ToTensor().ToArray<double>());
    }

    /// <summary>Folds the transform into the first convolution: <c>W·(A·rgb + b) + c</c>.</summary>
    /// <param name="weight">W, <c>[out, 3, k, k]</c>.</param>
    /// <param name="bias">c, <c>[out]</c>.</param>
    /// <remarks>Exact with reflection padding, which is transformed like the pixels; not with zero padding.</remarks>
    internal (Tensor Weight, Tensor Bias) FoldInto(Tensor weight, Tensor bias)
    {
        var (output, size) = (weight.size(0), weight.size(2));
        var taps = weight.to(ScalarType.Float64).permute(0, 2, 3, 1).reshape(-1, 3);
        var folded = taps.mm(HostTensor.From<double>(Matrix, 3, 3)).reshape(output, size, size, 3).permute(0, 3, 1, 2);
        var constant = taps.mm(HostTensor.From<double>(Offset, 3, 1)).reshape(output, size * size).mean([1]) * (size * size);
        return (folded.to(ScalarType.Float32), (bias.to(ScalarType.Float64) + constant).to(ScalarType.Float32));
    }
}
