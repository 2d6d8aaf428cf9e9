using Shouldly;
using VideoStyle.Core.Compositing;
using VideoStyle.Core.Pipeline;
using VideoStyle.Core.Stylizers;
using Xunit;

namespace VideoStyle.Core.Tests.Pipeline;

public sealed class ReuseTests
{
    private const int Frames = 20;
    private const int Width = 96;
    private const int Height = 64;

    [Theory]
    [InlineData(1, 20)]
    [InlineData(4, 6)] // 0, 4, 8, 12, 16 and the last
    [InlineData(7, 4)]
    public async Task Run_MotionThatExplainsEveryFrame_PaintsNoMoreThanAsked(int paintEvery, int painted)
    {
        var (stylizer, sink) = await RunAsync(paintEvery, flowX: 2, (t, x, y) => Texture(x + 2 * t, y));

        stylizer.Painted.Distinct().Count().ShouldBe(painted);
        stylizer.Painted.Count.ShouldBe(painted);
        sink.Frames.Select(f => f.Index).ShouldBe(Enumerable.Range(0, Frames).Select(i => (long)i));
    }

    [Fact]
    public async Task Run_FramesInBetween_ShowWhatPaintingThemWouldShow()
    {
        var (_, all) = await RunAsync(1, flowX: 2, (t, x, y) => Texture(x + 2 * t, y));
        var (_, some) = await RunAsync(4, flowX: 2, (t, x, y) => Texture(x + 2 * t, y));

        // Sharpening differs by a little over the whole picture, so the mean is held to less than a single pixel is.
        for (var t = 0; t < Frames; t++)
            some.Frames[t].Pixels.Zip(all.Frames[t].Pixels, (a, b) => Math.Abs((double)a - b)).Average().ShouldBeLessThan(3);
    }

    [Fact]
    public async Task Run_MotionThatExplainsNothing_PaintsEveryFrame()
    {
        var (stylizer, _) = await RunAsync(4, flowX: 9, (_, x, y) => Texture(x, y));

        stylizer.Painted.Count.ShouldBe(Frames);
    }

    [Theory]
    [InlineData(4, 20)]
    [InlineData(8, 4)] // 0, 8, 16 and the last
    public async Task Run_AStripThatNothingExplains_IsTakenAlongOnlyWhereFewPaintingsAreAskedFor(int paintEvery, int painted)
    {
        var (stylizer, _) = await RunAsync(paintEvery, flowX: 0, (t, x, y) => y < 4 ? (byte)(97 * t * (x + 31) % 251) : Texture(x, y));

        stylizer.Painted.Count.ShouldBe(painted);
    }

    [Fact]
    public async Task Run_Cut_PaintsBothItsSides()
    {
        var (stylizer, _) = await RunAsync(8, flowX: 0, (t, x, y) => t < 10 ? (byte)(8 * (x ^ y)) : (byte)(255 - 3 * x - (y % 7) * 20));

        stylizer.Painted.Order().ShouldBe([0, 8, 9, 10, 18, 19]);
    }

    [Fact]
    public async Task Run_APlaceThatNothingExplains_IsPaintedAloneAndShownAsItIs()
    {
        IdentityStylizer stylizer = new() { PaintsParts = true };
        var sink = await RunAsync(stylizer, 4, Blinking);

        stylizer.Painted.Count.ShouldBe(6);
        stylizer.Parts.Select(p => p.Frame).Distinct().Order().ShouldBe([1, 2, 3, 5, 6, 7, 9, 10, 11, 13, 14, 15, 17, 18]);
        foreach (var (_, area) in stylizer.Parts)
        {
            area.ShouldBe(area with { Left = Math.Max(area.Left, 72), Top = Math.Max(area.Top, 48) }); // around the place, not everywhere
            area.Right.ShouldBeLessThanOrEqualTo(168);
            area.Bottom.ShouldBeLessThanOrEqualTo(144);
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
    public async Task Run_PlacesAllOverTheFrame_PaintsItWhole()
    {
        IdentityStylizer stylizer = new() { PaintsParts = true };
        await RunAsync(stylizer, 4, (t, x, y) => x % 48 < 24 && y % 48 < 24 ? (byte)(t % 2 == 0 ? 20 + 9 * t % 70 : 200 + 7 * t % 50) : Texture(x, y));

        stylizer.Painted.Count.ShouldBe(Frames);
        stylizer.Parts.ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_PartsThatCannotBePainted_FailsWithThatAndLeavesNoFrame()
    {
        IdentityStylizer stylizer = new() { PaintsParts = true, FailsAtParts = true };

        (await Should.ThrowAsync<InvalidOperationException>(() => RunAsync(stylizer, 4, Blinking))).Message.ShouldBe("device lost");
    }

    [Fact]
    public void Cut_OutsideOfThePainting_Throws()
    {
        using StylizedFrame painting = new(20, 10);
        painting.Cut(new Region(12, 3, 8, 7)).Dispose();
        Should.Throw<ArgumentException>(() => painting.Cut(new Region(13, 3, 8, 7)));
        Should.Throw<ArgumentException>(() => painting.Cut(new Region(-1, 3, 8, 7)));
    }

    private const int Wide = 320;
    private const int Tall = 192;

    // A square that is another one in each frame, on a texture that rests.
    private static byte Blinking(int t, int x, int y) =>
        x is >= 96 and < 144 && y is >= 72 and < 120 ? (byte)(t % 2 == 0 ? 20 + 9 * t % 70 : 200 + 7 * t % 50) : Texture(x, y);

    private static async Task<MemorySink> RunAsync(IdentityStylizer stylizer, int paintEvery, Func<int, int, int, byte> pixel)
    {
        using StylizePipeline pipeline = new(
            stylizer, () => new ConstantFlow(0, 0), new StylizeOptions { Coherence = CoherenceMode.Fast, PaintEvery = paintEvery });
        using SyntheticSource source = new(Frames, Wide, Tall, pixel);
        MemorySink sink = new();
        try
        {
            await pipeline.RunAsync(source, sink, progress: null, CancellationToken.None);
        }
        finally
        {
            pipeline.LiveFrames.ShouldBe(0);
        }

        return sink;
    }

    private static byte Texture(int x, int y) => (byte)(128 + 60 * Math.Sin(0.35 * x) * Math.Cos(0.27 * y) + 40 * Math.Sin(0.11 * x + 0.4 * y));

    private static async Task<(IdentityStylizer Stylizer, MemorySink Sink)> RunAsync(int paintEvery, float flowX, Func<int, int, int, byte> pixel)
    {
        IdentityStylizer stylizer = new(workers: 2);
        using StylizePipeline pipeline = new(
            stylizer, () => new ConstantFlow(flowX, 0), new StylizeOptions { Coherence = CoherenceMode.Fast, PaintEvery = paintEvery });
        using SyntheticSource source = new(Frames, Width, Height, pixel);
        MemorySink sink = new();
        await pipeline.RunAsync(source, sink, progress: null, CancellationToken.None);
        pipeline.LiveFrames.ShouldBe(0);
        return (stylizer, sink);
    }
}
