using VideoStyle.Networks.Loss;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Training;

/// <summary>Random motion that is known exactly, so that the temporal loss needs neither video nor flow estimation.</summary>
/// <remarks>
/// Half of the images shift by whole pixels; the others rotate, zoom and shift by fractions. In some, an ellipse moves differently
/// from its surroundings; the ring at its boundary is masked.
/// </remarks>
internal sealed class SyntheticMotion
{
    private const double MaxShiftPx = 8;
    private const double MaxRotation = 0.05; // radians
    private const double MaxZoom = 0.04;
    private const double LayerShare = 0.3;
    private const double MaxCoordinate = 0.97; // of half the image: what lies beyond is reflection padding
    private const double Ring = 0.15; // of the ellipse's radius

    /// <summary>Draws one motion for each image.</summary>
    /// <param name="count">Number of images.</param>
    /// <param name="size">Height and width in pixels.</param>
    /// <param name="random">The random numbers.</param>
    /// <returns>The grid <c>[count, size, size, 2]</c> and the mask <c>[count, 1, size, size]</c> of <see cref="Losses.Temporal"/>.</returns>
    internal static (Tensor Grid, Tensor Mask) Draw(int count, int size, CounterRandom random)
    {
        var grid = new float[count * size * size * 2];
        var mask = new float[count * size * size];
        for (var n = 0; n < count; n++)
        {
            var around = Affine.Draw(random, size);
            var inside = Affine.Draw(random, size);
            var layer = random.NextDouble() < LayerShare;
            var (cx, cy) = (random.Uniform(-0.5, 0.5), random.Uniform(-0.5, 0.5));
            var (rx, ry) = (random.Uniform(0.2, 0.5), random.Uniform(0.2, 0.5));
            for (var i = 0; i < size * size; i++)
            {
                var (x, y) = ((2 * (i % size) + 1.0) / size - 1, (2 * (i / size) + 1.0) / size - 1);
                var radius = layer ? Math.Sqrt(Square((x - cx) / rx) + Square((y - cy) / ry)) : double.PositiveInfinity;
                var (u, v) = (radius < 1 ? inside : around).Apply(x, y);
                var at = n * size * size + i;
                (grid[2 * at], grid[2 * at + 1]) = ((float)u, (float)v);
                mask[at] = Math.Max(Math.Abs(u), Math.Abs(v)) < MaxCoordinate && Math.Abs(radius - 1) > Ring ? 1 : 0;
            }
        }

        return (HostTensor.From<float>(grid, count, size, size, 2), HostTensor.From<float>(mask, count, 1, size, size));
    }

    private static double Square(double x) => x * x;

    private readonly record struct Affine(double Cos, double Sin, double ShiftX, double ShiftY)
    {
        internal static Affine Draw(CounterRandom random, int size)
        {
            if (random.NextDouble() < 0.5)
                return new Affine(1, 0, WholePixels(), WholePixels());
            var rotation = random.Uniform(-MaxRotation, MaxRotation);
            var zoom = random.Uniform(1 - MaxZoom, 1 + MaxZoom);
            return new Affine(Math.Cos(rotation) * zoom, Math.Sin(rotation) * zoom, Fraction(), Fraction());

            double WholePixels() => Math.Round(random.Uniform(-MaxShiftPx, MaxShiftPx)) * 2 / size;
            double Fraction() => random.Uniform(-6, 6) * 2 / size;
        }

        internal (double U, double V) Apply(double x, double y) => (Cos * x - Sin * y + ShiftX, Sin * x + Cos * y + ShiftY);
    }
}
