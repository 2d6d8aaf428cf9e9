using System.Globalization;
using VideoStyle.Core.Errors;

namespace VideoStyle.Native.Torch;

/// <summary>Where tensors live: the processor, or one GPU.</summary>
/// <param name="CudaIndex">Number of the GPU, from 0; −1 for the processor.</param>
public readonly record struct TorchDevice(int CudaIndex)
{
    /// <summary>Gets the processor.</summary>
    public static TorchDevice Cpu => new(-1);

    /// <summary>Gets a value indicating whether this is a GPU.</summary>
    public bool IsCuda => CudaIndex >= 0;

    /// <summary>Chooses a device and checks that it is there.</summary>
    /// <param name="text"><c>auto</c> (the first GPU, else the processor), <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</param>
    /// <exception cref="VideoStyleException">The text is none of these (Usage), or there is no such GPU (Runtime).</exception>
    public static TorchDevice Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        switch (text)
        {
            case "cpu":
                return Cpu;
            case "auto":
                return LibTorch.CudaCount > 0 ? new TorchDevice(0) : Cpu;
            case "cuda":
                text = "cuda:0";
                break;
        }

        if (
            !text.StartsWith("cuda:", StringComparison.Ordinal)
            || !int.TryParse(text.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
        )
        {
            throw new VideoStyleException(ErrorKind.Usage, $"'{text}' is not a device.", "Use auto, cpu, cuda or cuda:N.");
        }

        var count = LibTorch.CudaCount;
        return index < count
            ? new TorchDevice(index)
            : throw new VideoStyleException(
                ErrorKind.Runtime,
                count == 0 ? $"There is no GPU for '{text}'." : $"There is no '{text}': this machine has {count} usable GPU(s).",
                "Use --device cpu, or see `videostyle doctor`."
            );
    }

    /// <inheritdoc />
    public override string ToString() => IsCuda ? string.Create(CultureInfo.InvariantCulture, $"cuda:{CudaIndex}") : "cpu";
}
