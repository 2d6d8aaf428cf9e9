using System.Runtime.InteropServices;

namespace VideoStyle.Torch.Runtime;

/// <summary>CPU features as the Linux kernel reports them, for architectures without an unprivileged instruction for that.</summary>
internal static partial class ProcessorFeatures
{
    /// <summary>The bit of <see cref="Hardware2"/> for bfloat16 on Arm (<c>HWCAP2_BF16</c>).</summary>
    public const long ArmBFloat16 = 1 << 14;

    /// <summary>Gets the second word of features (<c>AT_HWCAP2</c>).</summary>
    public static long Hardware2 => AuxiliaryValue(26);

    [LibraryImport("libc", EntryPoint = "getauxval")]
    private static partial nint AuxiliaryValue(nint type);
}
