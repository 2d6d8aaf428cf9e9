using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using VideoStyle.Core.Media;
using VideoStyle.Metrics.Flow;

namespace VideoStyle.Metrics.Quality;

/// <summary>The structural similarity index of two grayscale images.</summary>
/// <remarks>
/// Wang et al., "Image Quality Assessment: From Error Visibility to Structural Similarity", 2004: Gaussian window of
/// 11×11 with σ 1.5, K₁ 0.01, K₂ 0.03, L 255, mean over the positions where the window fits. The images are not
/// reduced first, as some later programs do.
/// </remarks>
internal sealed class StructuralSimilarity
{
    /// <summary>The side of the window; smaller images have no value.</summary>
    public const int Window = 11;

    private const int Radius = Window / 2;
    private const float C1 = 0.01f * 255 * (0.01f * 255);
    private const float C2 = 0.03f * 255 * (0.03f * 255);

    /// <summary>From the center outwards: lines and columns at one distance are added before they are weighted.</summary>
    private static readonly float[] Taps = GaussianKernel.Half(Radius, 1.5);

    private readonly LumaImage _a;
    private readonly LumaImage _b;

    // Moments over the lines of the window, one row of them: of a, of b, of a² + b², of ab.
    private readonly float[][] _moments;

    private StructuralSimilarity(LumaImage a, LumaImage b)
    {
        (_a, _b) = (a, b);
        _moments = [.. Enumerable.Range(0, 4).Select(_ => new float[FlowRow.RoundUp(a.Width) + Vector512<float>.Count])];
    }

    /// <summary>Averages the index over all positions of the window.</summary>
    /// <returns>At most 1, which equal images have; NaN where the window does not fit.</returns>
    public static double Mean(LumaImage a, LumaImage b)
    {
        var (columns, lines) = (a.Width - Window + 1, a.Height - Window + 1);
        if (columns < 1 || lines < 1)
            return double.NaN;
        StructuralSimilarity similarity = new(a, b);
        double sum = 0;
        for (var y = 0; y < lines; y++)
        {
            similarity.SumLines(y);
            sum += similarity.SumIndices(columns);
        }

        return sum / ((double)columns * lines);
    }

    /// <summary>Averages the index, weighted by the certainty of the pixel in the middle of the window.</summary>
    /// <param name="a">An image.</param>
    /// <param name="b">Another one, of the same size.</param>
    /// <param name="mask">The certainty of each pixel of this size.</param>
    /// <returns>At most 1, which equal images have; NaN where the window does not fit, or no position is certain.</returns>
    public static double WeightedMean(LumaImage a, LumaImage b, ValidityMask mask)
    {
        var (columns, lines) = (a.Width - Window + 1, a.Height - Window + 1);
        if (columns < 1 || lines < 1)
            return double.NaN;
        StructuralSimilarity similarity = new(a, b);
        Span<float> indices = stackalloc float[Vector512<float>.Count];
        double sum = 0, weights = 0;
        for (var y = 0; y < lines; y++)
        {
            similarity.SumLines(y);
            var certainty = mask.Certainty.AsSpan((y + Radius) * a.Width + Radius, columns);
            for (var x = 0; x < certainty.Length; x++)
            {
                if (x % indices.Length == 0)
                    similarity.IndicesAt(x).CopyTo(indices);
                sum += certainty[x] * (double)indices[x % indices.Length];
                weights += certainty[x];
            }
        }

        return sum / weights;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SumLines(int y)
    {
        var width = _a.Width;
        var x = 0;
        for (; x <= width - Vector512<float>.Count; x += Vector512<float>.Count)
        {
            var at = (y + Radius) * width + x;
            var (a, b) = (Load(_a, at), Load(_b, at));
            var tap = Vector512.Create(Taps[0]);
            var (meanA, meanB, squares, products) = (tap * a, tap * b, tap * (a * a + b * b), tap * (a * b));
            for (var i = 1; i < Taps.Length; i++)
            {
                tap = Vector512.Create(Taps[i]);
                var (a1, b1) = (Load(_a, at - i * width), Load(_b, at - i * width));
                var (a2, b2) = (Load(_a, at + i * width), Load(_b, at + i * width));
                // Whole numbers under 2²⁴: these sums are exact.
                meanA = Vector512.FusedMultiplyAdd(tap, a1 + a2, meanA);
                meanB = Vector512.FusedMultiplyAdd(tap, b1 + b2, meanB);
                squares = Vector512.FusedMultiplyAdd(tap, a1 * a1 + b1 * b1 + (a2 * a2 + b2 * b2), squares);
                products = Vector512.FusedMultiplyAdd(tap, a1 * b1 + a2 * b2, products);
            }

            meanA.StoreUnsafe(ref _moments[0][x]);
            meanB.StoreUnsafe(ref _moments[1][x]);
            squares.StoreUnsafe(ref _moments[2][x]);
            products.StoreUnsafe(ref _moments[3][x]);
        }

        for (; x < width; x++)
            SumColumn(y, x);
    }

    private void SumColumn(int y, int x)
    {
        float meanA = 0, meanB = 0, squares = 0, products = 0;
        for (var line = -Radius; line <= Radius; line++)
        {
            var (tap, at) = (Taps[Math.Abs(line)], (y + Radius + line) * _a.Width + x);
            float a = _a.Pixels[at], b = _b.Pixels[at];
            (meanA, meanB, squares, products) = (meanA + tap * a, meanB + tap * b, squares + tap * (a * a + b * b), products + tap * a * b);
        }

        (_moments[0][x], _moments[1][x], _moments[2][x], _moments[3][x]) = (meanA, meanB, squares, products);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double SumIndices(int columns)
    {
        var (lower, upper) = (Vector512<double>.Zero, Vector512<double>.Zero);
        for (var x = 0; x < columns; x += Vector512<float>.Count)
        {
            var index = IndicesAt(x);
            var inside = Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(columns - x)).AsSingle();
            index = Vector512.ConditionalSelect(inside, index, Vector512<float>.Zero);
            lower += Vector512.WidenLower(index);
            upper += Vector512.WidenUpper(index);
        }

        return Vector512.Sum(lower + upper);
    }

    /// <summary>Computes the indices of 16 positions; those behind the last one mean nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector512<float> IndicesAt(int x)
    {
        var (meanA, meanB) = (GaussianKernel.SumAlong(Taps, ref _moments[0][x + Radius]), GaussianKernel.SumAlong(Taps, ref _moments[1][x + Radius]));
        var (squares, product) = (GaussianKernel.SumAlong(Taps, ref _moments[2][x + Radius]), GaussianKernel.SumAlong(Taps, ref _moments[3][x + Radius]));
        var both = meanA * meanB;
        var means = meanA * meanA + meanB * meanB;
        var contrast = (2 * (product - both) + Vector512.Create(C2)) / (squares - means + Vector512.Create(C2));
        return (2 * both + Vector512.Create(C1)) / (means + Vector512.Create(C1)) * contrast;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Load(LumaImage image, int at) => Bytes.ToSingle(Vector128.LoadUnsafe(ref image.Pixels[at]));
}
