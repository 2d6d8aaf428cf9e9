using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Core.Stylizers;

namespace VideoStyle.Live.Tests;

public sealed class LiveRunTests : IDisposable
{
    private readonly LiveBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [MediaFact(NeedsTools = true)]
    public async Task Run_AFile_PaintsEveryFrameAndKeepsTheSoundInStep()
    {
        LiveBench.Make(_bench["in.mp4"], "64x48", 50);

        await RunToEndAsync(_bench["in.mp4"], _bench["out.mkv"], _bench["out.mp4"]);

        foreach (var output in new[] { _bench["out.mkv"], _bench["out.mp4"] })
        {
            var times = FFmpegTool.PacketTimes(output, 0);
            times.Length.ShouldBe(50);
            times.ShouldBe(times.Order());
            var sound = FFmpegTool.PacketTimes(output, 1);
            sound.Length.ShouldBeGreaterThan(80);
            sound[0].ShouldBeInRange(-0.03, 0.05);
            sound[^1].ShouldBeInRange(times[^1] - 0.1, times[^1] + 0.1);
        }
    }

    [MediaFact(NeedsTools = true)]
    public async Task Run_ToHls_WritesAPlaylistThatPlays()
    {
        LiveBench.Make(_bench["in.mp4"], "64x48", 50);

        await RunToEndAsync(_bench["in.mp4"], _bench["live.m3u8"]);

        FFmpegTool.PacketTimes(_bench["live.m3u8"], 0).Length.ShouldBe(50);
        (await Should.ThrowAsync<VideoStyleException>(() => RunToEndAsync(_bench["in.mp4"], _bench["live.m3u8"]))).Kind.ShouldBe(ErrorKind.Output);
    }

    [MediaFact(NeedsTools = true)]
    public async Task Run_SourceThatVanishesAndComesBack_GoesOnInTheSameOutput()
    {
        using ScriptedServer server = new(ScriptedServer.Send(_bench.TransportStream()), ScriptedServer.SendAndStall(_bench.TransportStream()));

        await RunUntilAsync(server, () => server.Connections == 2 && Said("is back"), _bench["out.mkv"]);

        RequireAscending(_bench["out.mkv"]);
        Said("gone").ShouldBeTrue();
    }

    [MediaFact(NeedsTools = true)]
    public async Task Run_SourceThatStalls_IsConnectedToAgainAndTheLastFrameStands()
    {
        using ScriptedServer server = new(ScriptedServer.SendAndStall(_bench.TransportStream()));

        await RunUntilAsync(server, () => server.Connections >= 2 && Said("is back"), _bench["out.mkv"]);

        RequireAscending(_bench["out.mkv"]);
        Said("nothing came for 1.5 s").ShouldBeTrue();
    }

    [MediaFact(NeedsTools = true)]
    public async Task Run_SourceThatComesBackInAnotherSize_IsShownInTheSizeOfTheOutput()
    {
        using ScriptedServer server = new(ScriptedServer.Send(_bench.TransportStream()), ScriptedServer.SendAndStall(_bench.TransportStream("128x128")));

        await RunUntilAsync(server, () => server.Connections == 2 && Said("is back"), _bench["out.mkv"]);

        FFmpegTool.Stream(_bench["out.mkv"], 0, "stream=width,height").ShouldBe("64,48");
        RequireAscending(_bench["out.mkv"]);
    }

    [MediaFact(NeedsTools = true)]
    public async Task Run_SourceThatSendsGarbage_IsTriedAgain()
    {
        var garbage = new byte[300_000];
        new Random(1).NextBytes(garbage);
        var stream = _bench.TransportStream();
        using ScriptedServer server = new(
            ScriptedServer.Send([.. stream, .. garbage]), ScriptedServer.Send(garbage), ScriptedServer.SendAndStall(stream));

        await RunUntilAsync(server, () => server.Connections == 3 && Said("is back"), _bench["out.mkv"]);

        RequireAscending(_bench["out.mkv"]);
    }

    [MediaFact(NeedsTools = true)]
    public async Task Run_ARecording_HasItsOwnBeginningAndSound()
    {
        LiveBench.Make(_bench["in.mp4"], "64x48", 75);
        var run = _bench.Run(_bench["in.mp4"], [], change: options => options with { Realtime = true });
        var done = run.RunAsync();
        await _bench.UntilAsync(() => run.Latency.Written > 20, "the first second");
        await run.RecordAsync(isOn: true);
        var path = run.Recording!;
        await done;
        await run.RecordAsync(isOn: false);
        await run.DisposeAsync();

        FFmpegTool.PacketTimes(path, 0)[0].ShouldBe(0, 0.05);
        FFmpegTool.PacketTimes(path, 1)[0].ShouldBe(0, 0.1);
        RequireAscending(path);
    }

    [MediaFact(NeedsTools = true)]
    public async Task Run_StylizerThatIsTooSlow_DropsWhatIsOldAndPaintsTheNewestNext()
    {
        using SlowStylizer slow = new();
        using ScriptedServer server = new(ScriptedServer.SendAndStall(_bench.TransportStream(frames: 50)));
        using CancellationTokenSource stop = new();
        await using var run = _bench.Run(server.Url, [], options => options with { TargetRate = new(1000, 1), Stall = TimeSpan.FromHours(1) }, slow, stop.Token);
        List<long> painted = [];
        run.Sink.Shown = frame => painted.Add(frame.Pts);
        var work = run.RunAsync();
        await _bench.UntilAsync(() => run.Status.Arrived >= 45, "nearly all frames");

        slow.Continue.Set();
        await _bench.UntilAsync(() => run.Latency.Written + run.Status.Dropped == run.Status.Arrived, "the end");

        // Those that were under way, and then the newest.
        painted.Count.ShouldBeLessThanOrEqualTo(slow.Info.Workers + 2);
        painted.ShouldBe(painted.Order());
        run.Status.Dropped.ShouldBe(run.Status.Arrived - painted.Count);
        LiveClock.Time(painted[^1]).TotalSeconds.ShouldBeGreaterThan(1.7);
        await stop.CancelAsync();
        await work;
    }

    [MediaFact(NeedsTools = true)]
    public async Task Run_OutputThatBreaks_IsConnectedToAgainAndHoldsNoOtherUp()
    {
        using ScriptedServer server = new(ScriptedServer.SendAndStall(_bench.TransportStream()));
        using ScriptedServer audience = new((stream, stop) => stream.ReadExactlyAsync(new byte[188], stop).AsTask(), (stream, stop) => stream.CopyToAsync(Stream.Null, stop));
        using CancellationTokenSource stop = new();
        await using (var run = _bench.Run(server.Url, [audience.Url, _bench["out.mkv"]], options => options with { Stall = TimeSpan.FromHours(1) }, cancellationToken: stop.Token))
        {
            var work = run.RunAsync();
            await _bench.UntilAsync(() => audience.Connections == 2 && Said("is connected again"), "the second connection");
            await stop.CancelAsync();
            await work;
        }

        Said("the connection broke").ShouldBeTrue();
        RequireAscending(_bench["out.mkv"]);
    }

    [MediaFact(NeedsTools = true)]
    public async Task Run_StylizerThatFails_EndsWithItsErrorThoughTheSourceWaits()
    {
        using ScriptedServer server = new(ScriptedServer.SendAndStall(_bench.TransportStream()));
        using SlowStylizer failing = new() { Failure = new InvalidOperationException("device lost") };
        failing.Continue.Set();
        await using var run = _bench.Run(server.Url, [], options => options with { Stall = TimeSpan.FromHours(1) }, failing);

        (await Should.ThrowAsync<InvalidOperationException>(run.RunAsync())).Message.ShouldBe("device lost");
    }

    [MediaFact(NeedsTools = true)]
    public void Create_FileThatIsThere_IsRefusedAndKept()
    {
        LiveBench.Make(_bench["in.mp4"], "64x48", 5);
        File.WriteAllText(_bench["out.mp4"], "mine");

        Should.Throw<VideoStyleException>(() => _bench.Run(_bench["in.mp4"], [_bench["out.mp4"]])).Kind.ShouldBe(ErrorKind.Output);

        File.ReadAllText(_bench["out.mp4"]).ShouldBe("mine");
    }

    [MediaFact]
    public void Create_UrlWithAPassword_IsRefusedWithoutTellingIt()
    {
        var e = Should.Throw<VideoStyleException>(() => _bench.Run("rtmp://user:secret@127.0.0.1:9/app/streamkey?token=hidden", []));

        e.Kind.ShouldBe(ErrorKind.Input);
        foreach (var secret in new[] { "user", "secret", "streamkey", "hidden" })
            e.Message.ShouldNotContain(secret);
        e.Message.ShouldContain("rtmp://127.0.0.1:9/app/");
    }

    private sealed class SlowStylizer : IStylizer
    {
        private readonly IdentityStylizer _inner = new();
        private int _calls;

        public Exception? Failure { get; init; }

        public ManualResetEventSlim Continue { get; } = new();

        public StylizerInfo Info => _inner.Info;

        public IRegionStylizer? Regions => null;

        public IFrameObserver? Observer => null;

        public StylizedFrame Stylize(Frame frame)
        {
            if (Interlocked.Increment(ref _calls) > 1) // the first is no frame of the input
            {
                Continue.Wait();
                if (Failure is not null)
                    throw Failure;
            }

            return _inner.Stylize(frame);
        }

        public void Dispose() => Continue.Set();
    }

    private bool Said(string words) => _bench.Events.Any(e => e.Message.Contains(words, StringComparison.Ordinal));

    private static void RequireAscending(string path)
    {
        var times = FFmpegTool.PacketTimes(path, 0);
        times.Length.ShouldBeGreaterThan(1);
        times.ShouldBe(times.Order().Distinct());
    }

    private async Task RunToEndAsync(string input, params string[] outputs)
    {
        await using var run = _bench.Run(input, outputs);
        await run.RunAsync();
    }

    private async Task RunUntilAsync(ScriptedServer server, Func<bool> isDone, string output)
    {
        using CancellationTokenSource stop = new();
        await using var run = _bench.Run(server.Url, [output], cancellationToken: stop.Token);
        var work = run.RunAsync();
        await _bench.UntilAsync(() => isDone() || work.IsCompleted, "what the test waits for");
        var painted = run.Latency.Written;
        await _bench.UntilAsync(() => run.Latency.Written > painted || work.IsCompleted, "a frame behind it");
        work.IsCompleted.ShouldBeFalse();
        await stop.CancelAsync();
        await work;
    }
}
