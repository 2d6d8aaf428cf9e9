using Shouldly;
using VideoStyle.Native;
using VideoStyle.Native.Vision;
using VideoStyle.Networks.Loss;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Training.Tests;

public sealed class VideoPairTests
{
    [NativeFact(NativeUnits.Kernels | NativeUnits.Vision)]
    public void Estimate_ShiftedPicture_LeadsBackToTheFirst()
    {
        using var scope = NewDisposeScope();
        var wide = Texture(100);
        var (first, second) = (wide.narrow(3, 4, 96).narrow(2, 4, 96), wide.narrow(3, 0, 96).narrow(2, 2, 96));
        using var flow = OpenCvFlow.Create(FlowMethod.DisMedium);

        var pair = VideoPair.Estimate(first, second, flow).ShouldNotBeNull();

        // A painting that moves exactly as the picture does is steady, but for the flow's error.
        Losses.Temporal(first, second, pair.Grid, pair.Mask).ToDouble().ShouldBeLessThan(0.02 * Losses.Temporal(first, first, pair.Grid, pair.Mask).ToDouble());
        var mask = pair.Mask.ToArray<float>();
        mask.Average().ShouldBeGreaterThan(0.8f);
        mask[0].ShouldBe(0); // came in from outside
    }

    [NativeFact(NativeUnits.Kernels | NativeUnits.Vision)]
    public void Estimate_AcrossACut_IsNull()
    {
        using var scope = NewDisposeScope();
        using var flow = OpenCvFlow.Create(FlowMethod.DisMedium);
        manual_seed(5);
        VideoPair.Estimate(rand(1, 3, 96, 96), rand(1, 3, 96, 96), flow).ShouldBeNull();
    }

    [NativeFact(NativeUnits.Kernels)]
    public void Temporal_PictureThatGrowsBrighter_MayBePaintedBrighterOnlyWhenAware()
    {
        using var scope = NewDisposeScope();
        var picture = Texture(32);
        var (painting, brighter) = (picture * 0.5 + 0.1, picture * 0.5 + 0.2);
        var (grid, mask) = SyntheticMotion.Draw(1, 32, new CounterRandom(1, 1, "motion"));
        var brightening = Losses.Luminance(picture) * 0 + 0.1;

        var (still, moved) = (Sampling.GridSample(painting, grid), Sampling.GridSample(brighter, grid));
        Losses.Temporal(painting, still, grid, mask).ToDouble().ShouldBeLessThan(1e-10);
        Losses.Temporal(painting, moved, grid, mask).ToDouble().ShouldBe(0.01, 1e-4);
        Losses.Temporal(painting, moved, grid, mask, brightening).ToDouble().ShouldBeLessThan(1e-10);
    }

    private static Tensor Texture(int size)
    {
        var values = new float[3 * size * size];
        for (var i = 0; i < values.Length; i++)
        {
            var (c, x, y) = (i / size / size, i % size, i / size % size);
            values[i] = (float)(0.5 + 0.2 * Math.Sin(0.31 * x + c) + 0.2 * Math.Cos(0.23 * y + 0.11 * x) + 0.1 * Math.Sin(0.05 * x * y / 7));
        }

        return HostTensor.From<float>(values, 1, 3, size, size);
    }
}
