using Shouldly;
using VideoStyle.Core.Flow;
using VideoStyle.Core.Media;
using VideoStyle.Native;
using VideoStyle.Native.Files;
using VideoStyle.Native.Media;
using VideoStyle.Native.Vision;
using Xunit;

namespace VideoStyle.Metrics.Tests.Flow;

public sealed class FlowAccuracyTests
{
    // Measured with OpenCV 4.6 are at most 0.17 0.14 0.11 0.09 0.09 0.09 0.13 0.15 px, and with noise 0.20 0.14 0.22 0.19 0.16 0.25 0.23 0.18 px.
    [NativeTheory(NativeUnits.Media | NativeUnits.Vision)]
    [InlineData("windmill", 17, new[] { 0.22, 0.19, 0.15, 0.13, 0.13, 0.12, 0.18, 0.21 })]
    [InlineData("zoom", 17, new[] { 0.22, 0.19, 0.15, 0.13, 0.13, 0.12, 0.18, 0.21 })]
    [InlineData("noise", 11, new[] { 0.27, 0.2, 0.3, 0.26, 0.22, 0.34, 0.31, 0.25 })]
    public void Estimate_DrawnClip_StaysUnderItsKnownEndPointError(string clip, int frame, double[] limits)
    {
        var truth = MiddleburyFlow.Read(Fixtures.SampleVideo($"flow/{clip}.{frame}-{frame + 1}.flo"));
        var (first, second) = Lumas(Fixtures.SampleVideo($"{clip}.mp4"), frame);

        Check(first, second, truth, limits);
    }

    // Measured with OpenCV 4.6 are 0.53 0.44 0.22 0.11 0.36 0.44 px, and 0.49 0.41 0.32 0.16 0.58 0.93 px (`videostyle bench flow`).
    [SharedDataTheory]
    [InlineData("RubberWhale", new[] { 0.65, 0.55, 0.35, 0.3, 0.28, 0.16, 0.45, 0.55 })]
    [InlineData("Grove2", new[] { 0.6, 0.5, 0.45, 0.4, 0.38, 0.22, 0.7, 1.1 })]
    public void Estimate_MiddleburyPair_StaysUnderItsKnownEndPointError(string pair, double[] limits) =>
        Check(Luma(pair, "frame10.png"), Luma(pair, "frame11.png"), MiddleburyFlow.Read(SharedData.Path($"flow/{pair}/flow10.flo")), limits);

    private static void Check(LumaImage first, LumaImage second, FlowField truth, double[] limits)
    {
        foreach (var method in Enum.GetValues<FlowMethod>())
        {
            using var estimator = OpenCvFlow.Create(method);
            EndPointError.Of(estimator.Estimate(first, second), truth).MeanPx.ShouldBeLessThan(limits[(int)method], estimator.Description);
        }
    }

    private static (LumaImage First, LumaImage Second) Lumas(string clip, int index)
    {
        using var source = FFmpegSource.Open(clip, new VideoOptions());
        FramePool pool = new();
        List<LumaImage> found = [];
        while (found.Count < 2 && source.Read(pool) is { } frame)
            using (frame)
                if (frame.Index >= index)
                    found.Add(LumaReducer.Reduce(frame, factor: 1));
        return (found[0], found[1]);
    }

    private static LumaImage Luma(string pair, string name)
    {
        using var frame = ImageFile.Read(SharedData.Path($"flow/{pair}/{name}"));
        return LumaReducer.Reduce(frame, factor: 1);
    }
}
