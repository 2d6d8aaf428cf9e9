using System.Runtime.InteropServices;

namespace VideoStyle.Torch.Runtime;

/// <summary>What the kernel says of the processor, for architectures whose programs may not ask it themselves.</summary>
internal static partial class ProcessorFeatures
{
    /// <summary>The bit of <see cref="Hardware2"/> for bfloat16 on Arm (<c>HWCAP2_BF16</c>).</summary>
    public const long ArmBFloat16 = 1 << 14;

    /// <summary>Gets the second word of features (<c>AT_HWCAP2</c>).</summary>
    public static long Hardware2 => AuxiliaryValue(26);

    [LibraryImport("libc", EntryPoint = "getauxval")]
    private static partial nint AuxiliaryValue(nint type);
}
