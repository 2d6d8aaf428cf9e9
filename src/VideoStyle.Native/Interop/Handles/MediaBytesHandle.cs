using System.Runtime.InteropServices;

namespace VideoStyle.Native.Interop.Handles;

/// <summary>Owns a <c>vs_media_bytes</c>.</summary>
internal sealed class MediaBytesHandle() : SafeHandle(0, ownsHandle: true)
{
    /// <inheritdoc />
    public override bool IsInvalid => handle == 0;

    /// <summary>Copies the bytes.</summary>
    internal unsafe byte[] ToArray() =>
        new ReadOnlySpan<byte>(NativeMethods.MediaBytesData(this), checked((int)NativeMethods.MediaBytesLength(this))).ToArray();

    /// <inheritdoc />
    protected override bool ReleaseHandle()
    {
        NativeMethods.MediaBytesFree(handle);
        return true;
    }
}
