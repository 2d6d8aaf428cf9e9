using System.Diagnostics;
using VideoStyle.Native;
using Xunit;

namespace VideoStyle.Cli.Tests;

/// <summary>A test that mounts a small disk in a name space of its own; skipped where the system does not allow that.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SmallDiskFactAttribute : FactAttribute
{
    public SmallDiskFactAttribute() => Skip = Reason;

    internal static string? Reason { get; } = new NativeFactAttribute(NativeUnits.Media).Skip ?? (CanMount() ? null : "This system lets no process mount a disk of its own.");

    private static bool CanMount()
    {
        try
        {
            ProcessStartInfo start = new("unshare", ["-rm", "sh", "-c", "mount -t tmpfs -o size=64k tmpfs /tmp"]) { RedirectStandardError = true, UseShellExecute = false };
            using var process = Process.Start(start)!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false; // no such program
        }
    }
}

/// <summary>As <see cref="SmallDiskFactAttribute"/>, for theories.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SmallDiskTheoryAttribute : TheoryAttribute
{
    public SmallDiskTheoryAttribute() => Skip = SmallDiskFactAttribute.Reason;
}
