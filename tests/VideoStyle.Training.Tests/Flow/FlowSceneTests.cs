using Shouldly;
using VideoStyle.Training.Flow;
using Xunit;

namespace VideoStyle.Training.Tests.Flow;

/// <summary>Whether the motion of the synthetic pairs is what they say.</summary>
public sealed class FlowSceneTests
{
    private const int Width = 96;
    private const int Height = 64;
    private const int Scenes = 16;

    [Fact]
    public void Truth_OfEveryKindOfScene_LeadsVisiblePixelsToWhatTheyShow()
    {
        var factory = new FlowSceneFactory([Photo()], Width, Height, maxMotionPx: 20, seed: 1);
        var (sum, count, hidden) = (0.0, 0L, 0L);
        for (var n = 0; n < Scenes; n++)
        {
            var scene = factory.Draw(new CounterRandom(2, n, "scene"));
            var (first, second) = (scene.Render(0), scene.Render(1));
            var (vectors, known) = scene.Truth();
            for (var i = 0; i < known.Length; i++)
            {
                hidden += known[i] == FlowScene.Hidden ? 1 : 0;
                // Beside an outline, pixels mix two layers.
                if (known[i] != FlowScene.Visible || !IsInside(scene, i))
                    continue;
                sum += Math.Abs(Bilinear(second, i % Width + vectors[2 * i], i / Width + vectors[2 * i + 1]) - first[i]);
                count++;
            }
        }

        count.ShouldBeGreaterThan(Scenes * Width * Height / 3);
        hidden.ShouldBeGreaterThan(Scenes * Width * Height / 50);
        // In units of luma; what bilinear sampling of the second frame leaves. Without the flow it is above 10.
        (sum / count).ShouldBeLessThan(2);
    }

    [Fact]
    public void Truth_OfACoveredPixel_IsHidden()
    {
        // The whole frame shifts by 10 px to the right; a layer covers its left half in the second frame.
        var shift = new LayerMotion(t => Projection.Shift(10 * t, 0), []);
        var enter = new LayerMotion(t => Projection.Shift(0, 200 * (t - 1)), []);
        var half = new SceneLayer { Texture = Photo(), ToTexture = Projection.Identity, Motion = enter, Shape = Disc(), ToShape = Projection.Shift(96, 96) };
        var scene = new FlowScene([new SceneLayer { Texture = Photo(), ToTexture = Projection.Identity, Motion = shift }, half], Width, Height);
        var (vectors, known) = scene.Truth();
        (vectors[0], vectors[1]).ShouldBe((10f, 0f));
        known[2].ShouldBe(FlowScene.Hidden, "covered");
        known[Width * Height - 1].ShouldBe(FlowScene.Hidden, "out of the frame");
        known[Width * Height - 20].ShouldBe(FlowScene.Visible);
    }

    [Fact]
    public void LayerMotion_ThereAndBack_IsWhereItWas()
    {
        var factory = new FlowSceneFactory([Photo()], Width, Height, maxMotionPx: 40, seed: 3);
        for (var n = 0; n < Scenes; n++)
        {
            foreach (var layer in factory.Draw(new CounterRandom(4, n, "scene")).Layers)
            {
                var at = layer.Motion.At(1);
                layer.Motion.Waves.Sum(w => w.Slope).ShouldBeLessThan(LayerMotion.MaxSlope + 1e-9);
                var start = double.IsFinite(layer.Top) ? Math.Max(layer.Top, 40) : 40;
                if (!at.TryForward(50, start, out var u, out var v))
                    continue;
                at.TryBackward(u, v, out var x, out var y).ShouldBeTrue();
                x.ShouldBe(50, 0.01);
                y.ShouldBe(start, 0.01);
                var still = layer.Motion.At(0);
                still.TryForward(50, start, out u, out v).ShouldBeTrue();
                (Math.Abs(u - 50) + Math.Abs(v - start)).ShouldBeLessThan(1e-6);
            }
        }
    }

    [Fact]
    public void Make_SamePair_IsTheSame_AndAnotherIsNot()
    {
        byte[] Make(long seed, long index) => new FlowPairGenerator([Photo()], Width, Height, 20, seed).Make(index).Second;
        Make(5, 9).ShouldBe(Make(5, 9));
        Make(5, 9).ShouldNotBe(Make(5, 10));
        Make(5, 9).ShouldNotBe(Make(6, 9));
    }

    [Fact]
    public void Draw_ManyScenes_HaveSmallAndLargeMotion()
    {
        var factory = new FlowSceneFactory([Photo()], Width, Height, maxMotionPx: 30, seed: 1);
        var lengths = new List<double>();
        for (var n = 0; n < 2 * Scenes; n++)
        {
            var vectors = factory.Draw(new CounterRandom(8, n, "scene")).Truth().Vectors;
            for (var i = 0; i < vectors.Length; i += 2 * 61)
                lengths.Add(Math.Sqrt(vectors[i] * vectors[i] + vectors[i + 1] * vectors[i + 1]));
        }

        lengths.Count(l => l < 2).ShouldBeGreaterThan(lengths.Count / 10);
        lengths.Count(l => l > 15).ShouldBeGreaterThan(lengths.Count / 20);
    }

    [Fact]
    public void Compress_AtHighQuality_ChangesLittle_AndAtLowQualityMore()
    {
        double Error(int quality)
        {
            var frame = Enumerable.Range(0, Width * Height).Select(i => 128 + 60 * MathF.Sin(i * 0.37f) + 20 * MathF.Sin(i / Width * 1.1f)).ToArray();
            var before = frame.ToArray();
            CameraEffects.Compress(frame, Width, quality);
            return frame.Zip(before, (a, b) => Math.Abs(a - b)).Average();
        }

        Error(100).ShouldBeLessThan(0.6);
        Error(30).ShouldBeGreaterThan(2 * Error(95));
        Error(30).ShouldBeLessThan(20);
    }

    internal static Texture Photo()
    {
        // Smooth, so that bilinear sampling is nearly exact, and different everywhere.
        var pixels = new byte[256 * 192];
        for (var i = 0; i < pixels.Length; i++)
        {
            var (x, y) = (i % 256, i / 256);
            pixels[i] = (byte)(128 + 50 * Math.Sin(x * 0.11 + 2 * Math.Sin(y * 0.05)) + 50 * Math.Sin(y * 0.13 + x * x * 0.0003));
        }

        return new Texture(pixels, 256, 192);
    }

    private static LayerShape Disc()
    {
        for (var i = 0; ; i++)
        {
            var shape = LayerShape.Draw(new CounterRandom(1, i, "shape"));
            if (shape.Opacity(98, 98) == 1 && shape.Opacity(110, 120) == 1)
                return shape;
        }
    }

    private static bool IsInside(FlowScene scene, int pixel)
    {
        var (vectors, known) = (scene.Layers, pixel);
        foreach (var time in (double[])[0, 1])
        {
            foreach (var layer in vectors.Skip(1))
            {
                var at = layer.Motion.At(time);
                double u = known % Width, v = known / Width;
                if (!at.TryBackward(u, v, out var x, out var y))
                    continue;
                for (var k = 0; k < 9; k++)
                {
                    var opacity = layer.Opacity(x + 2.5 * (k % 3 - 1), y + 2.5 * (k / 3 - 1));
                    if (opacity is > 0 and < 1 || opacity > 0 != layer.Opacity(x, y) > 0)
                        return false;
                }
            }
        }

        return true;
    }

    private static double Bilinear(float[] image, double x, double y)
    {
        var (x0, y0) = (Math.Min((int)x, Width - 2), Math.Min((int)y, Height - 2));
        var (ax, ay, at) = (x - x0, y - y0, y0 * Width + x0);
        return (1 - ay) * ((1 - ax) * image[at] + ax * image[at + 1]) + ay * ((1 - ax) * image[at + Width] + ax * image[at + Width + 1]);
    }
}
