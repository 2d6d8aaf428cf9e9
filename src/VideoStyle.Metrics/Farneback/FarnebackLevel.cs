using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using VideoStyle.Core.Flow;
using VideoStyle.Core.Media;
using VideoStyle.Metrics.Flow;

namespace VideoStyle.Metrics.Farneback;

/// <summary>The flow at one level of the pyramid, refined from two polynomial expansions.</summary>
/// <remarks>
/// Farnebäck 2003, section 4. Each pixel gives an equation for its motion, a symmetric 2×2 matrix G and a vector h, from
/// the flow so far; they are averaged over the window and solved. Rows of equations are made when the window reaches
/// them: only as many as it is high are kept, and the flow behind it is replaced at once.
/// </remarks>
internal sealed class FarnebackLevel
{
    /// <summary>Weights of the equations of the outermost pixels, whose polynomials are the least certain.</summary>
    private static readonly float[] Border = [0.14f, 0.14f, 0.4472f, 0.4472f, 0.4472f];

    private const int Count = PolynomialExpansion.Count;

    private readonly int _width;
    private readonly int _height;
    private readonly int _stride;
    private readonly int _radius;
    private readonly LevelReducer _reducer;
    private readonly PolynomialExpansion _expansion;
    private readonly float[] _image;
    private readonly float[] _first;
    private readonly float[] _second;
    private readonly float[] _u;
    private readonly float[] _v;
    private readonly float[] _borderWeights;
    private readonly float[][] _sampled;
    private readonly float[][] _equations;
    private readonly BoxWindow _window;
    private readonly double[][] _averages;

    /// <param name="width">The image's width.</param>
    /// <param name="height">The image's height.</param>
    /// <param name="halvings">How often it is halved; both sides then have 32 pixels at least.</param>
    /// <param name="settings">How the flow is estimated.</param>
    public FarnebackLevel(int width, int height, int halvings, FarnebackSettings settings)
    {
        var scale = Math.Pow(0.5, halvings);
        (_width, _height) = ((int)Math.Round(width * scale), (int)Math.Round(height * scale));
        (_stride, _radius) = (FlowRow.RoundUp(_width), settings.Window / 2);
        _reducer = new LevelReducer(width, height, _width, _height, sigma: (1 / scale - 1) * 0.5);
        _expansion = new PolynomialExpansion(settings.PolyN, settings.PolySigma, _width);
        _image = new float[_width * _height];
        // The second one with room for reading its last pixel as eight values.
        (_first, _second) = (new float[Count * _stride * _height], new float[Count * _width * _height + 8]);
        (_u, _v) = (new float[_stride * _height], new float[_stride * _height]);
        _borderWeights = [.. Enumerable.Range(0, _stride).Select(x => BorderWeight(Math.Min(x, _width - 1), _width))];
        _sampled = Rows(Count, _stride);
        _equations = Rows(settings.Window + 1, Count * _stride);
        _window = new BoxWindow(_width, _radius, Count);
        _averages = _window.Averages;
    }

    /// <summary>Takes two images; their flow is 0 so far.</summary>
    public void Read(LumaImage source, LumaImage target)
    {
        _reducer.Reduce(source, _image);
        _expansion.ExpandIntoRows(_image, _width, _height, _first);
        _reducer.Reduce(target, _image);
        _expansion.ExpandIntoPixels(_image, _width, _height, _second);
        Array.Clear(_u);
        Array.Clear(_v);
    }

    /// <summary>Begins with the flow of the level below, which is half as large.</summary>
    public void StartFrom(FarnebackLevel below)
    {
        for (var y = 0; y < _height; y++)
        {
            var (row, weight) = LevelReducer.Place(y, below._height, _height);
            var (upper, lower) = (row * below._stride, Math.Min(row + 1, below._height - 1) * below._stride);
            for (var x = 0; x < _width; x++)
            {
                var (column, share) = LevelReducer.Place(x, below._width, _width);
                var next = Math.Min(column + 1, below._width - 1);
                _u[y * _stride + x] = 2 * Mix(below._u, upper, lower, column, next, share, weight);
                _v[y * _stride + x] = 2 * Mix(below._v, upper, lower, column, next, share, weight);
            }
        }
    }

    /// <summary>Refines the flow by one iteration.</summary>
    public void Refine()
    {
        SetEquations(0);
        StartWindow();
        for (var y = 0; y < _height; y++)
        {
            var (above, below) = (Math.Max(y - _radius - 1, 0), Math.Min(y + _radius, _height - 1));
            if (y + _radius < _height)
                SetEquations(below);
            _window.Move(_equations[above % _equations.Length], _equations[below % _equations.Length]);
            _window.Average();
            Solve(y);
        }
    }

    /// <summary>Gets the flow as a field, cut to a size.</summary>
    public FlowField ToField(int width, int height)
    {
        var vectors = FlowBuffers.Rent(2 * width * height);
        for (var y = 0; y < height; y++)
        {
            var row = vectors.AsSpan(2 * y * width, 2 * width);
            for (var x = 0; x < width; x++)
                (row[2 * x], row[2 * x + 1]) = (_u[y * _stride + x], _v[y * _stride + x]);
        }

        return new FlowField(width, height, vectors);
    }

    private static float[][] Rows(int count, int length) => [.. Enumerable.Range(0, count).Select(_ => new float[length])];

    private static float BorderWeight(int index, int count) =>
        (index < Border.Length ? Border[index] : 1) * (index >= count - Border.Length ? Border[count - index - 1] : 1);

    private static float Mix(float[] values, int upper, int lower, int column, int next, float share, float weight)
    {
        var above = (1 - share) * values[upper + column] + share * values[upper + next];
        var below = (1 - share) * values[lower + column] + share * values[lower + next];
        return (1 - weight) * above + weight * below;
    }

    private void SetEquations(int y)
    {
        SampleRow(y);
        SetEquations(y, _equations[y % _equations.Length]);
    }

    /// <summary>Samples the second expansion along the flow; outside the image, the first one without its slope takes its place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SampleRow(int y)
    {
        ref var second = ref _second[0];
        ref var first = ref _first[Count * y * _stride];
        var (r0, r1, r2, r3, r4) = (_sampled[0], _sampled[1], _sampled[2], _sampled[3], _sampled[4]);
        for (var x = 0; x < _width; x++)
        {
            var (atX, atY) = (x + _u[y * _stride + x], y + _v[y * _stride + x]);
            var (floorX, floorY) = (MathF.Floor(atX), MathF.Floor(atY));
            if (!(floorX >= 0 && floorX < _width - 1 && floorY >= 0 && floorY < _height - 1))
            {
                (r0[x], r1[x]) = (0, 0);
                (r2[x], r3[x], r4[x]) = (Unsafe.Add(ref first, 2 * _stride + x), Unsafe.Add(ref first, 3 * _stride + x), Unsafe.Add(ref first, 4 * _stride + x));
                continue;
            }

            var (alpha, beta) = (atX - floorX, atY - floorY);
            ref var upper = ref Unsafe.Add(ref second, Count * ((int)floorY * _width + (int)floorX));
            ref var lower = ref Unsafe.Add(ref upper, Count * _width);
            var sum = Vector256.Create((1 - alpha) * (1 - beta)) * Vector256.LoadUnsafe(ref upper);
            sum += Vector256.Create(alpha * (1 - beta)) * Vector256.LoadUnsafe(ref upper, Count);
            sum += Vector256.Create((1 - alpha) * beta) * Vector256.LoadUnsafe(ref lower);
            sum += Vector256.Create(alpha * beta) * Vector256.LoadUnsafe(ref lower, Count);
            (r0[x], r1[x], r2[x], r3[x], r4[x]) = (sum.GetElement(0), sum.GetElement(1), sum.GetElement(2), sum.GetElement(3), sum.GetElement(4));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SetEquations(int y, float[] equations)
    {
        var (half, quarter, borderY) = (Vector512.Create(0.5f), Vector512.Create(0.25f), BorderWeight(y, _height));
        for (var x = 0; x < _stride; x += Vector512<float>.Count)
        {
            ref var first = ref _first[Count * y * _stride + x];
            var (dx, dy) = (Vector512.LoadUnsafe(ref _u[y * _stride + x]), Vector512.LoadUnsafe(ref _v[y * _stride + x]));
            var weight = borderY * Vector512.LoadUnsafe(ref _borderWeights[x]);
            var r2 = half * (Vector512.LoadUnsafe(ref first) - Vector512.LoadUnsafe(ref _sampled[0][x]));
            var r3 = half * (Vector512.LoadUnsafe(ref first, (nuint)_stride) - Vector512.LoadUnsafe(ref _sampled[1][x]));
            var r4 = half * (Vector512.LoadUnsafe(ref first, (nuint)(2 * _stride)) + Vector512.LoadUnsafe(ref _sampled[2][x]));
            var r5 = half * (Vector512.LoadUnsafe(ref first, (nuint)(3 * _stride)) + Vector512.LoadUnsafe(ref _sampled[3][x]));
            var r6 = quarter * (Vector512.LoadUnsafe(ref first, (nuint)(4 * _stride)) + Vector512.LoadUnsafe(ref _sampled[4][x]));
            (r2, r3) = (weight * (r2 + r4 * dy + r6 * dx), weight * (r3 + r6 * dy + r5 * dx));
            (r4, r5, r6) = (weight * r4, weight * r5, weight * r6);

            ref var target = ref equations[x];
            (r4 * r4 + r6 * r6).StoreUnsafe(ref target);
            ((r4 + r5) * r6).StoreUnsafe(ref target, (nuint)_stride);
            (r5 * r5 + r6 * r6).StoreUnsafe(ref target, (nuint)(2 * _stride));
            (r4 * r2 + r6 * r3).StoreUnsafe(ref target, (nuint)(3 * _stride));
            (r6 * r2 + r5 * r3).StoreUnsafe(ref target, (nuint)(4 * _stride));
        }
    }

    /// <summary>Sets the equations that the window covers just above the first row, the first row repeated.</summary>
    private void StartWindow()
    {
        for (var y = 1; y < _radius; y++)
            SetEquations(Math.Min(y, _height - 1));
        _window.Start([.. Enumerable.Range(0, Math.Max(1, _radius)).Select(y => _equations[Math.Min(y, _height - 1)])]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Solve(int y)
    {
        for (var x = 0; x < _stride; x += Vector512<float>.Count)
        {
            var (firstU, firstV) = Solve(x, 0);
            var (secondU, secondV) = Solve(x, Vector512<double>.Count);
            Vector512.Narrow(firstU, secondU).StoreUnsafe(ref _u[y * _stride + x]);
            Vector512.Narrow(firstV, secondV).StoreUnsafe(ref _v[y * _stride + x]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private (Vector512<double> U, Vector512<double> V) Solve(int x, int offset)
    {
        var (g11, g12) = (Vector512.LoadUnsafe(ref _averages[0][x + offset]), Vector512.LoadUnsafe(ref _averages[1][x + offset]));
        var g22 = Vector512.LoadUnsafe(ref _averages[2][x + offset]);
        var (h1, h2) = (Vector512.LoadUnsafe(ref _averages[3][x + offset]), Vector512.LoadUnsafe(ref _averages[4][x + offset]));
        var inverse = Vector512<double>.One / (g11 * g22 - g12 * g12 + Vector512.Create(1e-3));
        return ((g11 * h2 - g12 * h1) * inverse, (g22 * h1 - g12 * h2) * inverse);
    }
}
