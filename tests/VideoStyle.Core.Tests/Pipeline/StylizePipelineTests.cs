using Shouldly;
using VideoStyle.Core.Pipeline;
using Xunit;

namespace VideoStyle.Core.Tests.Pipeline;

public sealed class StylizePipelineTests
{
    private static readonly StylizeOptions Off = new() { Coherence = CoherenceMode.Off };

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(97)]
    public async Task Run_IdentityStyle_WritesEveryFrameInOrderWithItsTimesAndPixels(int frames)
    {
        using StylizePipeline pipeline = new(new IdentityStylizer(workers: 3), createFlow: null, Off);
        using SyntheticSource source = new(frames);
        using MemorySink sink = new();

        var report = await pipeline.RunAsync(source, sink, progress: null, CancellationToken.None);

        report.FramesRead.ShouldBe(frames);
        report.FramesWritten.ShouldBe(frames);
        sink.Finished.ShouldBeTrue();
        pipeline.LiveFrames.ShouldBe(0);
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
        IdentityStylizer stylizer = new(workers: 2);
        using StylizePipeline pipeline = new(stylizer, createFlow: null, Off);
        using SyntheticSource source = new(60);
        using MemorySink sink = new();

        await pipeline.RunAsync(source, sink, progress: null, CancellationToken.None);

        stylizer.MostAtOnce.ShouldBeLessThanOrEqualTo(2);
    }

    [Fact]
    public async Task Run_StylizerFails_RethrowsItsErrorAndReturnsEveryFrame()
    {
        using StylizePipeline pipeline = new(new IdentityStylizer(workers: 2, failAt: 20), () => new ConstantFlow(0, 0), new StylizeOptions());
        using SyntheticSource source = new(100);
        using MemorySink sink = new();

        var error = await Should.ThrowAsync<InvalidOperationException>(
            pipeline.RunAsync(source, sink, progress: null, CancellationToken.None));

        error.Message.ShouldBe("device lost");
        sink.Finished.ShouldBeFalse();
        pipeline.LiveFrames.ShouldBe(0);
    }

    [Fact]
    public async Task Run_DecoderFails_RethrowsItsErrorAndReturnsEveryFrame()
    {
        using StylizePipeline pipeline = new(new IdentityStylizer(), createFlow: null, Off);
        using SyntheticSource source = new(100) { FailAt = 50 };
        using MemorySink sink = new();

        var error = await Should.ThrowAsync<InvalidOperationException>(
            pipeline.RunAsync(source, sink, progress: null, CancellationToken.None));

        error.Message.ShouldBe("decoder broke");
        sink.Finished.ShouldBeFalse();
        pipeline.LiveFrames.ShouldBe(0);
    }

    [Fact]
    public async Task Run_EncoderFails_RethrowsItsErrorAndReturnsEveryFrame()
    {
        using StylizePipeline pipeline = new(new IdentityStylizer(), () => new ConstantFlow(1, 0), new StylizeOptions());
        using SyntheticSource source = new(100);
        using MemorySink sink = new() { FailAt = 7 };

        await Should.ThrowAsync<IOException>(pipeline.RunAsync(source, sink, progress: null, CancellationToken.None));

        sink.Finished.ShouldBeFalse();
        pipeline.LiveFrames.ShouldBe(0);
    }

    [Fact]
    public async Task Run_Cancelled_StopsWithoutFinishingAndReturnsEveryFrame()
    {
        using StylizePipeline pipeline = new(new IdentityStylizer(), () => new ConstantFlow(0, 0), new StylizeOptions());
        using SyntheticSource source = new(int.MaxValue);
        using MemorySink sink = new();
        using CancellationTokenSource stop = new();

        await Should.ThrowAsync<OperationCanceledException>(
            pipeline.RunAsync(source, sink, report => { if (report.FramesWritten == 5) stop.Cancel(); }, stop.Token));

        sink.Finished.ShouldBeFalse();
        pipeline.LiveFrames.ShouldBe(0);
    }

    [Fact]
    public async Task Run_Coherent_CountsOneShotForAnUncutVideoAndTwoForACutOne()
    {
        (await ShotsOf((_, x, y) => (byte)(37 * x * y + 11 * x))).ShouldBe(1);
        (await ShotsOf((t, x, y) => t < 10 ? (byte)(8 * (x ^ y)) : (byte)(255 - 3 * x - (y % 7) * 20))).ShouldBe(2);

        static async Task<int> ShotsOf(Func<int, int, int, byte> pixel)
        {
            using StylizePipeline pipeline = new(new IdentityStylizer(), () => new ConstantFlow(0, 0), new StylizeOptions());
            using SyntheticSource source = new(20, 96, 64, pixel);
            using MemorySink sink = new();
            return (await pipeline.RunAsync(source, sink, progress: null, CancellationToken.None)).Shots;
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
            using StylizePipeline pipeline = new(new IdentityStylizer(workers: 4), () => new ConstantFlow(1.3f, -0.7f), new StylizeOptions());
            using SyntheticSource source = new(30, 96, 64, (t, x, y) => (byte)((x + t) * 5 ^ y * 3));
            using MemorySink sink = new();
            await pipeline.RunAsync(source, sink, progress: null, CancellationToken.None);
            return sink.Frames;
        }
    }
}
