using System.Diagnostics;
using System.Globalization;
using Shouldly;
using VideoStyle.Core.Errors;
using Xunit;

namespace VideoStyle.Live.Tests;

public sealed class ScreenTests : IDisposable
{
    private readonly LiveBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [ScreenFact]
    public async Task Run_AScreen_PaintsIt()
    {
        using var screen = Process.Start(new ProcessStartInfo("Xvfb", ["-displayfd", "1", "-screen", "0", "320x240x24"]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        try
        {
            var display = int.Parse((await screen.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
            using CancellationTokenSource stop = new();
            await using var run = _bench.Run($"screen:{display}", [_bench["out.mkv"]], cancellationToken: stop.Token);
            var work = run.RunAsync();
            await _bench.UntilAsync(() => run.Latency.Written >= 5 || work.IsCompleted, "five frames");
            await stop.CancelAsync();
            await work;
        }
        finally
        {
            screen.Kill();
        }

        FFmpegTool.Stream(_bench["out.mkv"], 0, "stream=width,height").ShouldBe("320,240");
    }

    [MediaFact]
    public void Create_ACameraThatIsNotThere_ThrowsInputErrorThatNamesIt()
    {
        var e = Should.Throw<VideoStyleException>(() => _bench.Run("/dev/video4242", []));

        e.Message.ShouldStartWith("/dev/video4242: ");
        e.Kind.ShouldBeOneOf(ErrorKind.Input, ErrorKind.Runtime);
    }

    /// <summary>A test on a screen without a monitor; skipped with the reason where there is none.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class ScreenFactAttribute : FactAttribute
    {
        public ScreenFactAttribute()
        {
            if (!File.Exists("/usr/bin/Xvfb"))
                Skip = "Xvfb is absent; install xvfb.";
            else if (!FFmpegTool.IsAvailable)
                Skip = RequiredParts.Missing("ffmpeg and ffprobe are absent; install ffmpeg.");
        }
    }
}
