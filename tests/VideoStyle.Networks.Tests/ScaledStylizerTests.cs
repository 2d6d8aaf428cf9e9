using Shouldly;
using VideoStyle.Core.Compositing;
using VideoStyle.Core.Media;
using VideoStyle.Core.Stylizers;
using VideoStyle.Native;
using VideoStyle.Networks.Color;
using VideoStyle.Networks.Inference;
using VideoStyle.Networks.Models;
using Xunit;

namespace VideoStyle.Networks.Tests;

public sealed class ScaledStylizerTests
{
    private static readonly Region[] Regions = [new(0, 0, 24, 24), new(397, 309, 24, 24), new(96, 120, 72, 48), new(0, 288, 421, 45)];

    [NativeFact]
    public void Stylize_AnyScale_StylizesAtThatSizeAndGivesTheFramesSize()
    {
        List<(int Width, int Height)> sizes = [];
        SyntheticStylizer inner = new()
        {
            Value = (frame, i) =>
            {
                if (i == 0)
                    sizes.Add((frame.Width, frame.Height));
                return frame.Pixels[i] / 255f;
            },
        };
        using ScaledStylizer stylizer = new(inner, side => side / 50.0, "as at 50p");
        using var frame = new FramePool().Rent(200, 100);
        frame.Pixels.Fill(51);

        using var stylized = stylizer.Stylize(frame);

        sizes.ShouldBe([(100, 50)]);
        (stylized.Width, stylized.Height).ShouldBe((200, 100));
        stylized.ToRgb().ShouldAllBe(v => Math.Abs(v - 0.2f) < 2f / StylizedFrame.White);
    }

    [NativeTheory(NativeUnits.Kernels)]
    [InlineData(1.5)]
    [InlineData(2)]
    [InlineData(0.7)]
    public void Stylize_RegionsOfAPointwiseStyle_EqualTheWholeFrame(double scale)
    {
        using ScaledStylizer stylizer = new(new IdentityStylizer(), _ => scale, "scaled");
        using var frame = Pattern(421, 333);
        using var whole = stylizer.Stylize(frame);

        // Sums of floats in another order: one step of the fixed point.
        foreach (var (expected, actual) in Pairs(stylizer, frame, whole))
            expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThanOrEqualTo(1);
    }

    [NativeTheory(NativeUnits.Kernels)]
    [InlineData(1.5)]
    [InlineData(2)]
    [InlineData(0.7)]
    public void Stylize_RegionsOfANetwork_DifferLittleFromTheWholeFrame(double scale)
    {
        using ScaledStylizer stylizer = new(Network("starry_night"), _ => scale, "scaled");
        using var frame = Landscape.Draw(421, 333);
        using var whole = stylizer.Stylize(frame);

        foreach (var (expected, actual) in Pairs(stylizer, frame, whole))
            Decibels(expected, actual).ShouldBeGreaterThan(33);
    }

    [NativeTheory(NativeUnits.Kernels)]
    [InlineData(ColorPreservation.Luminance)]
    [InlineData(ColorPreservation.Histogram)]
    public void Stylize_RegionsThroughScaleMaskStrengthAndColor_EqualTheWholeFrame(ColorPreservation preservation)
    {
        using BlendedStylizer stylizer = new([Dressed("starry_night"), Dressed("udnie_swift")], Mask(), "both");
        using var frame = Landscape.Draw(421, 333);
        stylizer.Observe(frame);
        using var whole = stylizer.Stylize(frame);

        foreach (var (expected, actual) in Pairs(stylizer, frame, whole))
            Decibels(expected, actual).ShouldBeGreaterThan(33);

        BlendedStylizer Dressed(string style) =>
            new(
                [new ColorPreservingStylizer(new ScaledStylizer(Network(style), _ => 1.3, "scaled"), preservation), new IdentityStylizer()],
                new StyleSchedule([(TimeSpan.Zero, [0.7, 0.3])]),
                style);
    }

    private static IEnumerable<(short[] Expected, short[] Actual)> Pairs(IStylizer stylizer, Frame frame, StylizedFrame whole)
    {
        foreach (var (region, stylized) in Regions.Zip(stylizer.Regions!.Stylize(frame, Regions, whole.State)))
        {
            using var expected = whole.Cut(region);
            (stylized.Width, stylized.Height).ShouldBe((region.Width, region.Height));
            yield return (expected.Values.ToArray(), stylized.Values.ToArray());
            stylized.Dispose();
        }
    }

    private static double Decibels(short[] one, short[] other) =>
        -10 * Math.Log10(one.Zip(other, (a, b) => Math.Pow((a - b) / (double)StylizedFrame.White, 2)).Average());

    private static TorchStylizer Network(string style) =>
        TorchStylizer.Create(StyleCatalog.BuiltIn.Resolve(style), new StylizerOptions { Device = "cpu", Precision = Precision.F32 });

    // The first style on the left, the second on the right, and both in between.
    private static StyleMask Mask() =>
        new(() => new SyntheticSource(1, 421, 333, (_, x, _) => (byte)(255 - Math.Clamp(x - 80, 0, 255))), "mask.png", still: true, 2);

    private static Frame Pattern(int width, int height)
    {
        var frame = new FramePool().Rent(width, height);
        for (var i = 0; i < frame.Pixels.Length; i++)
            frame.Pixels[i] = (byte)(i * 7919 % 251);
        return frame;
    }
}
