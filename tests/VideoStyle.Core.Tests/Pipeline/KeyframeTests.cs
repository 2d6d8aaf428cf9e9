using Shouldly;
using VideoStyle.Core.Compositing;
using VideoStyle.Core.Media;
using VideoStyle.Core.Pipeline;
using VideoStyle.Core.Stylizers;
using Xunit;

namespace VideoStyle.Core.Tests.Pipeline;

public sealed class KeyframeTests
{
    private const int Frames = 20;
    private const int Width = 96;
    private const int Height = 64;

    [Theory]
    [InlineData(1, 20)]
    [InlineData(4, 6)] // 0, 4, 8, 12, 16 and the last
    [InlineData(7, 4)]
    public async Task Run_FramesThatKeyframesCover_StylizesOneInEachInterval(int interval, int keyframes)
    {
        var (stylizer, sink) = await RunAsync(interval, flowX: 2, (t, x, y) => Texture(x + 2 * t, y));

        stylizer.Stylized.Distinct().Count().ShouldBe(keyframes);
        stylizer.Stylized.Count.ShouldBe(keyframes);
        sink.Frames.Select(f => f.Index).ShouldBe(Enumerable.Range(0, Frames).Select(i => (long)i));
    }

    [Fact]
    public async Task Run_InterpolatedFrames_ShowWhatStylizingThemWouldShow()
    {
        var (_, all) = await RunAsync(1, flowX: 2, (t, x, y) => Texture(x + 2 * t, y));
        var (_, some) = await RunAsync(4, flowX: 2, (t, x, y) => Texture(x + 2 * t, y));

        // Sharpening differs a little over the whole frame, so the bound is on the mean.
        for (var t = 0; t < Frames; t++)
            some.Frames[t].Pixels.Zip(all.Frames[t].Pixels, (a, b) => Math.Abs((double)a - b)).Average().ShouldBeLessThan(3);
    }

    [Fact]
    public async Task Run_FramesThatKeyframesDoNotCover_StylizesEveryFrame()
    {
        var (stylizer, _) = await RunAsync(4, flowX: 9, (_, x, y) => Texture(x, y));

        stylizer.Stylized.Count.ShouldBe(Frames);
    }

    [Theory]
    [InlineData(4, 20)]
    [InlineData(8, 4)] // 0, 8, 16 and the last
    public async Task Run_AnUncoveredStrip_IsAcceptedOnlyAtALongInterval(int interval, int keyframes)
    {
        var (stylizer, _) = await RunAsync(interval, flowX: 0, (t, x, y) => y < 4 ? (byte)(97 * t * (x + 31) % 251) : Texture(x, y));

        stylizer.Stylized.Count.ShouldBe(keyframes);
    }

    [Fact]
    public async Task Run_Cut_MakesKeyframesOfBothItsSides()
    {
        var (stylizer, _) = await RunAsync(8, flowX: 0, (t, x, y) => t < 10 ? (byte)(8 * (x ^ y)) : (byte)(255 - 3 * x - (y % 7) * 20));

        stylizer.Stylized.Order().ShouldBe([0, 8, 9, 10, 18, 19]);
    }

    [Fact]
    public async Task Run_AnUncoveredRegion_IsStylizedAloneAndShownUnchanged()
    {
        SyntheticStylizer stylizer = new() { HasRegions = true };
        var sink = await RunAsync(stylizer, 4, Blinking);

        stylizer.Stylized.Count.ShouldBe(6);
        stylizer.StylizedRegions.ShouldAllBe(r => r.Reference == (r.Frame - 1) / 4 * 4); // the keyframe before the frame
        stylizer.StylizedRegions.Select(p => p.Frame).Distinct().Order().ShouldBe([1, 2, 3, 5, 6, 7, 9, 10, 11, 13, 14, 15, 17, 18]);
        foreach (var (_, region, _) in stylizer.StylizedRegions)
        {
            region.ShouldBe(region with { Left = Math.Max(region.Left, 72), Top = Math.Max(region.Top, 48) }); // around the place, not everywhere
            region.Right.ShouldBeLessThanOrEqualTo(168);
            region.Bottom.ShouldBeLessThanOrEqualTo(144);
        }

        for (var t = 0; t < Frames; t++)
        {
            var errors = from y in Enumerable.Range(80, 32)
                         from x in Enumerable.Range(104, 32)
                         select Math.Abs(sink.Frames[t].Pixels[3 * (y * Wide + x)] - Blinking(t, x, y));
            errors.Average().ShouldBeLessThan(4, $"frame {t}");
        }
    }

    [Fact]
    public async Task Run_UncoveredRegionsAllOverTheFrame_StylizesTheWholeFrame()
    {
        SyntheticStylizer stylizer = new() { HasRegions = true };
        await RunAsync(stylizer, 4, (t, x, y) => x % 48 < 24 && y % 48 < 24 ? (byte)(t % 2 == 0 ? 20 + 9 * t % 70 : 200 + 7 * t % 50) : Texture(x, y));

        stylizer.Stylized.Count.ShouldBe(Frames);
        stylizer.StylizedRegions.ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_RegionsThatFail_RethrowsTheErrorAndLeavesNoFrame()
    {
        SyntheticStylizer stylizer = new() { HasRegions = true, FailAtRegions = true };

        (await Should.ThrowAsync<InvalidOperationException>(() => RunAsync(stylizer, 4, Blinking))).Message.ShouldBe("device lost");
    }

    [Fact]
    public void Cut_OutsideTheFrame_Throws()
    {
        using StylizedFrame frame = new(20, 10);
        frame.Cut(new Region(12, 3, 8, 7)).Dispose();
        Should.Throw<ArgumentException>(() => frame.Cut(new Region(13, 3, 8, 7)));
        Should.Throw<ArgumentException>(() => frame.Cut(new Region(-1, 3, 8, 7)));
    }

    [Fact]
    public async Task Run_WithoutLookAhead_NeedsNoLaterFrame()
    {
        using CancellationTokenSource stuck = new(TimeSpan.FromSeconds(30));
        SyntheticStylizer stylizer = new(workers: 2);
        using SyntheticSource frames = new(Frames, Width, Height, (t, x, y) => Texture(x + t, y));
        using OneByOne source = new(frames, stuck.Token);
        MemorySink sink = new();
        PipelineOptions options = new() { KeyframeInterval = 4, LookAhead = false, CreateFlow = () => new SyntheticFlow(1, 0) };

        await StylizePipeline.RunAsync(source, stylizer, sink, options, _ => source.Next(), stuck.Token);

        sink.Frames.Count.ShouldBe(Frames);
        stylizer.Stylized.Order().ShouldBe([0L, 4, 8, 12, 16]);
        options.Pool.Live.ShouldBe(0);
    }

    [Fact]
    public async Task Run_WithoutLookAhead_EveryFrameStylized_GivesTheSameFrames()
    {
        var (_, with) = await RunAsync(1, flowX: 2, (t, x, y) => Texture(x + 2 * t, y));
        var (_, without) = await RunAsync(1, flowX: 2, (t, x, y) => Texture(x + 2 * t, y), lookAhead: false);

        for (var t = 0; t < Frames; t++)
            without.Frames[t].Pixels.ShouldBe(with.Frames[t].Pixels);
    }

    [Fact]
    public async Task Run_WithoutLookAhead_PredictedFramesShowWhatStylizingThemWouldShow()
    {
        var (_, all) = await RunAsync(1, flowX: 2, (t, x, y) => Texture(x + 2 * t, y));
        var (_, some) = await RunAsync(4, flowX: 2, (t, x, y) => Texture(x + 2 * t, y), lookAhead: false);

        for (var t = 0; t < Frames; t++)
            some.Frames[t].Pixels.Zip(all.Frames[t].Pixels, (a, b) => Math.Abs((double)a - b)).Average().ShouldBeLessThan(4);
    }

    [Fact]
    public async Task Run_WithoutLookAhead_FramesThatAreNotCovered_AreStylized()
    {
        var (stylizer, _) = await RunAsync(4, flowX: 9, (_, x, y) => Texture(x, y), lookAhead: false);

        stylizer.Stylized.Count.ShouldBe(Frames);
    }

    private const int Wide = 320;
    private const int Tall = 192;

    // A square that changes in each frame, on a still texture.
    private static byte Blinking(int t, int x, int y) =>
        x is >= 96 and < 144 && y is >= 72 and < 120 ? (byte)(t % 2 == 0 ? 20 + 9 * t % 70 : 200 + 7 * t % 50) : Texture(x, y);

    private static async Task<MemorySink> RunAsync(SyntheticStylizer stylizer, int interval, Func<int, int, int, byte> pixel)
    {
        PipelineOptions options = new() { KeyframeInterval = interval, CreateFlow = () => new SyntheticFlow(0, 0) };
        using SyntheticSource source = new(Frames, Wide, Tall, pixel);
        MemorySink sink = new();
        try
        {
            await StylizePipeline.RunAsync(source, stylizer, sink, options, progress: null, CancellationToken.None);
        }
        finally
        {
            options.Pool.Live.ShouldBe(0);
        }

        return sink;
    }

    private static byte Texture(int x, int y) => (byte)(128 + 60 * Math.Sin(0.35 * x) * Math.Cos(0.27 * y) + 40 * Math.Sin(0.11 * x + 0.4 * y));

    private static async Task<(SyntheticStylizer Stylizer, MemorySink Sink)> RunAsync(int interval, float flowX, Func<int, int, int, byte> pixel, bool lookAhead = true)
    {
        SyntheticStylizer stylizer = new(workers: 2);
        PipelineOptions options = new() { KeyframeInterval = interval, LookAhead = lookAhead, CreateFlow = () => new SyntheticFlow(flowX, 0) };
        using SyntheticSource source = new(Frames, Width, Height, pixel);
        MemorySink sink = new();
        await StylizePipeline.RunAsync(source, stylizer, sink, options, progress: null, CancellationToken.None);
        options.Pool.Live.ShouldBe(0);
        return (stylizer, sink);
    }

    /// <summary>Gives a frame when the one before it was written.</summary>
    private sealed class OneByOne(IFrameSource source, CancellationToken cancellationToken) : IFrameSource
    {
        private readonly SemaphoreSlim _next = new(1);

        public VideoInfo Info => source.Info;

        public void Next() => _next.Release();

        public Frame? Read(FramePool pool)
        {
            _next.Wait(cancellationToken);
            return source.Read(pool);
        }

        public void Dispose() => _next.Dispose();
    }
}
