using Microsoft.Win32.SafeHandles;

namespace VideoStyle.Native.Interop;

/// <summary>Owns one <c>vs_tensor</c>.</summary>
internal sealed class TensorHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    internal TensorHandle(nint tensor)
        : base(ownsHandle: true) => SetHandle(tensor);

    protected override bool ReleaseHandle()
    {
        NativeMethods.TensorFree(handle);
        return true;
    }
}
