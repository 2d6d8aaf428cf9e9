using System.Buffers.Binary;
using System.Diagnostics;
using Shouldly;
using VideoStyle.Core.Media;
using VideoStyle.Native.Media;
using Xunit;

namespace VideoStyle.Cli.Tests;

/// <summary>A test card goes through a conversion without paint and must come out as it was shown.</summary>
public sealed class RoundTripTests : IDisposable
{
    private const int Width = 48;
    private const int Height = 32;
    private const int Frames = 5;

    // A display matrix (a b, c d) sends column x and row y of the stored picture to (a x + c y, b x + d y).
    private static readonly (int A, int B, int C, int D)[] Turns =
        [(1, 0, 0, 1), (0, 1, -1, 0), (-1, 0, 0, -1), (0, -1, 1, 0), (-1, 0, 0, 1), (1, 0, 0, -1), (0, 1, 1, 0), (0, -1, -1, 0)];

    private static readonly Rational[] Shapes = [new(1, 1), new(4, 3), new(16, 11), new(10, 11), new(1, 2)];

    private static readonly string[] Ranges = ["unspecified", "limited", "full"];

    private readonly TempFolder _folder = new();

    public static TheoryData<int, int, int> Cards
    {
        get
        {
            TheoryData<int, int, int> cards = [];
            for (var i = 0; i < 15; i++)
                cards.Add(i % Turns.Length, i % Shapes.Length, i % Ranges.Length);
            return cards;
        }
    }

    [FFmpegTheory]
    [MemberData(nameof(Cards))]
    public async Task Convert_TestCard_ComesOutUprightUndistortedAndOfItsColours(int turn, int shape, int range)
    {
        WriteCard(_folder["card.mov"], Turns[turn], Shapes[shape], Ranges[range]);

        var result = await ToolProcess.RunAsync("convert", _folder["card.mov"], _folder["out.mkv"], "--style", "none", "--codec", "ffv1");

        result.ExitCode.ShouldBe(0, result.Error);
        using var source = FFmpegSource.Open(_folder["out.mkv"], new VideoOptions());
        (source.Info.Width, source.Info.Height).ShouldBe((Width, Height));
        Simple(source.Info.SampleAspectRatio).ShouldBe(Simple(Shapes[shape]), "the shape of a pixel as it is shown");
        var frames = TestClip.Read(_folder["out.mkv"]);
        frames.Count.ShouldBe(Frames);
        for (var t = 0; t < Frames; t++)
            for (var y = 0; y < Height; y++)
                for (var x = 0; x < Width; x++)
                {
                    var (r, g, b) = Card(x, y, t);
                    var i = 3 * (y * Width + x);
                    var worst = Math.Max(Math.Abs(frames[t][i] - r), Math.Max(Math.Abs(frames[t][i + 1] - g), Math.Abs(frames[t][i + 2] - b)));
                    worst.ShouldBeLessThanOrEqualTo(1, $"frame {t}, column {x}, row {y}");
                }
    }

    [FFmpegFact]
    public async Task Convert_BetweenTwoFFmpegs_GivesTheSameFramesAsFiles()
    {
        // -fps_mode came with FFmpeg 5.1, and newer versions drop -vsync.
        const string decode = "ffmpeg -v error -i - -f rawvideo -pix_fmt rgb24 $mode passthrough";
        var tool = ToolProcess.Tool;
        var options = "--style starry_night --coherence fast --max-size 96 --codec ffv1";
        var script = $"""
            set -e
            mode=$(ffmpeg -v quiet -h long | grep -e -fps_mode > /dev/null && echo -fps_mode || echo -vsync)
            ffmpeg -v error -i '{SampleVideos.Lake}' -t 1 -f yuv4mpegpipe - | '{tool}' convert - - {options} | {decode} pipe.raw
            ffmpeg -v error -i '{SampleVideos.Lake}' -t 1 -f yuv4mpegpipe in.y4m
            '{tool}' convert in.y4m out.mkv {options}
            {decode} file.raw < out.mkv
            """;
        ProcessStartInfo start = new("bash", ["-o", "pipefail", "-c", script]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = _folder.Path };
        using var process = Process.Start(start)!;

        var result = await ToolProcess.EndAsync(process);

        result.ExitCode.ShouldBe(0, result.Error);
        var frames = await File.ReadAllBytesAsync(_folder["pipe.raw"]);
        frames.Length.ShouldBe(24 * 96 * 54 * 3);
        frames.ShouldBe(await File.ReadAllBytesAsync(_folder["file.raw"]));
    }

    public void Dispose() => _folder.Dispose();

    // Four coloured corners around a gradient; the frame's number in bits, eight columns each, in the second row of blocks.
    private static (byte R, byte G, byte B) Card(int x, int y, int t)
    {
        if (y is >= 8 and < 12)
            return (t >> (x / 8) & 1) == 1 ? ((byte)235, (byte)235, (byte)235) : ((byte)20, (byte)20, (byte)20);
        return (x < Width / 2, y < Height / 2) switch
        {
            (true, true) => (200, (byte)(2 * x), 30),
            (false, true) => (30, 180, (byte)(40 + x)),
            (true, false) => (40, (byte)(60 + y), 190),
            _ => ((byte)(90 + x), (byte)(100 + y), 120),
        };
    }

    // FFmpeg and zimg make the card from the picture as it lies in the file. Ten bits hold what 8-bit RGB says more exactly
    // than a 255th, whatever the range; H.264 with a quantiser of 0 loses nothing, and MOV can hold a turn.
    private static void WriteCard(string path, (int A, int B, int C, int D) turn, Rational shape, string range)
    {
        var across = turn.A == 0;
        var stored = path + ".mkv";
        TestClip.Write(stored, across ? Height : Width, across ? Width : Height, Frames, (u, v, t) =>
            // Negative ends are moved back into the picture, as a player does.
            Card(
                turn.A * u + turn.C * v + (turn.A + turn.C < 0 ? Width - 1 : 0),
                turn.B * u + turn.D * v + (turn.B + turn.D < 0 ? Height - 1 : 0),
                t));
        var sar = across ? $"{shape.Denominator}/{shape.Numerator}" : $"{shape.Numerator}/{shape.Denominator}";
        var filters = $"zscale=matrixin=gbr:matrix=709:range={(range is "full" ? "full" : "limited")},format=yuv444p10le,setsar={sar}"
            + (range is "unspecified" ? ",setparams=range=unspecified" : "");
        using (var process = Process.Start(new ProcessStartInfo("ffmpeg", ["-v", "error", "-i", stored, "-vf", filters, "-c:v", "libx264", "-qp", "0", path]) { UseShellExecute = false })!)
        {
            process.WaitForExit();
            process.ExitCode.ShouldBe(0);
        }

        File.Delete(stored);
        PutMatrix(path, turn);
    }

    // It stands 40 bytes into the body of a version 0 'tkhd' box.
    private static void PutMatrix(string path, (int A, int B, int C, int D) turn)
    {
        var bytes = File.ReadAllBytes(path);
        var matrix = bytes.AsSpan(bytes.AsSpan().IndexOf("tkhd"u8) + 4 + 40);
        BinaryPrimitives.WriteInt32BigEndian(matrix, turn.A << 16);
        BinaryPrimitives.WriteInt32BigEndian(matrix[4..], turn.B << 16);
        BinaryPrimitives.WriteInt32BigEndian(matrix[12..], turn.C << 16);
        BinaryPrimitives.WriteInt32BigEndian(matrix[16..], turn.D << 16);
        File.WriteAllBytes(path, bytes);
    }

    private static double Simple(Rational shape) => shape.IsKnown ? shape.Value : 1;
}

/// <summary>A test that needs FFmpeg's own tool; skipped where it is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FFmpegFactAttribute : FactAttribute
{
    public FFmpegFactAttribute() => Skip = Reason;

    internal static string? Reason { get; } = new NativeFactAttribute().Skip ?? (File.Exists("/usr/bin/ffmpeg") ? null : RequiredParts.Missing("ffmpeg is absent; install ffmpeg."));
}

/// <summary>As <see cref="FFmpegFactAttribute"/>, for theories.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FFmpegTheoryAttribute : TheoryAttribute
{
    public FFmpegTheoryAttribute() => Skip = FFmpegFactAttribute.Reason;
}
