using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace VideoStyle.OpticalFlow;

/// <summary>Flow between two images of one size, from patches on a grid.</summary>
/// <remarks>
/// A patch begins at the best of four displacements: the coarser flow at its centre, the coarser patch there, and its neighbours to the left and above. A second pass in
/// reverse order, ours, tries those to the right and below. The displacements are filtered (<see cref="GuidedMedian"/>); the flow of a pixel is the mean
/// over all patches that cover it (<see cref="Patch.AddTo"/>).
/// </remarks>
internal sealed class PatchGrid
{
    /// <summary>A step shorter than this, squared and in square pixels, ends a search.</summary>
    private const float ShortStep = 1e-4f;

    /// <summary>A displacement this close to another one, in pixels, is not compared with it: above the finest level, where many steps follow, and at it.</summary>
    private const float SameDisplacement = 0.02f;
    private const float SameAtFinest = 0.2f;

    /// <summary>The cost of a candidate that nothing was compared with.</summary>
    private const float Unknown = -1;

    /// <summary>A search may move a patch by at most its own side.</summary>
    private const float MaxWay = Patch.Size * Patch.Size;

    private readonly int _width;
    private readonly int _height;
    private readonly int _stride;
    private readonly int _columns;
    private readonly int _rows;
    private readonly float[] _costs;
    private readonly float[] _weights;

    // One element for each patch: the brightness of its centre, its displacement, and the median of those around it.
    private readonly PaddedImage _brightness;
    private readonly FlowPlanes _found;
    private readonly FlowPlanes _filtered;
    private FlowPlanes? _dense;

    /// <summary>Allocates a grid.</summary>
    /// <param name="width">Width of the images in pixels.</param>
    /// <param name="height">Height of the images in pixels.</param>
    /// <param name="stride">The distance between two patches in pixels, 1 to <see cref="Patch.Size"/>.</param>
    public PatchGrid(int width, int height, int stride)
    {
        (_width, _height, _stride) = (width, height, stride);
        _columns = (width - Patch.Size + stride - 1) / stride + 1;
        _rows = (height - Patch.Size + stride - 1) / stride + 1;
        (_brightness, _found, _filtered) = (new PaddedImage(_columns, _rows), new FlowPlanes(_columns, _rows), new FlowPlanes(_columns, _rows));
        _costs = new float[_found.X.Length];
        Flow = new FlowPlanes(width, height);
        _weights = new float[Flow.X.Length];
    }

    /// <summary>Gets the flow that was found last.</summary>
    public FlowPlanes Flow { get; private set; }

    /// <summary>Finds the flow.</summary>
    /// <param name="source">The image whose pixels have vectors.</param>
    /// <param name="target">The image that the vectors point into.</param>
    /// <param name="coarse">What was found at half the size; null is none, and every patch begins where it is.</param>
    /// <param name="steps">The most steps of a search.</param>
    /// <param name="isPropagated">Whether the second pass follows.</param>
    /// <param name="prior">See <see cref="Patch.Step"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Search(FlowPyramidLevel source, PaddedImage target, PatchGrid? coarse, int steps, bool isPropagated, float prior)
    {
        var same = isPropagated ? SameDisplacement : SameAtFinest;
        for (var row = 0; row < _rows; row++)
            for (var column = 0; column < _columns; column++)
            {
                var (x, y) = Corner(column, row);
                Patch patch = new(source, target, x, y, prior);
                var best = coarse is null ? default : coarse.At((x + Patch.Size / 2) / 2, (y + Patch.Size / 2) / 2);
                best.Cost = Unknown;
                if (coarse is not null)
                    Try(patch, coarse.Unfiltered(row / 2, column / 2), same, ref best);
                var i = row * _found.Stride + column;
                _brightness.At(column, row) = patch.Brightness;
                if (column > 0)
                    Try(patch, Found(i - 1), same, ref best);
                if (row > 0)
                    Try(patch, Found(i - _found.Stride), same, ref best);
                Align(patch, best, steps, i);
            }

        if (isPropagated)
            Propagate(source, target, steps, prior);
        GuidedMedian.Filter(_brightness, _found, _filtered);
        Average(source.Image, target);
    }

    /// <summary>Filters the dense flow as that of the patches was filtered, in a smaller neighborhood.</summary>
    /// <param name="source">The image whose pixels have vectors.</param>
    public void Filter(PaddedImage source)
    {
        _dense ??= new FlowPlanes(_width, _height);
        GuidedMedian.Filter(source, Flow, _dense);
        (Flow, _dense) = (_dense, Flow);
    }

    private void Propagate(FlowPyramidLevel source, PaddedImage target, int steps, float prior)
    {
        for (var row = _rows - 1; row >= 0; row--)
            for (var column = _columns - 1; column >= 0; column--)
            {
                var (x, y) = Corner(column, row);
                var i = row * _found.Stride + column;
                Patch patch = new(source, target, x, y, prior);
                var best = Found(i) with { Cost = _costs[i] };
                if (column + 1 < _columns)
                    Try(patch, Found(i + 1), SameDisplacement, ref best);
                if (row + 1 < _rows)
                    Try(patch, Found(i + _found.Stride), SameDisplacement, ref best);
                if (best.Cost < _costs[i])
                    Align(patch, best, steps, i);
            }
    }

    private (int X, int Y) Corner(int column, int row) => (Math.Min(column * _stride, _width - Patch.Size), Math.Min(row * _stride, _height - Patch.Size));

    private Candidate Found(int i) => new(_found.X[i], _found.Y[i]);

    // The flow at a pixel, for an image of twice the size.
    private Candidate At(int x, int y)
    {
        var i = Math.Min(y, _height - 1) * Flow.Stride + Math.Min(x, _width - 1);
        return new(2 * Flow.X[i], 2 * Flow.Y[i]);
    }

    // The displacement of a patch before the median, for an image of twice the size: the median takes a small object for noise.
    private Candidate Unfiltered(int row, int column)
    {
        var i = Math.Min(row, _rows - 1) * _found.Stride + Math.Min(column, _columns - 1);
        return new(2 * _found.X[i], 2 * _found.Y[i]);
    }

    private static void Try(in Patch patch, Candidate other, float same, ref Candidate best)
    {
        if (Math.Abs(other.U - best.U) + Math.Abs(other.V - best.V) < same)
            return;
        if (best.Cost < 0)
            best.Cost = patch.Cost(best.U, best.V);
        other.Cost = patch.Cost(other.U, other.V);
        if (other.Cost < best.Cost)
            best = other;
    }

    // The last step is taken unseen: its cost would be as much work as the step.
    private void Align(in Patch patch, Candidate first, int steps, int i)
    {
        var (u, v) = (first.U, first.V);
        (_found.X[i], _found.Y[i], _costs[i]) = (u, v, first.Cost);
        for (var step = 0; step < steps; step++)
        {
            var (cost, du, dv) = patch.Step(u, v, first.U, first.V);
            if (step == 0)
            {
                _costs[i] = cost;
            }
            else
            {
                if (cost >= _costs[i])
                    return;
                (_found.X[i], _found.Y[i], _costs[i]) = (u, v, cost);
            }

            (u, v) = (u + du, v + dv);
            if (Square(u - first.U) + Square(v - first.V) > MaxWay)
                return;
            if (Square(du) + Square(dv) < ShortStep)
                break;
        }

        (_found.X[i], _found.Y[i]) = (u, v);
    }

    private void Average(PaddedImage source, PaddedImage target)
    {
        Array.Clear(Flow.X);
        Array.Clear(Flow.Y);
        Array.Clear(_weights);
        for (var row = 0; row < _rows; row++)
            for (var column = 0; column < _columns; column++)
            {
                var (x, y) = Corner(column, row);
                var i = row * _filtered.Stride + column;
                Patch.AddTo(source, target, x, y, _filtered.X[i], _filtered.Y[i], Flow, _weights);
            }

        for (var i = 0; i < _weights.Length; i += Vector256<float>.Count)
        {
            var weight = Vector256.Max(Vector256.LoadUnsafe(ref _weights[i]), Vector256.Create(1e-20f));
            (Vector256.LoadUnsafe(ref Flow.X[i]) / weight).StoreUnsafe(ref Flow.X[i]);
            (Vector256.LoadUnsafe(ref Flow.Y[i]) / weight).StoreUnsafe(ref Flow.Y[i]);
        }
    }

    private static float Square(float value) => value * value;

    private struct Candidate(float u, float v)
    {
        public readonly float U = u;
        public readonly float V = v;
        public float Cost;
    }
}
