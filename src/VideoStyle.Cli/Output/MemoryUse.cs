using System.Globalization;

namespace VideoStyle.Cli.Output;

/// <summary>Asks the system how much memory the process has used.</summary>
internal static class MemoryUse
{
    /// <summary>The most resident memory so far in MiB, or null where the system does not tell.</summary>
    public static long? PeakMiB()
    {
        const string status = "/proc/self/status";
        if (!File.Exists(status))
            return null;
        var line = File.ReadLines(status).FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        var digits = line?.AsSpan(6).Trim().ToString().Split(' ')[0];
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var kib) ? kib / 1024 : null;
    }
}
