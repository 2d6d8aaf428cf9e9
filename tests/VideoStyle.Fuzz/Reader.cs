using VideoStyle.Cli;
using VideoStyle.Core.Errors;
using VideoStyle.Native.Files;
using VideoStyle.Native.Media;

namespace VideoStyle.Fuzz;

/// <summary>Something of VideoStyle that reads bytes of others.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Exits">The exit codes that are right for a damaged file.</param>
/// <param name="Files">Good files: in the repository, or after <c>data:</c> in the data beside it.</param>
/// <param name="Run">Reads one file; the folder is its own. Returns the exit code.</param>
internal sealed record Reader(string Name, int[] Exits, string[] Files, Func<string, string, Task<int>> Run)
{
    /// <summary>The name of the painting that a reader may leave.</summary>
    public const string Output = "out.mkv";

    private const string Clip = "sample-videos/windmill.mp4";

    public static IReadOnlyList<Reader> All { get; } =
    [
        new("media", [0, 3, 4],
            [
                "sample-videos/lake.mp4", "sample-videos/noise.mp4", "data:videos/av1_640x360_5s.mkv", "data:videos/bear_320x240_3s.webm",
                "data:videos/bear_odd_161x121_1s.webm", "data:videos/h264_10bit_200x200_1s.mp4", "data:videos/h265_128x128_1s.mp4",
                "data:videos/portrait_720x1080_1s_aac.mp4", "data:videos/nasa_multistream_17s.mp4", "data:videos/bbb_360p_24fps_10s_aac.mp4",
            ],
            (file, folder) => CommandLine.RunAsync(["convert", file, Path.Combine(folder, Output), "--style", "none", "--max-size", "64", "--to", "0.3"])),
        new("safetensors", [0, 5], ["src/VideoStyle.Networks/Styles/starry_night.safetensors"], PaintAsync),
        new("pickle", [0, 5], ["data:models/johnson/mosaic_fp16.pth", "data:weights/vgg19_pruned16x/SE2.pth"], PaintAsync),
        new("npz", [5], ["data:weights/squeezenet/squeezenet_v1.0_imagenet.npz"], PaintAsync),
        new("flo", [0, 3], ["sample-videos/flow/windmill.18-17.flo", "sample-videos/flow/zoom.17-18.flo"], ReadFlowAsync),
        new("config", [0, 2], ["tests/VideoStyle.Fuzz/config.json"], (file, _) => CommandLine.RunAsync(["config", "show", "--config", file])),
    ];

    /// <summary>Finds the good files that are there.</summary>
    public IEnumerable<string> Present => Files.Select(Find).OfType<string>();

    private static Task<int> PaintAsync(string file, string folder) =>
        CommandLine.RunAsync(["convert", Find(Clip)!, Path.Combine(folder, Output), "--style", file, "--max-size", "32", "--to", "0.05", "--coherence", "off"]);

    private static Task<int> ReadFlowAsync(string file, string folder)
    {
        try
        {
            FlowFile.Read(file, new PngFile());
            return Task.FromResult(0);
        }
        catch (VideoStyleException e)
        {
            Console.Error.WriteLine($"videostyle: error: {e.Message}");
            return Task.FromResult(ExitCode.For(e.Kind));
        }
    }

    private static string? Find(string name)
    {
        var named = Environment.GetEnvironmentVariable("VIDEOSTYLE_TEST_DATA");
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = !name.StartsWith("data:", StringComparison.Ordinal) ? Path.Combine(folder.FullName, name)
                : Path.Combine(named is { Length: > 0 } ? named : Path.Combine(folder.FullName, "shared", "data"), name["data:".Length..]);
            if (File.Exists(path))
                return path;
        }

        return null;
    }
}
