using Shouldly;
using VideoStyle.Core.Media;
using VideoStyle.Metrics.Flow;
using VideoStyle.Native;
using VideoStyle.Native.Media;
using VideoStyle.Native.Vision;
using Xunit;

namespace VideoStyle.Metrics.Tests.Flow;

public sealed class FlowAccuracyTests
{
    // Measured with OpenCV 4.6 are 0.53 0.44 0.22 0.11 0.36 0.44 px, and 0.49 0.41 0.32 0.16 0.58 0.93 px (`videostyle bench flow`).
    [SharedDataTheory]
    [InlineData("RubberWhale", new[] { 0.65, 0.55, 0.35, 0.3, 0.28, 0.16, 0.45, 0.55 })]
    [InlineData("Grove2", new[] { 0.6, 0.5, 0.45, 0.4, 0.38, 0.22, 0.7, 1.1 })]
    public void Estimate_MiddleburyPair_StaysUnderItsKnownEndPointError(string pair, double[] limits)
    {
        if (!VideoStyleNative.Units.HasFlag(NativeUnits.Media | NativeUnits.Vision))
            return; // the tests of the units themselves say that they are absent
        var truth = MiddleburyFlow.Read(SharedData.Path($"flow/{pair}/flow10.flo"));
        var (first, second) = (Luma(pair, "frame10.png"), Luma(pair, "frame11.png"));
        foreach (var method in Enum.GetValues<FlowMethod>())
        {
            using var estimator = OpenCvFlow.Create(method);
            EndPointError.Of(estimator.Estimate(first, second), truth).MeanPx.ShouldBeLessThan(limits[(int)method], estimator.Description);
        }
    }

    private static LumaImage Luma(string pair, string name)
    {
        using var frame = ImageFile.Read(SharedData.Path($"flow/{pair}/{name}"));
        return LumaReducer.Reduce(frame, factor: 1);
    }
}
