using VideoStyle.Core.Errors;
using VideoStyle.Native.Interop;

namespace VideoStyle.Native;

/// <summary>The parts of the native library, each optional when it is built.</summary>
[Flags]
public enum NativeUnits
{
    /// <summary>No part.</summary>
    None = 0,

    /// <summary>FFmpeg: reading and writing videos and pictures.</summary>
    Media = 1,

    /// <summary>OpenCV: optical flow.</summary>
    Vision = 2,

    /// <summary>Kernels for networks; they need no library.</summary>
    Kernels = 4,
}

/// <summary>Finds out once whether the native library is there and fits.</summary>
public static class VideoStyleNative
{
    /// <summary>The version of <c>videostyle.h</c> that this build was written against.</summary>
    public const int AbiVersion = 5;

    private static readonly Lazy<(NativeUnits Units, string? Problem)> Loaded = new(Probe);

    /// <summary>Gets the units that can be used; <see cref="NativeUnits.None"/> where the library cannot be loaded.</summary>
    public static NativeUnits Units => Loaded.Value.Units;

    /// <summary>Gets why the library cannot be used, or null.</summary>
    public static string? Problem => Loaded.Value.Problem;

    /// <summary>Throws unless the units are there.</summary>
    /// <param name="units">What the caller needs.</param>
    /// <exception cref="VideoStyleException">A unit is absent; the message names it.</exception>
    public static void Require(NativeUnits units)
    {
        if (Problem is { } problem)
            throw new VideoStyleException(ErrorKind.Runtime, problem, "Run `make build`, then `videostyle doctor`.");
        var missing = units & ~Units;
        if (missing != NativeUnits.None)
            throw new VideoStyleException(
                ErrorKind.Runtime,
                $"This build has no {missing} unit.",
                "Install its packages with `make setup`, then `make build`."
            );
    }

    private static (NativeUnits Units, string? Problem) Probe()
    {
        try
        {
            var version = NativeMethods.AbiVersion();
            return version == AbiVersion
                ? ((NativeUnits)NativeMethods.Units(), null)
                : (NativeUnits.None, $"libvideostyle_native.so has ABI version {version}, this build needs {AbiVersion}.");
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException)
        {
            return (NativeUnits.None, $"libvideostyle_native.so cannot be loaded: {e.Message.ReplaceLineEndings(" ")}");
        }
    }
}
