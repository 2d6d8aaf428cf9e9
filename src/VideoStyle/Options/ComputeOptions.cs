using VideoStyle.Core.Options;
using VideoStyle.Networks;

namespace VideoStyle;

/// <summary>Where and in which precision networks compute.</summary>
public sealed record ComputeOptions
{
    /// <summary>Gets the device: <c>auto</c> (a GPU where there is one), <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</summary>
    [Option("device", "Where to compute: auto, cpu, cuda or cuda:N.", ValueName = "DEVICE")]
    public string Device { get; init; } = "auto";

    /// <summary>Gets the dtype of the convolutions.</summary>
    [Option("precision", "The dtype of the convolutions: auto is bf16 where the processor has it, and f16 on a GPU.", ValueName = "TYPE")]
    public Precision Precision { get; init; } = Precision.Auto;

    /// <summary>Gets about how much memory the process may use, or null for most of the machine's.</summary>
    [Option("max-memory", "About how much memory to use: 3G, 800M. Large frames are then stylized one after another, and in row tiles where one does not fit.", ValueName = "SIZE")]
    public ByteSize? MaxMemory { get; init; }
}
