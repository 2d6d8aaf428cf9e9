using Shouldly;
using VideoStyle.Core.Compositing;
using VideoStyle.Core.Media;
using VideoStyle.Core.MotionEstimation;
using VideoStyle.Core.Pipeline;
using VideoStyle.Core.Stylizers;
using VideoStyle.Native;
using VideoStyle.Networks.Inference;
using VideoStyle.Networks.Models;
using VideoStyle.OpticalFlow;
using Xunit;

namespace VideoStyle.Networks.Tests;

/// <summary>A disc moves over a textured background: what it uncovers was never seen before.</summary>
public sealed class OccluderTests
{
    private const int Width = 240;
    private const int Height = 160;
    private const int Radius = 30;
    private const int Speed = 5;
    private const int Frames = 24;

    private readonly FramePool _pool = new();

    // Paint that is the picture itself: what is shown can then be told from what should be, to the last step.
    [NativeTheory(NativeUnits.Vision)]
    [InlineData(CoherenceMode.Fast)]
    [InlineData(CoherenceMode.Best)]
    public void Next_BackgroundThatAnObjectUncovers_ShowsNoGhostOfIt(CoherenceMode mode)
    {
        using IdentityStylizer stylizer = new();

        var (ghost, _, contrast) = ErrorsWhereUncovered(stylizer, mode);

        contrast.ShouldBeGreaterThan(60); // or else nothing would be shown by what follows
        (ghost / contrast).ShouldBeLessThan(0.08); // at the rim the flow, and with it the confidence, is a few pixels wide
    }

    // A network paints the uncovered background otherwise than it would without the object beside it.
    [NativeTheory(NativeUnits.Vision | NativeUnits.Kernels)]
    [InlineData(CoherenceMode.Fast)]
    [InlineData(CoherenceMode.Best)]
    public void Next_BackgroundThatAnObjectUncovers_IsNoFurtherFromItsPaintThanFrameByFrame(CoherenceMode mode)
    {
        using var stylizer = TorchStylizer.Create(StyleCatalog.BuiltIn.Resolve("starry_night"), new StylizerOptions { Precision = Precision.F32 });

        var (held, perFrame, _) = ErrorsWhereUncovered(stylizer, mode);

        perFrame.ShouldBeGreaterThan(1);
        held.ShouldBeLessThanOrEqualTo(perFrame);
    }

    // Mean differences in red from the paint of the background alone, in the pixels that were uncovered a frame ago: of what is
    // shown, of each frame's own paint, and of the object.
    private (double Shown, double PerFrame, double Object) ErrorsWhereUncovered(IStylizer stylizer, CoherenceMode mode)
    {
        using TemporalBlend blend = new(BlendOptions.For(mode));
        using MotionEstimator estimator = new(new DenseInverseSearch(new DenseInverseSearchOptions { RefinementIterations = mode == CoherenceMode.Best ? 1 : 0 }), factor: 1);
        using var shown = _pool.Rent(Width, Height);
        using var painted = _pool.Rent(Width, Height);
        using var background = _pool.Rent(Width, Height);
        using (var scene = Scene(Frames, withObject: false))
        using (var painting = stylizer.Stylize(scene))
            painting.RoundTo(background);
        LumaImage? previous = null;
        var (held, perFrame, contrast, pixels) = (0.0, 0.0, 0.0, 0);
        for (var t = 0; t < Frames; t++)
        {
            using var frame = Scene(t);
            var current = LumaReducer.Reduce(frame, factor: 1);
            using var motion = previous is null ? null : estimator.Estimate(previous, current);
            using var painting = stylizer.Stylize(frame);
            painting.RoundTo(painted);
            blend.Next(painting, motion, shown);
            previous = current;
            for (var i = 0; i < Width * Height; i++)
                if (t > 2 && !Covered(i % Width, i / Width, t) && Covered(i % Width, i / Width, t - 1))
                {
                    held += Math.Abs(shown.Pixels[3 * i] - background.Pixels[3 * i]);
                    perFrame += Math.Abs(painted.Pixels[3 * i] - background.Pixels[3 * i]);
                    contrast += Math.Abs(DiscRed - background.Pixels[3 * i]);
                    pixels++;
                }
        }

        pixels.ShouldBeGreaterThan(1000);
        return (held / pixels, perFrame / pixels, contrast / pixels);
    }

    private const byte DiscRed = 230;

    private static bool Covered(int x, int y, int t)
    {
        var (dx, dy) = (x - 40 - Speed * t, y - Height / 2);
        return dx * dx + dy * dy <= Radius * Radius;
    }

    private Frame Scene(int t, bool withObject = true)
    {
        var frame = _pool.Rent(Width, Height);
        for (var i = 0; i < Width * Height; i++)
        {
            var (x, y) = (i % Width, i / Width);
            var disc = withObject && Covered(x, y, t);
            var u = disc ? x - Speed * t : x;
            var texture = 40 * Math.Sin(0.35 * u + 0.2 * y) * Math.Cos(0.3 * y - 0.11 * u);
            var (red, green) = disc ? (DiscRed, 190 + 0.5 * texture) : (90 + texture, 80 + texture);
            (frame.Pixels[3 * i], frame.Pixels[3 * i + 1], frame.Pixels[3 * i + 2]) = ((byte)red, (byte)green, (byte)(110 + texture));
        }

        return frame;
    }
}
