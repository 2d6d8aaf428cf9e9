using Shouldly;
using VideoStyle.Core.Media;
using VideoStyle.Core.Stylizers;
using VideoStyle.Native;
using VideoStyle.Networks.Inference;
using VideoStyle.Networks.Models;
using VideoStyle.Networks.RowTiles;
using Xunit;

namespace VideoStyle.Networks.Tests;

/// <summary>Painting in tiles against painting in one piece.</summary>
public sealed class RowTiledInferenceTests
{
    /// <summary>1/255 of white, as paintings count.</summary>
    private const int OneStep = StylizedFrame.White / 255;

    [NativeTheory(NativeUnits.Kernels)]
    [InlineData("starry_night", 161, 121, 3)]
    [InlineData("starry_night", 53, 37, 2)]
    [InlineData("starry_night", 16, 16, 50)]
    [InlineData("starry_night", 90, 333, 11)]
    [InlineData("udnie_swift", 161, 121, 3)]
    [InlineData("udnie_swift", 53, 37, 2)]
    [InlineData("udnie_swift", 16, 16, 50)]
    [InlineData("udnie_swift", 90, 333, 11)]
    [InlineData("udnie_johnson", 161, 121, 3)]
    [InlineData("udnie_johnson", 8, 8, 9)]
    [InlineData("udnie_johnson", 53, 37, 37)]
    [InlineData("udnie_johnson", 31, 222, 7)]
    public void Paint_InRowTiles_HasNoSeam(string style, int width, int height, int tiles)
    {
        using var frame = Pattern(width, height);
        // In float nothing hides an error; in bfloat16 the order of sums may show.
        Difference(style, ScalarType.Float32, frame, tiles).ShouldBeLessThanOrEqualTo(1);
        Difference(style, ScalarType.BFloat16, frame, tiles).ShouldBeLessThanOrEqualTo(OneStep);
    }

    [NativeFact(NativeUnits.Kernels)]
    public void Paint_WithLittleMemory_GivesWhatPaintingWithMuchGives()
    {
        using var frame = Pattern(200, 150);
        var model = StyleCatalog.BuiltIn.Resolve("starry_night");
        using var small = TorchStylizer.Create(model, new StylizerOptions { Device = "cpu", MaxMemory = 1 });
        using var large = TorchStylizer.Create(model, new StylizerOptions { Device = "cpu" });
        Difference(small.Stylize(frame), large.Stylize(frame)).ShouldBeLessThanOrEqualTo(OneStep);
    }

    [Theory]
    [InlineData("johnson", 1280, 720, 8_000, 2, 1)]
    [InlineData("johnson", 3840, 2160, 8_000, 2, 1)]
    [InlineData("johnson", 3840, 2160, 3_000, 1, 1)]
    [InlineData("johnson", 3840, 2160, 2_000, 1, 4)]
    [InlineData("johnson", 3840, 2160, 1, 1, 33)]
    [InlineData("lite", 3840, 2160, 2_000, 2, 1)]
    [InlineData("lite", 7680, 4320, 3_000, 1, 67)]
    [InlineData("johnson", 64, 31, 1, 1, 1)]
    public void PlanFor_Memory_CutsOnlyWhatDoesNotFit(string architecture, int width, int height, long mebibytes, int parallel, int tiles) =>
        MemoryBudget
            .PlanFor(mebibytes << 20, NetworkArchitecture.Find(architecture)!, bytes: 2, width, height, maxWorkers: 2)
            .ShouldBe(new MemoryPlan(parallel, tiles));

    private static int Difference(string style, ScalarType type, Frame frame, int tiles)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        using var network = StyleCatalog.BuiltIn.Resolve(style).CreateNetwork(CPU, type).Freeze();
        var whole = network.Run(FrameTensors.Read(frame, network));
        var form = network.Architecture;
        var expected = FrameTensors.ToStylizedFrame(whole, network.OutputBlock, form.Sigmoid, 1.0 / form.White, frame.Width, frame.Height);
        return Difference(RowTiledInference.Stylize(network, frame, tiles), expected);
    }

    private static int Difference(StylizedFrame left, StylizedFrame right)
    {
        using (left)
        using (right)
            return left.Values.ToArray().Zip(right.Values.ToArray(), (a, b) => Math.Abs(a - b)).Max();
    }

    private static Frame Pattern(int width, int height)
    {
        var frame = new FramePool().Rent(width, height);
        for (var i = 0; i < frame.Pixels.Length; i++)
            frame.Pixels[i] = (byte)(i * 7919 % 251 * (i / 3 / width + 1) / height);
        return frame;
    }
}
