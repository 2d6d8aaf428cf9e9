using VideoStyle.Native;
using Xunit;

namespace VideoStyle.Cli.Tests;

/// <summary>A test against numpy over frames that the tool measures; skipped with the reason where one is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ReferenceFactAttribute : FactAttribute
{
    public ReferenceFactAttribute() =>
        Skip = new NativeFactAttribute(NativeUnits.Media | NativeUnits.Vision).Skip
            ?? (PythonNumpy.IsPresent ? null : RequiredParts.Missing("numpy is absent; install python3-numpy."));
}
