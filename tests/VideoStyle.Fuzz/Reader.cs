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
    /// <summary>How the names of paintings begin, which a reader may leave.</summary>
    public const string Output = "out.";

    private const string Clip = "sample-videos/windmill.mp4";

    public static IReadOnlyList<Reader> All { get; } =
    [
        new("media", [0, 3, 4],
            [
                "sample-videos/lake.mp4", "sample-videos/noise.mp4", "data:videos/av1_640x360_5s.mkv", "data:videos/bear_320x240_3s.webm",
                "data:videos/bear_odd_161x121_1s.webm", "data:videos/h264_10bit_200x200_1s.mp4", "data:videos/h265_128x128_1s.mp4",
                "data:videos/portrait_720x1080_1s_aac.mp4", "data:videos/nasa_multistream_17s.mp4", "data:videos/bbb_360p_24fps_10s_aac.mp4",
            ],
            (file, folder) => ConvertAsync(file, folder, "mkv", "--to", "0.3")),
        new("broadcast", [0, 3, 4],
            [
                "tests/fixtures/media/mpeg2.ts", "tests/fixtures/media/size_change.ts", "tests/fixtures/media/data.ts", "tests/fixtures/media/interlaced.mpg",
                "data:videos/sample_h262_mpeg_audio.ts", "data:broken-media/FlashVideo.flv", "data:broken-media/AudioVideoInterleave.avi",
            ],
            (file, folder) => ConvertAsync(file, folder, "mkv", "--to", "0.3")),
        new("joined", [0, 3, 4], ["tests/fixtures/media/mpeg2.ts", "tests/fixtures/media/size_change.ts", "tests/fixtures/media/attachment.mkv"],
            async (file, folder) =>
            {
                var bytes = await File.ReadAllBytesAsync(file).ConfigureAwait(false);
                await File.AppendAllBytesAsync(file, bytes).ConfigureAwait(false);
                return await ConvertAsync(file, folder, "mp4").ConfigureAwait(false);
            }),
        new("seek", [0, 3, 4],
            [
                "tests/fixtures/media/aac.mp4", "tests/fixtures/media/bpyramid.mp4", "tests/fixtures/media/mpeg2.ts", "tests/fixtures/media/vp9.webm",
                "tests/fixtures/media/av1.mkv", "tests/fixtures/media/interlaced.mpg", "tests/fixtures/media/data.mov",
            ],
            (file, folder) => ConvertAsync(file, folder, "mkv", "--from", "0.5", "--to", "0.7")),
        .. ((string[])["webm", "avi", "mpg", "ts", "mxf", "mov", "ogv"]).Select(to => new Reader("to-" + to, [0, 3, 4],
            [
                "tests/fixtures/media/multistream.mp4", "tests/fixtures/media/attachment.mkv", "tests/fixtures/media/mpeg2.ts", "tests/fixtures/media/aac.mp4",
                "tests/fixtures/broken/failing_audio.mp4",
            ],
            (file, folder) => ConvertAsync(file, folder, to, "--to", "0.3"))),
        new("picture", [0, 3],
            ["tests/fixtures/images/content.png", "src/VideoStyle.Networks/Styles/starry_night.jpg", "src/VideoStyle.Networks/Styles/sheet/styles.jpg"], ReadPictureAsync),
        new("playlist", [3], ["tests/VideoStyle.Fuzz/playlist.mp4"], (file, folder) => ConvertAsync(file, folder, "mkv")),
        new("npy", [0, 3, 4], ["tests/fixtures/models/array.npy"], (file, folder) => ConvertAsync(file, folder, "mkv")),
        new("safetensors", [0, 5], ["src/VideoStyle.Networks/Styles/starry_night.safetensors"], PaintAsync),
        new("pickle", [0, 5], ["data:models/johnson/mosaic_fp16.pth", "data:weights/vgg19_pruned16x/SE2.pth"], PaintAsync),
        new("npz", [5], ["data:weights/squeezenet/squeezenet_v1.0_imagenet.npz"], PaintAsync),
        new("flo", [0, 3], ["sample-videos/flow/windmill.18-17.flo", "sample-videos/flow/zoom.17-18.flo"], ReadFlowAsync),
        new("config", [0, 2], ["tests/VideoStyle.Fuzz/config.json"], (file, _) => CommandLine.RunAsync(["config", "show", "--config", file])),
    ];

    /// <summary>Finds the good files that are there.</summary>
    public IEnumerable<string> Present => Files.Select(Find).OfType<string>();

    private static Task<int> ConvertAsync(string file, string folder, string extension, params string[] more) =>
        CommandLine.RunAsync(["convert", file, Path.Combine(folder, Output + extension), "--style", "none", "--max-size", "64", .. more]);

    private static Task<int> PaintAsync(string file, string folder) =>
        CommandLine.RunAsync(["convert", Find(Clip)!, Path.Combine(folder, Output + "mkv"), "--style", file, "--max-size", "32", "--to", "0.05", "--coherence", "off"]);

    private static Task<int> ReadFlowAsync(string file, string folder) => ReadAsync(() => FlowFile.Read(file, new PngFile()));

    private static Task<int> ReadPictureAsync(string file, string folder) => ReadAsync(() => ImageFile.Read(file, keepAlpha: true).Dispose());

    private static Task<int> ReadAsync(Action read)
    {
        try
        {
            read();
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
