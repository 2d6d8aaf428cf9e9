using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Core.Stylizers;
using Xunit;

namespace VideoStyle.Core.Tests.Stylizers;

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

        var weights = schedule.Decide(frame).Weights;

        weights[0].ShouldBe(first, 1e-9);
        weights[1].ShouldBe(second, 1e-9);
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
    public void Mask_OfAnotherAspectRatio_ThrowsInputErrorWithBothSizes()
    {
        using var mask = Still(2, 1, (255, 255, 255), (0, 0, 0));

        var error = Should.Throw<VideoStyleException>(() => mask.Decide(Frame(3, 3)));

        error.Kind.ShouldBe(ErrorKind.Input);
        error.Message.ShouldContain("2x1");
        error.Message.ShouldContain("3x3");
    }

    [Fact]
    public void Mask_ThatIsAVideo_IsReadAtTheTimeOfTheFrame()
    {
        // A mask frame every 40 ms, odd ones white; clip frames every 20 ms.
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
    public void ReadRow_OverALargerFrame_IsBilinear()
    {
        StyleMaps maps = new(2, 1, [[0, 1]]);
        var row = new float[4];

        maps.ReadRow(0, 0, 3, row);

        row.ShouldBe([0, 0.25f, 0.75f, 1]);
    }

    private static StyleMask Still(int width, int height, params (byte, byte, byte)[] pixels) => Still(width, height, 2, pixels);

    private static StyleMask Still(int width, int height, int styles, params (byte, byte, byte)[] pixels) =>
        new(() => new OneImage(width, height, pixels), "mask.png", still: true, styles);

    private static Frame Frame(int width, int height, double seconds = 0, long index = 0)
    {
        var frame = Pool.Rent(width, height);
        frame.Pixels.Clear();
        (frame.Index, frame.Time) = (index, TimeSpan.FromSeconds(seconds));
        return frame;
    }

    private sealed class OneImage(int width, int height, (byte R, byte G, byte B)[] pixels) : IFrameSource
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
}
