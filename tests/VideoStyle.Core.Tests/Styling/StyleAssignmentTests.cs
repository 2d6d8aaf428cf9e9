using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Core.Pipeline;
using VideoStyle.Core.Stylizers;
using VideoStyle.Core.Tests.Pipeline;
using Xunit;

namespace VideoStyle.Core.Tests.Styling;

public sealed class StyleAssignmentTests
{
    private static readonly FramePool Pool = new();

    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(2, 1, 0)]
    [InlineData(3, 0.75, 0.25)]
    [InlineData(6, 0, 1)]
    [InlineData(99, 0, 1)]
    public void Schedule_BetweenTwoTimes_ChangesEvenly(double seconds, double first, double second)
    {
        using StyleSchedule schedule = new([(TimeSpan.FromSeconds(2), [3, 0]), (TimeSpan.FromSeconds(6), [0, 2])]);
        using var frame = Frame(2, 2, seconds);

        var shares = schedule.Decide(frame).Shares;

        shares[0].ShouldBe(first, 1e-9);
        shares[1].ShouldBe(second, 1e-9);
    }

    [Fact]
    public void Mask_OfTwoStyles_IsWhiteForTheFirstAndBlackForTheSecond()
    {
        using var mask = Still(2, 1, (255, 255, 255), (0, 0, 0));

        var maps = mask.Decide(Frame(4, 2)).Maps!;

        maps.Planes[0].ShouldBe([1, 0]);
        maps.Planes[1].ShouldBe([0, 1]);
    }

    [Fact]
    public void Mask_OfFourStyles_IsRedGreenBlueAndBlackAndAddsUpTo1()
    {
        Prop.ForAll<byte, byte, byte>((r, g, b) =>
        {
            using var mask = Still(1, 1, 4, (r, g, b));
            var planes = mask.Decide(Frame(3, 3)).Maps!.Planes;
            planes.Sum(p => p[0]).ShouldBe(1, 1e-5f);
            planes.ShouldAllBe(p => p[0] >= -1e-6f && p[0] <= 1 + 1e-6f);
        }).QuickCheckThrowOnFailure();
        using var red = Still(1, 1, 4, (255, 0, 0));
        red.Decide(Frame(3, 3)).Maps!.Planes.Select(p => p[0]).ShouldBe([1, 0, 0, 0]);
        using var black = Still(1, 1, 4, (0, 0, 0));
        black.Decide(Frame(3, 3)).Maps!.Planes.Select(p => p[0]).ShouldBe([0, 0, 0, 1]);
    }

    [Fact]
    public void Mask_OfAnotherShape_ThrowsInputErrorWithBothSizes()
    {
        using var mask = Still(2, 1, (255, 255, 255), (0, 0, 0));

        var error = Should.Throw<VideoStyleException>(() => mask.Decide(Frame(3, 3)));

        error.Kind.ShouldBe(ErrorKind.Input);
        error.Message.ShouldContain("2x1");
        error.Message.ShouldContain("3x3");
    }

    [Fact]
    public void Mask_ThatIsAVideo_ShowsThePictureOfTheFramesTime()
    {
        // A picture every 40 ms, white at odd ones, against frames every 20 ms.
        using StyleMask mask = new(() => new SyntheticSource(4, 4, 4, (t, _, _) => (byte)(t % 2 * 255)), "mask.mp4", still: false, 2);

        var whites = Enumerable.Range(0, 7).Select(i =>
        {
            using var frame = Frame(4, 4, 0.0205 * i, i);
            return mask.Decide(frame).Maps!.Planes[0][0];
        }).ToList();

        whites.ShouldBe([0, 0, 1, 1, 0, 0, 1]);
    }

    [Fact]
    public void Mask_ThatEndsBeforeTheClip_ThrowsInputErrorThatSaysWhen()
    {
        using StyleMask mask = new(() => new SyntheticSource(3, 4, 4), "mask.mp4", still: false, 2);
        mask.Decide(Frame(4, 4));

        var error = Should.Throw<VideoStyleException>(() => mask.Decide(Frame(4, 4, 5, 1)));

        error.Kind.ShouldBe(ErrorKind.Input);
        error.Message.ShouldContain("mask.mp4: the mask ends at");
    }

    [Fact]
    public void Mask_AnotherClipBegins_BeginsAgain()
    {
        using StyleMask mask = new(() => new SyntheticSource(3, 4, 4, (t, _, _) => (byte)(t == 0 ? 255 : 0)), "mask.mp4", still: false, 2);
        mask.Decide(Frame(4, 4)).Maps!.Planes[0][0].ShouldBe(1);
        mask.Decide(Frame(4, 4, 0.05, 1)).Maps!.Planes[0][0].ShouldBe(0);

        mask.Decide(Frame(4, 4)).Maps!.Planes[0][0].ShouldBe(1);
    }

    [Fact]
    public void ReadRow_OverALargerPicture_IsBilinear()
    {
        StyleMaps maps = new(2, 1, [[0, 1]]);
        var row = new float[4];

        maps.ReadRow(0, 0, 3, row);

        row.ShouldBe([0, 0.25f, 0.75f, 1]);
    }

    [Fact]
    public void Blend_ByShares_MixesThePaintings()
    {
        using BlendedStylizer stylizer = new([new Flat(0.2f), new Flat(0.6f)], new StyleSchedule([(TimeSpan.Zero, [1, 3])]), "both");
        using var frame = Frame(3, 2);

        using var painting = stylizer.Paint(frame);

        painting.ToRgb().ShouldAllBe(v => Math.Abs(v - 0.5f) < 2f / StylizedFrame.White);
    }

    [Fact]
    public void Blend_OfABlend_KeepsTheSharesOfEach()
    {
        BlendedStylizer inner = new([new Flat(0), new Flat(1)], new StyleSchedule([(TimeSpan.Zero, [3, 1])]), "inner");
        using BlendedStylizer outer = new([inner, new Flat(0.5f)], Still(1, 1, (255, 255, 255)), "outer");
        using var frame = Frame(2, 2);
        outer.Follow(frame);

        using var painting = outer.Paint(frame);

        painting.ToRgb().ShouldAllBe(v => Math.Abs(v - 0.25f) < 2f / StylizedFrame.White);
    }

    [Fact]
    public void Blend_ByMask_PaintsEachPlaceWithItsStyle()
    {
        using BlendedStylizer stylizer = new([new Flat(0.2f), new Flat(0.6f)], Still(2, 1, (255, 255, 255), (0, 0, 0)), "both");
        using var frame = Frame(2, 1);
        stylizer.Follow(frame);

        using var painting = stylizer.Paint(frame);

        painting.ToRgb().Select(v => Math.Round(v, 3)).ShouldBe([0.2, 0.2, 0.2, 0.6, 0.6, 0.6]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public async Task Run_AStylizerThatFollows_IsToldEveryFrameInOrderWithItsTime(int resumedAt)
    {
        Follower stylizer = new();
        using StylizePipeline pipeline = new(
            stylizer,
            createFlow: null,
            new StylizeOptions { Coherence = CoherenceMode.Off, Resume = resumedAt == 0 ? null : new Checkpoint(resumedAt, State: null) }
        );
        using MemorySink sink = new();

        await pipeline.RunAsync(new SyntheticSource(20), sink, progress: null, CancellationToken.None);

        stylizer.Followed.Select(f => f.Index).ShouldBe(Enumerable.Range(0, 20).Select(i => (long)i));
        stylizer.Followed.Select(f => f.Time.TotalMilliseconds).ShouldBe(Enumerable.Range(0, 20).Select(i => 40.0 * i + i % 3));
        sink.Frames.Count.ShouldBe(20 - resumedAt);
    }

    [Fact]
    public async Task Run_AStylizerThatFailsToFollow_ThrowsItsErrorAndLeavesNoFrame()
    {
        Follower stylizer = new() { FailAt = 5 };
        using StylizePipeline pipeline = new(stylizer, createFlow: null, new StylizeOptions { Coherence = CoherenceMode.Off });
        using MemorySink sink = new();

        await Should.ThrowAsync<VideoStyleException>(() => pipeline.RunAsync(new SyntheticSource(20), sink, progress: null, CancellationToken.None));

        pipeline.LiveFrames.ShouldBe(0);
    }

    private static StyleMask Still(int width, int height, params (byte, byte, byte)[] pixels) => Still(width, height, 2, pixels);

    private static StyleMask Still(int width, int height, int styles, params (byte, byte, byte)[] pixels) =>
        new(() => new OnePicture(width, height, pixels), "mask.png", still: true, styles);

    private static Frame Frame(int width, int height, double seconds = 0, long index = 0)
    {
        var frame = Pool.Rent(width, height);
        frame.Pixels.Clear();
        (frame.Index, frame.Time) = (index, TimeSpan.FromSeconds(seconds));
        return frame;
    }

    private sealed class OnePicture(int width, int height, (byte R, byte G, byte B)[] pixels) : IFrameSource
    {
        private bool _read;

        public VideoInfo Info { get; } = new() { Name = "mask", Width = width, Height = height, TimeBase = new Rational(1, 25) };

        public Frame? Read(FramePool pool)
        {
            if (_read)
                return null;
            _read = true;
            var frame = pool.Rent(width, height);
            for (var i = 0; i < pixels.Length; i++)
                (frame.Pixels[3 * i], frame.Pixels[3 * i + 1], frame.Pixels[3 * i + 2]) = pixels[i];
            return frame;
        }

        public void Dispose()
        {
            // Holds nothing.
        }
    }

    private sealed class Flat(float value) : IStylizer
    {
        public int Workers => 1;

        public string Description => "flat";

        public StylizedFrame Paint(Frame frame)
        {
            var rgb = new float[3 * frame.Width * frame.Height];
            Array.Fill(rgb, value);
            return StylizedFrame.FromRgb(frame.Width, frame.Height, rgb);
        }

        public void Dispose()
        {
            // Holds nothing.
        }
    }

    private sealed class Follower : IStylizer
    {
        public List<(long Index, TimeSpan Time)> Followed { get; } = [];

        public int FailAt { get; init; } = -1;

        public int Workers => 2;

        public string Description => "follower";

        public void Follow(Frame frame)
        {
            if (frame.Index == FailAt)
                throw new VideoStyleException(ErrorKind.Input, "mask.mp4: the mask ends.");
            Followed.Add((frame.Index, frame.Time));
        }

        public StylizedFrame Paint(Frame frame) => new(frame.Width, frame.Height);

        public void Dispose()
        {
            // Holds nothing.
        }
    }
}
