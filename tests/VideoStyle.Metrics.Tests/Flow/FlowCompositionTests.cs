using Shouldly;
using VideoStyle.Core.Flow;
using VideoStyle.Metrics.Flow;
using VideoStyle.Native.Vision;
using Xunit;

namespace VideoStyle.Metrics.Tests.Flow;

public sealed class FlowCompositionTests
{
    [Fact]
    public void Compose_TwoPans_AddsThemAndForgetsWhatLeaves()
    {
        var sum = FlowComposition.Compose(Make(10, 6, (_, _) => (2, 0)), Make(10, 6, (_, _) => (1, 1)));

        sum[3, 3].ShouldBe((3f, 1f));
        FlowVector.IsKnown(sum[9, 3].Dx, sum[9, 3].Dy).ShouldBeFalse();
    }

    [Fact]
    public void Compose_Zoom_LooksTheSecondUpWhereTheFirstLeads()
    {
        // Twice x ↦ 1.1 x is x ↦ 1.21 x; a linear field is interpolated exactly.
        var zoom = Make(40, 30, (x, y) => (0.1f * x, 0.1f * y));

        var twice = FlowComposition.Compose(zoom, zoom);

        twice[20, 10].Dx.ShouldBe(0.21f * 20, 1e-4f);
        twice[20, 10].Dy.ShouldBe(0.21f * 10, 1e-4f);
    }

    [Fact]
    public void Compose_WithNoMotion_ChangesNothing()
    {
        var flow = Make(9, 7, (x, y) => (0.3f * (x % 2), -0.2f * (y % 3)));
        FlowComposition.Compose(Make(9, 7, (_, _) => (0, 0)), flow).Vectors.ShouldBe(flow.Vectors);
    }

    [Fact]
    public void Compose_Unknown_StaysUnknown()
    {
        var flow = Make(4, 4, (x, _) => x == 1 ? (FlowVector.Unknown, FlowVector.Unknown) : (0, 0));
        var still = Make(4, 4, (_, _) => (0, 0));

        FlowVector.IsKnown(FlowComposition.Compose(flow, still)[1, 2].Dx, 0).ShouldBeFalse();
        FlowVector.IsKnown(FlowComposition.Compose(still, flow)[1, 2].Dx, 0).ShouldBeFalse();
    }

    [Fact]
    public void EndPointError_KnownDifference_IsItsMeanOverKnownPixels()
    {
        var truth = Make(2, 1, (x, _) => x == 0 ? (1, 1) : (FlowVector.Unknown, FlowVector.Unknown));

        var error = EndPointError.Of(Make(2, 1, (_, _) => (4, 5)), truth);
        (error.MeanPx, error.Over1Px, error.Over3Px, error.KnownPixels).ShouldBe((5, 1, 1, 1));
        error.ByMotionPx.ShouldBe([5, double.NaN, double.NaN, double.NaN]);
    }

    [Fact]
    public void Render_DirectionsAndLengths_FollowMiddleburysWheel()
    {
        // Values of the authors' color code: no motion is white, to the right red, to the left cyan, unknown black.
        var flow = Make(4, 1, (x, _) => x switch { 0 => (0, 0), 1 => (1, 0), 2 => (-1, 0), _ => (FlowVector.Unknown, 0) });

        var rgb = FlowColor.Render(flow, fullLengthPx: 1);

        rgb[..3].ShouldBe([255, 255, 255]);
        rgb[3].ShouldBe((byte)255);
        rgb[4].ShouldBeLessThan((byte)40);
        rgb[6].ShouldBeLessThan((byte)40);
        rgb[8].ShouldBeGreaterThan((byte)200);
        rgb[9..].ShouldBe([0, 0, 0]);
    }

    private static FlowField Make(int width, int height, Func<int, int, (float, float)> at)
    {
        var vectors = new float[2 * width * height];
        for (var i = 0; i < width * height; i++)
            (vectors[2 * i], vectors[2 * i + 1]) = at(i % width, i / width);
        return new FlowField(width, height, vectors);
    }
}
