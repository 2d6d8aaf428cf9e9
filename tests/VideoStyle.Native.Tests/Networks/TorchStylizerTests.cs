using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Core.Styling;
using VideoStyle.Native;
using VideoStyle.Networks;
using VideoStyle.Networks.Models;
using Xunit;

namespace VideoStyle.Tests.Networks;

public sealed class TorchStylizerTests
{
    [NativeTheory(NativeUnits.Torch)]
    [InlineData(1, 1)]
    [InlineData(1, 50)]
    [InlineData(15, 2)]
    [InlineData(16, 16)]
    [InlineData(53, 37)]
    [InlineData(161, 121)]
    public void Paint_AnySize_GivesAPaintingOfExactlyThatSizeBetween0And1(int width, int height)
    {
        using var stylizer = Create(new StylizerOptions { Device = "cpu" });
        using var frame = Pattern(width, height);
        using var painting = stylizer.Paint(frame);
        (painting.Width, painting.Height).ShouldBe((width, height));
        painting.Values.ToArray().ShouldAllBe(v => v >= 0 && v <= Painting.White);
    }

    [NativeFact(NativeUnits.Torch)]
    public async Task Paint_FromSeveralThreadsAtOnce_GivesWhatOneThreadGives()
    {
        using var stylizer = Create(new StylizerOptions { Device = "cpu", Workers = 4, Precision = Precision.F32 });
        using var frame = Pattern(96, 64);
        using var alone = stylizer.Paint(frame);
        var expected = alone.Values.ToArray();

        var paintings = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => stylizer.Paint(frame))));

        foreach (var painting in paintings)
        {
            painting.Values.ToArray().ShouldBe(expected);
            painting.Dispose();
        }
    }

    [NativeFact(NativeUnits.Torch)]
    public void Paint_ManyFrames_KeepsTheManagedHeapFlat()
    {
        using var stylizer = Create(new StylizerOptions { Device = "cpu" });
        using var frame = Pattern(320, 200);
        for (var i = 0; i < 3; i++)
            stylizer.Paint(frame).Dispose();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10; i++)
            stylizer.Paint(frame).Dispose();
        // Handles and argument lists; a picture of this size would be 192 KB of bytes and 512 KB of values.
        ((GC.GetAllocatedBytesForCurrentThread() - before) / 10).ShouldBeLessThan(40_000);
    }

    [NativeFact(NativeUnits.Torch)]
    public void Create_HalfPrecisionOnAProcessor_ThrowsUsageError() =>
        Should
            .Throw<VideoStyleException>(() => Create(new StylizerOptions { Device = "cpu", Precision = Precision.F16 }))
            .Kind.ShouldBe(ErrorKind.Usage);

    [NativeFact(NativeUnits.Torch)]
    public void Create_OnTheProcessor_DescribesStylePrecisionAndDevice()
    {
        using var stylizer = Create(new StylizerOptions { Device = "cpu", Precision = Precision.BF16, Workers = 3 });
        stylizer.Description.ShouldBe("starry_night, bf16, cpu");
        stylizer.Workers.ShouldBe(3);
    }

    private static TorchStylizer Create(StylizerOptions options) =>
        TorchStylizer.Create(StyleCatalog.BuiltIn.Resolve("starry_night"), options);

    private static Frame Pattern(int width, int height)
    {
        var frame = new FramePool().Rent(width, height);
        for (var i = 0; i < frame.Pixels.Length; i++)
            frame.Pixels[i] = (byte)(i * 7919 % 251);
        return frame;
    }
}
