using VideoStyle.Core.Errors;
using VideoStyle.Torch.Files;

namespace VideoStyle.Networks.Arbitrary;

/// <summary>One convolution of a <see cref="ConvolutionChain"/>.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="Before">The resampling before it.</param>
/// <param name="Relu">Whether max(·, 0) follows.</param>
internal sealed record ChainLayer(string Name, ChainResampling Before = ChainResampling.None, bool Relu = true)
{
    private const long MaxChannels = 4096;

    /// <summary>Makes layers of names; <c>↓</c> marks max pooling before the layer, <c>↑</c> upsampling.</summary>
    internal static ChainLayer[] Of(params IEnumerable<string> marked) =>
        [.. marked.Select(m => m[0] switch
        {
            '↓' => new ChainLayer(m[1..], ChainResampling.MaxPool),
            '↑' => new ChainLayer(m[1..], ChainResampling.Upsample),
            _ => new ChainLayer(m),
        })];

    /// <summary>Copies weight and bias out of a file, as float.</summary>
    /// <exception cref="VideoStyleException">They are missing or of another shape (Model).</exception>
    internal (Tensor Weight, Tensor Bias) Read(TensorFile file, long inputChannels)
    {
        var weight = file.Tensors.GetValueOrDefault($"{Name}.weight");
        var bias = file.Tensors.GetValueOrDefault($"{Name}.bias");
        if (weight?.Shape is not [> 0 and <= MaxChannels, var input, 3, 3] || input != inputChannels || bias?.Shape is not [var output] || output != weight.Shape[0])
            throw new VideoStyleException(
                ErrorKind.Model,
                $"{file.Path}: does not fit: '{Name}' is {(weight is null ? "missing" : $"[{string.Join(", ", weight.Shape)}]")} instead of [*, {inputChannels}, 3, 3]."
            );
        var (w, b) = (weight.ToTensor().to(ScalarType.Float32), bias.ToTensor().to(ScalarType.Float32));
        return double.IsFinite(w.abs().sum().ToDouble() + b.abs().sum().ToDouble())
            ? (w, b)
            : throw new VideoStyleException(ErrorKind.Model, $"{file.Path}: '{Name}' holds a value that is not a finite number.");
    }
}
