using System.Globalization;
using VideoStyle.Cli.Output;

namespace VideoStyle.Cli.Watching;

/// <summary>Lists what <c>live</c> can be pointed at on this machine.</summary>
internal static class DeviceList
{
    private const string Cameras = "/sys/class/video4linux";

    /// <summary>Writes the devices.</summary>
    /// <returns>The exit code.</returns>
    public static int Write(bool json)
    {
        List<(string Name, string Description)> devices = [.. Find()];
        foreach (var (name, description) in devices)
            if (json)
                JsonLine.Write(new { v = 1, type = "device", name, description });
            else
                Console.Out.WriteLine($"{name,-14} {PrintableText.Line(description)}");
        if (devices.Count == 0)
            Chatter.WriteLine("There is no camera here, and DISPLAY names no screen.");
        return ExitCode.Success;
    }

    private static IEnumerable<(string Name, string Description)> Find()
    {
        var folders = Directory.Exists(Cameras) ? Directory.GetDirectories(Cameras, "video*") : [];
        foreach (var folder in folders.OrderBy(f => int.TryParse(Path.GetFileName(f).AsSpan("video".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : int.MaxValue))
        {
            var name = Path.Combine(folder, "name");
            yield return ($"/dev/{Path.GetFileName(folder)}", File.Exists(name) ? File.ReadAllText(name).Trim() : "");
        }

        if (Environment.GetEnvironmentVariable("DISPLAY") is { Length: > 0 } display)
            yield return ("screen", $"display {display}");
    }
}
