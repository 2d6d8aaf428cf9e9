using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace VideoStyle.Tests;

/// <summary>FFmpeg's own command-line tools: the independent reference, and the maker of odd fixtures.</summary>
internal static class FFmpegTool
{
    private static readonly Lazy<Dictionary<string, long[]>> Recorded = new(
        () => JsonSerializer.Deserialize<Dictionary<string, long[]>>(File.ReadAllText(Fixtures.Path("ffprobe.json")))!);

    internal static bool IsAvailable { get; } = Exists("ffmpeg") && Exists("ffprobe");

    internal static bool HasZscale { get; } = IsAvailable && Run("ffmpeg", ["-v", "quiet", "-filters"]).Contains(" zscale ", StringComparison.Ordinal);

    // -fps_mode came with 5.1, and newer versions drop -vsync.
    internal static string FrameRateMode { get; } =
        IsAvailable && Run("ffmpeg", ["-v", "quiet", "-h", "long"]).Contains("-fps_mode", StringComparison.Ordinal) ? "-fps_mode" : "-vsync";

    /// <summary>Runs <c>ffmpeg -v error -y …</c>.</summary>
    internal static void Make(params string[] arguments) => Run("ffmpeg", ["-v", "error", "-nostdin", "-y", .. arguments]);

    /// <summary>The times of the frames of a stream as ffprobe decodes them, in ticks; of a fixture's largest video stream, as they were recorded.</summary>
    internal static long[] FramePts(string path, int stream) =>
        Recorded.Value.TryGetValue(Path.GetRelativePath(Fixtures.Path(""), path), out var recorded)
            ? recorded
            : [.. Lines(path, stream, "-show_entries", "frame=best_effort_timestamp").Select(line => long.Parse(line.Split(',')[0], CultureInfo.InvariantCulture))];

    /// <summary>When the first frame of a stream is shown, in seconds.</summary>
    internal static double FirstFrame(string path, int stream) =>
        double.Parse(
            Lines(path, stream, "-read_intervals", "%+#1", "-show_entries", "frame=best_effort_timestamp_time")[0].Split(',')[0],
            CultureInfo.InvariantCulture
        );

    /// <summary>The hash of each packet of a stream, in file order.</summary>
    internal static string[] PacketHashes(string path, int stream) =>
        [
            .. Lines(path, stream, "-show_data_hash", "md5", "-show_entries", "packet=data_hash")
                .Where(line => line.Contains("MD5:", StringComparison.Ordinal))
                .Select(line => line.Trim(',')),
        ];

    /// <summary>Start of each packet of a stream in seconds.</summary>
    internal static double[] PacketTimes(string path, int stream) =>
        [
            .. Lines(path, stream, "-show_entries", "packet=pts_time")
                .Where(line => line.Trim(',').Length > 0)
                .Select(line => double.Parse(line.Split(',')[0], CultureInfo.InvariantCulture)),
        ];

    /// <summary>One entry of a stream, such as <c>stream=width</c>.</summary>
    internal static string Stream(string path, int stream, string entry) =>
        Lines(path, stream, "-show_entries", entry).FirstOrDefault() ?? "";

    /// <summary>What ffprobe writes for any arguments.</summary>
    internal static string Probe(params string[] arguments) => Run("ffprobe", ["-v", "quiet", .. arguments]);

    /// <summary>The first frames of a video as FFmpeg converts them to RGB24 with accurate settings.</summary>
    internal static byte[] Rgb24(string path, int frames, string filters = "null", string matrix = "bt601")
    {
        var raw = Path.GetTempFileName();
        try
        {
            Make(
                "-i", path, "-frames:v", frames.ToString(CultureInfo.InvariantCulture), FrameRateMode, "passthrough",
                "-vf", $"{filters},scale=in_color_matrix={matrix}:in_h_chr_pos=0:in_v_chr_pos=128:flags=bilinear+accurate_rnd+full_chroma_int+full_chroma_inp,format=rgb24",
                "-f", "rawvideo", raw);
            return File.ReadAllBytes(raw);
        }
        finally
        {
            File.Delete(raw);
        }
    }

    private static string[] Lines(string path, int stream, params string[] arguments) =>
        Probe(["-select_streams", stream.ToString(CultureInfo.InvariantCulture), .. arguments, "-of", "csv=p=0", path])
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static bool Exists(string tool) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, tool)));

    private static string Run(string tool, IEnumerable<string> arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(tool, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false }
        )!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0 && tool is "ffmpeg")
            throw new InvalidOperationException($"{tool}: {errors.GetAwaiter().GetResult()}");
        return output;
    }
}
