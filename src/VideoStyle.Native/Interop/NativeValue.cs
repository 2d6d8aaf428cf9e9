using System.Runtime.InteropServices;

namespace VideoStyle.Native.Interop;

/// <summary>Mirrors <c>vs_value_tag</c> of <c>videostyle.h</c>.</summary>
internal enum ValueTag
{
    None = 0,
    Tensor = 1,
    Int = 2,
    Double = 3,
    Bool = 4,
    Ints = 5,
    Doubles = 6,
    Tensors = 7,
    String = 8,
    Device = 9,
}

/// <summary>Mirrors <c>vs_value</c> of <c>videostyle.h</c>; <see cref="Bits"/> is its union.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeValue
{
    internal ValueTag Tag;
    internal int Length;
    internal long Bits;
}
