using System.Runtime.InteropServices;
using VideoStyle.Native.Interop;

namespace VideoStyle.Native.Media;

/// <summary>What the FFmpeg that was found can do.</summary>
public static class MediaInfo
{
    /// <summary>Gets FFmpeg's version and those of its libraries, or null where the media unit is absent.</summary>
    public static string? Version =>
        VideoStyleNative.Units.HasFlag(NativeUnits.Media) ? Marshal.PtrToStringUTF8(NativeMethods.MediaVersion()) : null;

    /// <summary>Tells whether a codec can be written, software or hardware.</summary>
    /// <param name="codec">A name as in <see cref="Core.Media.EncodeOptions.Codec"/>.</param>
    /// <returns>True where FFmpeg has an encoder; whether its hardware is there shows only when it is opened.</returns>
    public static bool HasEncoder(string codec)
    {
        ArgumentNullException.ThrowIfNull(codec);
        return VideoStyleNative.Units.HasFlag(NativeUnits.Media) && NativeMethods.MediaHasEncoder(codec) != 0;
    }
}
