using System.Runtime.InteropServices;

namespace VideoStyle.Native.Interop.Handles;

/// <summary>Owns a <c>vs_flow</c>.</summary>
internal sealed class FlowHandle() : SafeHandle(invalidHandleValue: 0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        NativeMethods.FlowFree(handle);
        return true;
    }
}
