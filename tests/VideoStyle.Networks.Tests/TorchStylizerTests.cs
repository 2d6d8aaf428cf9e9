using Shouldly;
using VideoStyle.Core.Compositing;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Core.Stylizers;
using VideoStyle.Native;
using VideoStyle.Networks.Inference;
using VideoStyle.Networks.Models;
using Xunit;

namespace VideoStyle.Networks.Tests;

public sealed class TorchStylizerTests
{
    [NativeTheory(NativeUnits.Kernels)]
    [InlineData(1, 1)]
    [InlineData(1, 50)]
    [InlineData(15, 2)]
    [InlineData(16, 16)]
    [InlineData(53, 37)]
    [InlineData(161, 121)]
    public void Stylize_AnySize_GivesAFrameOfExactlyThatSizeBetween0And1(int width, int height)
    {
        using var stylizer = Create(new StylizerOptions { Device = "cpu" });
        using var frame = Pattern(width, height);
        using var stylized = stylizer.Stylize(frame);
        (stylized.Width, stylized.Height).ShouldBe((width, height));
        stylized.Values.ToArray().ShouldAllBe(v => v >= 0 && v <= StylizedFrame.White);
    }

    [NativeFact(NativeUnits.Kernels)]
    public async Task Stylize_FromSeveralThreadsAtOnce_GivesWhatOneThreadGives()
    {
        using var stylizer = Create(new StylizerOptions { Device = "cpu", Workers = 4, Precision = Precision.F32 });
        using var frame = Pattern(96, 64);
        using var alone = stylizer.Stylize(frame);
        var expected = alone.Values.ToArray();

        var frames = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => stylizer.Stylize(frame))));

        foreach (var stylized in frames)
        {
            stylized.Values.ToArray().ShouldBe(expected);
            stylized.Dispose();
        }
    }

    [NativeFact(NativeUnits.Kernels)]
    public void Stylize_ManyFrames_KeepsTheManagedHeapFlat()
    {
        using var stylizer = Create(new StylizerOptions { Device = "cpu" });
        using var frame = Pattern(320, 200);
        for (var i = 0; i < 3; i++)
            stylizer.Stylize(frame).Dispose();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10; i++)
            stylizer.Stylize(frame).Dispose();
        // Handles and argument lists; a frame of this size has 192 KB of bytes and 512 KB of values.
        ((GC.GetAllocatedBytesForCurrentThread() - before) / 10).ShouldBeLessThan(64_000);
    }

    /// <summary>No receptive field reaches 128 pixels; with such a margin only the statistics depend on the rest of the frame.</summary>
    [NativeTheory(NativeUnits.Kernels)]
    [InlineData("starry_night", Precision.F32, 1)]
    [InlineData("udnie_swift", Precision.F32, 1)]
    [InlineData("udnie_johnson", Precision.F32, 1)]
    [InlineData("udnie_swift", Precision.BF16, StylizedFrame.White / 255)]
    public void Stylize_RegionsWithAWideMargin_EqualTheWholeFrame(string style, Precision precision, int most)
    {
        using var stylizer = Create(new StylizerOptions { Device = "cpu", Precision = precision }, style);
        using var frame = Pattern(421, 333);
        using var whole = stylizer.Stylize(frame);

        foreach (var (region, actual) in Regions.Zip(stylizer.Stylize(frame, Regions, whole.State, margin: 128)))
        {
            using var expected = whole.Cut(region);
            Differences(expected, actual).Max().ShouldBeLessThanOrEqualTo(most, $"{region}");
            actual.Dispose();
        }
    }

    [NativeTheory(NativeUnits.Kernels)]
    [InlineData("starry_night")]
    [InlineData("udnie_swift")]
    [InlineData("udnie_johnson")]
    public void Stylize_Regions_DifferLittleFromTheWholeFrame(string style)
    {
        using var stylizer = Create(new StylizerOptions { Device = "cpu", Precision = Precision.F32 }, style);
        stylizer.Regions.ShouldNotBeNull();
        using var frame = Landscape.Draw(421, 333);
        using var whole = stylizer.Stylize(frame);

        foreach (var (region, actual) in Regions.Zip(stylizer.Stylize(frame, Regions, whole.State)))
        {
            using var expected = whole.Cut(region);
            Decibels(expected, actual).ShouldBeGreaterThan(33, $"{region}");
            actual.Dispose();
        }
    }

    [NativeFact(NativeUnits.Kernels)]
    public void Stylize_RegionsAfterRowTiledInference_EqualTheWholeFrame()
    {
        using var stylizer = Create(new StylizerOptions { Device = "cpu", MaxMemory = 1 });
        using var frame = Pattern(421, 333);
        using var whole = stylizer.Stylize(frame);
        whole.State.ShouldBeNull();

        foreach (var (region, actual) in Regions.Zip(stylizer.Stylize(frame, Regions, whole.State)))
        {
            using var expected = whole.Cut(region);
            Differences(expected, actual).Max().ShouldBe(0);
            actual.Dispose();
        }
    }

    [NativeFact(NativeUnits.Kernels)]
    public void Stylize_RegionsWithTheStateOfAnotherFrame_UseItsStatistics()
    {
        using var stylizer = Create(new StylizerOptions { Device = "cpu", Precision = Precision.F32 });
        using var frame = Landscape.Draw(421, 333);
        using var other = Pattern(421, 333);
        using var whole = stylizer.Stylize(frame);
        using var otherWhole = stylizer.Stylize(other);

        using var own = stylizer.Stylize(frame, [Regions[0]], whole.State)[0];
        using var foreign = stylizer.Stylize(frame, [Regions[0]], otherWhole.State)[0];

        Differences(own, foreign).Average().ShouldBeGreaterThan(StylizedFrame.White / 100);
    }

    [NativeTheory(NativeUnits.Kernels)]
    [InlineData("starry_night")]
    [InlineData("udnie_swift")]
    [InlineData("udnie_johnson")]
    public void Stylize_ADarkerFrame_GivesTheSame(string style)
    {
        using var stylizer = Create(new StylizerOptions { Device = "cpu", Precision = Precision.F32 }, style);
        stylizer.Info.IsExposureInvariant.ShouldBeTrue();
        using var frame = Landscape.Draw(256, 192);
        using var stylized = stylizer.Stylize(frame);
        foreach (ref var value in frame.Pixels)
            value = (byte)(0.75 * value + 8);
        using var darker = stylizer.Stylize(frame);

        Decibels(stylized, darker).ShouldBeGreaterThan(28, style);
    }

    private static readonly Region[] Regions = [new(0, 0, 24, 24), new(397, 309, 24, 24), new(96, 120, 72, 48), new(0, 288, 421, 45), new(400, 24, 21, 96)];

    private static double Decibels(StylizedFrame one, StylizedFrame other) =>
        -10 * Math.Log10(Differences(one, other).Average(d => Math.Pow((double)d / StylizedFrame.White, 2)));

    private static IEnumerable<int> Differences(StylizedFrame one, StylizedFrame other)
    {
        (other.Width, other.Height).ShouldBe((one.Width, one.Height));
        return one.Values.ToArray().Zip(other.Values.ToArray(), (a, b) => Math.Abs(a - b));
    }

    [NativeFact(NativeUnits.Kernels)]
    public void Create_HalfPrecisionOnAProcessor_ThrowsUsageError() =>
        Should
            .Throw<VideoStyleException>(() => Create(new StylizerOptions { Device = "cpu", Precision = Precision.F16 }))
            .Kind.ShouldBe(ErrorKind.Usage);

    [NativeFact(NativeUnits.Kernels)]
    public void Create_OnTheProcessor_DescribesStylePrecisionAndDevice()
    {
        using var stylizer = Create(new StylizerOptions { Device = "cpu", Precision = Precision.BF16, Workers = 3 });
        stylizer.Info.Description.ShouldBe("starry_night, bf16, cpu");
        stylizer.Info.Workers.ShouldBe(3);
    }

    private static TorchStylizer Create(StylizerOptions options, string style = "starry_night") =>
        TorchStylizer.Create(StyleCatalog.BuiltIn.Resolve(style), options);

    private static Frame Pattern(int width, int height)
    {
        var frame = new FramePool().Rent(width, height);
        for (var i = 0; i < frame.Pixels.Length; i++)
            frame.Pixels[i] = (byte)(i * 7919 % 251);
        return frame;
    }
}
