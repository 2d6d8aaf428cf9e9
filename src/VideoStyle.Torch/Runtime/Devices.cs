using System.Globalization;
using VideoStyle.Core.Errors;

namespace VideoStyle.Torch.Runtime;

/// <summary>Parses device names: the CPU, or one GPU.</summary>
internal static class Devices
{
    /// <summary>Parses a device name and checks that the device exists.</summary>
    /// <param name="text"><c>auto</c> (the first GPU, else the CPU), <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</param>
    /// <exception cref="VideoStyleException">The text is none of these (Usage), or there is no such GPU, or no libtorch (Runtime).</exception>
    public static Device Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        TorchRuntime.Load();
        switch (text)
        {
            case "cpu":
                return CPU;
            case "auto":
                return TorchRuntime.CudaCount > 0 ? new Device(DeviceType.CUDA, 0) : CPU;
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

        var count = TorchRuntime.CudaCount;
        return index < count
            ? new Device(DeviceType.CUDA, index)
            : throw new VideoStyleException(
                ErrorKind.Runtime,
                count == 0 ? $"There is no GPU for '{text}'." : $"There is no '{text}': this machine has {count} usable GPU(s).",
                "Choose the device cpu, or see `videostyle doctor`."
            );
    }

    /// <summary>Tells whether a device is a GPU.</summary>
    public static bool IsCuda(this Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return device.type == DeviceType.CUDA;
    }
}
