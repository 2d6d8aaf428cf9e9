using Shouldly;
using VideoStyle.Core.Compositing;
using VideoStyle.Core.Media;
using VideoStyle.Core.Stylizers;
using Xunit;

namespace VideoStyle.Core.Tests.Stylizers;

public sealed class BlendedStylizerTests
{
    private static readonly FramePool Pool = new();

    [Fact]
    public void Stylize_ByWeights_AddsTheStylesByWeight()
    {
        using BlendedStylizer stylizer = new([Flat(0.2f), Flat(0.6f)], Constant(1, 3), "both");
        using var frame = Frame(3, 2);

        using var blended = stylizer.Stylize(frame);

        blended.ToRgb().ShouldAllBe(v => Math.Abs(v - 0.5f) < 2f / StylizedFrame.White);
    }

    [Fact]
    public void Stylize_ABlendOfABlend_KeepsTheWeightsOfEach()
    {
        BlendedStylizer inner = new([Flat(0), Flat(1)], Constant(3, 1), "inner");
        using BlendedStylizer outer = new([inner, Flat(0.5f)], Mask(1, 255), "outer");
        using var frame = Frame(2, 2);
        outer.Observe(frame);

        using var blended = outer.Stylize(frame);

        blended.ToRgb().ShouldAllBe(v => Math.Abs(v - 0.25f) < 2f / StylizedFrame.White);
    }

    [Fact]
    public void Stylize_ByMask_StylizesEachPlaceWithItsStyle()
    {
        using BlendedStylizer stylizer = new([Flat(0.2f), Flat(0.6f)], Mask(1, 255, 0), "both");
        using var frame = Frame(2, 1);
        stylizer.Observe(frame);

        using var blended = stylizer.Stylize(frame);

        blended.ToRgb().Select(v => Math.Round(v, 3)).ShouldBe([0.2, 0.2, 0.2, 0.6, 0.6, 0.6]);
    }

    [Fact]
    public void Stylize_RegionsByWeightsOrByMask_EqualTheWholeFrame()
    {
        foreach (var assignment in (StyleAssignment[])[Constant(1, 3), Mask(1, 255, 90, 0, 30)])
        {
            using BlendedStylizer stylizer = new([Pattern(3), new IdentityStylizer()], assignment, "both");
            using var frame = Frame(40, 10);
            stylizer.Observe(frame);
            using var whole = stylizer.Stylize(frame);
            Region[] regions = [new(0, 0, 7, 10), new(13, 2, 27, 5)];

            var stylized = stylizer.Regions!.Stylize(frame, regions, whole.State);

            for (var i = 0; i < regions.Length; i++)
            {
                using var expected = whole.Cut(regions[i]);
                stylized[i].Values.ToArray().ShouldBe(expected.Values.ToArray());
                stylized[i].Dispose();
            }
        }
    }

    [Fact]
    public void Stylize_Regions_GiveEachStyleItsOwnState()
    {
        var (first, second) = (Pattern(3), Pattern(5));
        using BlendedStylizer stylizer = new([first, second], new StyleSchedule([(TimeSpan.Zero, [1, 0]), (TimeSpan.FromSeconds(1), [0.5, 0.5])]), "both");
        using var keyframe = Frame(20, 10, index: 4);
        using var frame = Frame(20, 10, index: 5, seconds: 1);
        using var reference = stylizer.Stylize(keyframe);

        foreach (var region in stylizer.Regions!.Stylize(frame, [new Region(0, 0, 5, 5)], reference.State))
            region.Dispose();

        first.StylizedRegions.Single().Reference.ShouldBe(4);
        second.StylizedRegions.Single().Reference.ShouldBe(-1); // it had no weight in the keyframe
    }

    [Fact]
    public void Regions_OfABlendWithAStyleWithoutRegions_IsNull()
    {
        using BlendedStylizer stylizer = new([Pattern(3), Flat(0.5f)], Constant(1, 1), "both");

        stylizer.Regions.ShouldBeNull();
    }

    private static SyntheticStylizer Flat(float value) => new() { Value = (_, _) => value };

    private static SyntheticStylizer Pattern(int step) => new() { HasRegions = true, Value = (_, i) => i * step % 97 / 97f };

    private static StyleSchedule Constant(params double[] weights) => new([(TimeSpan.Zero, weights)]);

    // One column for each value; of the aspect ratio of the frame.
    private static StyleMask Mask(int height, params byte[] columns) =>
        new(() => new SyntheticSource(1, columns.Length, height, (_, x, _) => columns[x]), "mask.png", still: true, 2);

    private static Frame Frame(int width, int height, long index = 0, double seconds = 0)
    {
        var frame = Pool.Rent(width, height);
        for (var i = 0; i < frame.Pixels.Length; i++)
            frame.Pixels[i] = (byte)(11 * i);
        (frame.Index, frame.Time) = (index, TimeSpan.FromSeconds(seconds));
        return frame;
    }
}
