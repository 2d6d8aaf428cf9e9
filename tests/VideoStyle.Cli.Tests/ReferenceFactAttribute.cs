using VideoStyle.Native;
using Xunit;

namespace VideoStyle.Cli.Tests;

/// <summary>A test against numpy over frames that the <c>ffmpeg</c> command decodes; skipped with the reason where one is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ReferenceFactAttribute : FactAttribute
{
    public ReferenceFactAttribute()
    {
        if (!File.Exists("/usr/bin/ffmpeg"))
            Skip = "The ffmpeg command is absent; install ffmpeg.";
        else if (!PythonNumpy.IsPresent)
            Skip = "numpy is absent; install python3-numpy.";
        else if (!VideoStyleNative.Units.HasFlag(NativeUnits.Media | NativeUnits.Vision))
            Skip = VideoStyleNative.Problem ?? "This build lacks the media or vision unit.";
    }
}
