using System.Runtime.InteropServices;

namespace VideoStyle.Native.Interop.Handles;

/// <summary>Owns a <c>vs_media_sink</c>.</summary>
internal sealed class MediaSinkHandle() : SafeHandle(0, ownsHandle: true)
{
    /// <inheritdoc />
    public override bool IsInvalid => handle == 0;

    /// <summary>Gets or sets the flag that the calls look at; disposed here.</summary>
    internal StopFlag? Stop { get; set; }

    /// <inheritdoc />
    protected override bool ReleaseHandle()
    {
        NativeMethods.MediaSinkClose(handle);
        Stop?.Dispose();
        return true;
    }
}
