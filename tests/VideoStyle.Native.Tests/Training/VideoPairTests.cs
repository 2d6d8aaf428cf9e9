using Shouldly;
using VideoStyle.Native;
using VideoStyle.Native.Torch;
using VideoStyle.Native.Vision;
using VideoStyle.Networks.Training;

namespace VideoStyle.Tests.Training;

public sealed class VideoPairTests
{
    [NativeFact(NativeUnits.Kernels | NativeUnits.Vision)]
    public void Estimate_ShiftedPicture_LeadsBackToTheFirst()
    {
        using var scope = new TensorScope();
        var wide = Texture(100);
        var (first, second) = (wide.Narrow(3, 4, 96).Narrow(2, 4, 96), wide.Narrow(3, 0, 96).Narrow(2, 2, 96));
        using var flow = OpenCvFlow.Create(FlowMethod.DisMedium);

        var pair = VideoPair.Estimate(first, second, flow).ShouldNotBeNull();

        // A painting that moves exactly as the picture does is steady, but for the flow's error.
        Losses.Temporal(first, second, pair.Grid, pair.Mask).Item().ShouldBeLessThan(0.02 * Losses.Temporal(first, first, pair.Grid, pair.Mask).Item());
        var mask = pair.Mask.ToArray<float>();
        mask.Average().ShouldBeGreaterThan(0.8f);
        mask[0].ShouldBe(0); // came in from outside
    }

    [NativeFact(NativeUnits.Kernels | NativeUnits.Vision)]
    public void Estimate_AcrossACut_IsNull()
    {
        using var scope = new TensorScope();
        using var flow = OpenCvFlow.Create(FlowMethod.DisMedium);
        LibTorch.ManualSeed(5);
        VideoPair.Estimate(Tensor.Rand(1, 3, 96, 96), Tensor.Rand(1, 3, 96, 96), flow).ShouldBeNull();
    }

    [NativeFact(NativeUnits.Kernels)]
    public void Temporal_PictureThatGrowsBrighter_MayBePaintedBrighterOnlyWhenAware()
    {
        using var scope = new TensorScope();
        var picture = Texture(32);
        var (painting, brighter) = (picture * 0.5 + 0.1, picture * 0.5 + 0.2);
        var (grid, mask) = SyntheticMotion.Draw(1, 32, new StepRandom(1, 1, "motion"));
        var brightening = Losses.Luminance(picture) * 0 + 0.1;

        var (still, moved) = (Functional.GridSample(painting, grid), Functional.GridSample(brighter, grid));
        Losses.Temporal(painting, still, grid, mask).Item().ShouldBeLessThan(1e-10);
        Losses.Temporal(painting, moved, grid, mask).Item().ShouldBe(0.01, 1e-4);
        Losses.Temporal(painting, moved, grid, mask, brightening).Item().ShouldBeLessThan(1e-10);
    }

    private static Tensor Texture(int size)
    {
        var values = new float[3 * size * size];
        for (var i = 0; i < values.Length; i++)
        {
            var (c, x, y) = (i / size / size, i % size, i / size % size);
            values[i] = (float)(0.5 + 0.2 * Math.Sin(0.31 * x + c) + 0.2 * Math.Cos(0.23 * y + 0.11 * x) + 0.1 * Math.Sin(0.05 * x * y / 7));
        }

        return Tensor.From<float>(values, 1, 3, size, size);
    }
}
