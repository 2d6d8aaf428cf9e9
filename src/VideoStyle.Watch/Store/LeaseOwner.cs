using System.Globalization;

namespace VideoStyle.Watch.Store;

/// <summary>Names a process so that another one can tell whether it still lives.</summary>
/// <remarks>Machine, its boot, the space that process numbers count in, process number and its start: together never used twice.</remarks>
internal static class LeaseOwner
{
    private static readonly string Place = string.Join('|', Environment.MachineName, ReadLine("/proc/sys/kernel/random/boot_id"), PidSpace());

    /// <summary>Gets the name of this process.</summary>
    public static string Current { get; } = $"{Place}|{Environment.ProcessId}|{StartOf(Environment.ProcessId)}";

    /// <summary>Tells whether the process of a name lives.</summary>
    /// <returns>Null where that cannot be told, because it runs, or ran, elsewhere.</returns>
    public static bool? IsAlive(string owner)
    {
        var parts = owner.Split('|');
        if (parts.Length != 5)
            return null;
        var here = Place.Split('|');
        // Another boot may be another machine of the same name, so it proves nothing.
        if (!parts.AsSpan(0, 3).SequenceEqual(here) || here[1].Length == 0)
            return null;
        return int.TryParse(parts[3], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? string.Equals(StartOf(id), parts[4], StringComparison.Ordinal) && parts[4].Length > 0
            : null;
    }

    // Field 22 of proc(5)'s stat, counted behind the name, which may itself hold spaces and brackets.
    private static string StartOf(int processId)
    {
        var stat = ReadLine($"/proc/{processId}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields is ["Z" or "X", ..] || fields.Length < 20 ? "" : fields[19];
    }

    private static string PidSpace() => new FileInfo("/proc/self/ns/pid").LinkTarget ?? "";

    private static string ReadLine(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
