using System.Collections.Concurrent;
using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Core.Pipeline;
using Xunit;

namespace VideoStyle.Core.Tests.Pipeline;

public sealed class StylizePipelineTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(97)]
    public async Task Run_IdentityStyle_WritesEveryFrameInOrderWithItsTimesAndPixels(int frames)
    {
        using SyntheticSource source = new(frames);
        using SyntheticStylizer stylizer = new(workers: 3);
        using MemorySink sink = new();
        var options = Off;

        var report = await StylizePipeline.RunAsync(source, stylizer, sink, options, progress: null, CancellationToken.None);

        report.FramesRead.ShouldBe(frames);
        report.FramesWritten.ShouldBe(frames);
        sink.Finished.ShouldBeTrue();
        options.Pool.Live.ShouldBe(0);
        for (var i = 0; i < frames; i++)
        {
            sink.Frames[i].Index.ShouldBe(i);
            sink.Frames[i].Pts.ShouldBe(17 + 40L * i + i % 3);
            sink.Frames[i].Pixels[1000].ShouldBe((byte)(i + 1000 % 159 + 7 * (1000 / 159)));
        }
    }

    [Fact]
    public async Task Run_SeveralWorkers_NeverExceedsThem()
    {
        using SyntheticSource source = new(60);
        using SyntheticStylizer stylizer = new(workers: 2);
        using MemorySink sink = new();

        await StylizePipeline.RunAsync(source, stylizer, sink, Off, progress: null, CancellationToken.None);

        stylizer.MaxConcurrent.ShouldBeLessThanOrEqualTo(2);
    }

    [Fact]
    public async Task Run_CoherenceWithoutFlowEstimator_ThrowsArgumentException()
    {
        using SyntheticSource source = new(1);
        using SyntheticStylizer stylizer = new();
        using MemorySink sink = new();

        await Should.ThrowAsync<ArgumentException>(
            () => StylizePipeline.RunAsync(source, stylizer, sink, new PipelineOptions(), progress: null, CancellationToken.None));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Run_Success_LeavesNoLiveFrameAndNoFlowEstimator(int interval)
    {
        ConcurrentBag<SyntheticFlow> estimators = [];
        var options = Coherent(interval) with { CreateFlow = Create };
        using SyntheticStylizer stylizer = new() { HasRegions = true };
        using MemorySink sink = new();

        await StylizePipeline.RunAsync(Textured(200), stylizer, sink, options, progress: null, CancellationToken.None);

        sink.Frames.Count.ShouldBe(200);
        options.Pool.Live.ShouldBe(0);
        estimators.ShouldAllBe(e => e.Disposed);

        SyntheticFlow Create()
        {
            SyntheticFlow flow = new(1, 0);
            estimators.Add(flow);
            return flow;
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Run_StylizerFailsAtFrame100_RethrowsItsErrorAndLeavesNoLiveFrame(int interval)
    {
        var options = Coherent(interval);
        using SyntheticStylizer stylizer = new() { FailAt = 100 };
        using MemorySink sink = new();

        var error = await Should.ThrowAsync<InvalidOperationException>(
            () => StylizePipeline.RunAsync(Textured(200), stylizer, sink, options, progress: null, CancellationToken.None));

        error.Message.ShouldBe("device lost");
        sink.Finished.ShouldBeFalse();
        options.Pool.Live.ShouldBe(0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Run_Cancelled_StopsWithoutFinishingAndLeavesNoLiveFrame(int interval)
    {
        var options = Coherent(interval);
        using SyntheticStylizer stylizer = new();
        using MemorySink sink = new();
        using CancellationTokenSource stop = new();

        await Should.ThrowAsync<OperationCanceledException>(
            () => StylizePipeline.RunAsync(Textured(int.MaxValue), stylizer, sink, options, CancelAt5, stop.Token));

        sink.Finished.ShouldBeFalse();
        options.Pool.Live.ShouldBe(0);

        void CancelAt5(PipelineReport report)
        {
            if (report.FramesWritten == 5)
                stop.Cancel();
        }
    }

    [Fact]
    public async Task Run_DecoderFails_RethrowsItsErrorAndLeavesNoLiveFrame()
    {
        using SyntheticSource source = new(100) { FailAt = 50 };
        using SyntheticStylizer stylizer = new();
        using MemorySink sink = new();
        var options = Off;

        var error = await Should.ThrowAsync<InvalidOperationException>(
            () => StylizePipeline.RunAsync(source, stylizer, sink, options, progress: null, CancellationToken.None));

        error.Message.ShouldBe("decoder broke");
        sink.Finished.ShouldBeFalse();
        options.Pool.Live.ShouldBe(0);
    }

    [Fact]
    public async Task Run_EncoderFails_RethrowsItsErrorAndLeavesNoLiveFrame()
    {
        using SyntheticSource source = new(100);
        using SyntheticStylizer stylizer = new();
        using MemorySink sink = new() { FailAt = 7 };
        var options = Coherent(interval: 1);

        await Should.ThrowAsync<IOException>(
            () => StylizePipeline.RunAsync(source, stylizer, sink, options, progress: null, CancellationToken.None));

        sink.Finished.ShouldBeFalse();
        options.Pool.Live.ShouldBe(0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public async Task Run_AStylizerThatObserves_SeesEveryFrameInOrderWithItsTime(int resumedAt)
    {
        using SyntheticSource source = new(20);
        using SyntheticStylizer stylizer = new();
        using MemorySink sink = new();
        var options = Off with { Resume = resumedAt == 0 ? null : new Checkpoint(resumedAt, State: null) };

        await StylizePipeline.RunAsync(source, stylizer, sink, options, progress: null, CancellationToken.None);

        stylizer.Observed.Select(f => f.Index).ShouldBe(Enumerable.Range(0, 20).Select(i => (long)i));
        stylizer.Observed.Select(f => f.Time.TotalMilliseconds).ShouldBe(Enumerable.Range(0, 20).Select(i => 40.0 * i + i % 3));
        sink.Frames.Count.ShouldBe(20 - resumedAt);
    }

    [Fact]
    public async Task Run_AStylizerThatFailsToObserve_RethrowsItsErrorAndLeavesNoLiveFrame()
    {
        using SyntheticSource source = new(20);
        using SyntheticStylizer stylizer = new() { Observing = FailAt5 };
        using MemorySink sink = new();
        var options = Off;

        await Should.ThrowAsync<VideoStyleException>(
            () => StylizePipeline.RunAsync(source, stylizer, sink, options, progress: null, CancellationToken.None));

        options.Pool.Live.ShouldBe(0);

        static void FailAt5(Frame frame)
        {
            if (frame.Index == 5)
                throw new VideoStyleException(ErrorKind.Input, "mask.mp4: the mask ends.");
        }
    }

    [Fact]
    public async Task Run_Coherent_CountsOneShotForAnUncutVideoAndTwoForACutOne()
    {
        (await ShotsOf((_, x, y) => (byte)(37 * x * y + 11 * x))).ShouldBe(1);
        (await ShotsOf((t, x, y) => t < 10 ? (byte)(8 * (x ^ y)) : (byte)(255 - 3 * x - (y % 7) * 20))).ShouldBe(2);

        static async Task<int> ShotsOf(Func<int, int, int, byte> pixel)
        {
            using SyntheticSource source = new(20, 96, 64, pixel);
            using SyntheticStylizer stylizer = new();
            using MemorySink sink = new();
            return (await StylizePipeline.RunAsync(source, stylizer, sink, Coherent(interval: 1), progress: null, CancellationToken.None)).Shots;
        }
    }

    [Fact]
    public async Task Run_Twice_GivesTheSameBytes()
    {
        var first = await RunAsync();
        var second = await RunAsync();

        for (var i = 0; i < first.Count; i++)
            second[i].Pixels.ShouldBe(first[i].Pixels);

        static async Task<List<(long Index, long Pts, byte[] Pixels)>> RunAsync()
        {
            using SyntheticSource source = new(30, 96, 64, (t, x, y) => (byte)((x + t) * 5 ^ y * 3));
            using SyntheticStylizer stylizer = new(workers: 4);
            using MemorySink sink = new();
            var options = Coherent(interval: 1) with { CreateFlow = () => new SyntheticFlow(1.3f, -0.7f) };
            await StylizePipeline.RunAsync(source, stylizer, sink, options, progress: null, CancellationToken.None);
            return sink.Frames;
        }
    }

    private static PipelineOptions Off => new() { Coherence = CoherenceMode.Off };

    private static PipelineOptions Coherent(int interval) =>
        new() { KeyframeInterval = interval, CreateFlow = () => new SyntheticFlow(0, 0) };

    private static SyntheticSource Textured(int frames) => new(frames, 96, 64, (_, x, y) => (byte)(8 * (x ^ y)));
}
