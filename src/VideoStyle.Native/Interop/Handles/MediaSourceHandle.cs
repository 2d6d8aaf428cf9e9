using System.Runtime.InteropServices;

namespace VideoStyle.Native.Interop.Handles;

/// <summary>Owns a <c>vs_media_source</c>.</summary>
internal sealed class MediaSourceHandle() : SafeHandle(0, ownsHandle: true)
{
    /// <inheritdoc />
    public override bool IsInvalid => handle == 0;

    /// <summary>Gets or sets the flag that the calls look at; disposed here.</summary>
    internal StopFlag? Stop { get; set; }

    /// <inheritdoc />
    protected override bool ReleaseHandle()
    {
        NativeMethods.MediaSourceClose(handle);
        Stop?.Dispose();
        return true;
    }
}
