using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace VideoStyle.OpticalFlow;

/// <summary>Flow between two images of one size, from patches on a grid.</summary>
/// <remarks>
/// A patch begins at the best of three displacements: the coarser flow at its centre, and those of its neighbours to the left and above. A second pass in
/// reverse order, ours, tries those to the right and below. The flow of a pixel is the mean over all patches that cover it (<see cref="Patch.AddTo"/>).
/// </remarks>
internal sealed class PatchGrid
{
    /// <summary>A step shorter than this, squared and in square pixels, ends a search.</summary>
    private const float ShortStep = 1e-4f;

    /// <summary>A search may move a patch by at most its own side.</summary>
    private const float MaxWay = Patch.Size * Patch.Size;

    private readonly int _width;
    private readonly int _height;
    private readonly int _stride;
    private readonly int _columns;
    private readonly int _rows;
    private readonly float[] _u;
    private readonly float[] _v;
    private readonly float[] _costs;
    private readonly float[] _weights;

    /// <summary>Allocates a grid.</summary>
    /// <param name="width">Width of the images in pixels.</param>
    /// <param name="height">Height of the images in pixels.</param>
    /// <param name="stride">The distance between two patches in pixels, 1 to <see cref="Patch.Size"/>.</param>
    public PatchGrid(int width, int height, int stride)
    {
        (_width, _height, _stride) = (width, height, stride);
        _columns = (width - Patch.Size + stride - 1) / stride + 1;
        _rows = (height - Patch.Size + stride - 1) / stride + 1;
        (_u, _v, _costs) = (new float[_columns * _rows], new float[_columns * _rows], new float[_columns * _rows]);
        Flow = new FlowPlanes(width, height);
        _weights = new float[Flow.X.Length];
    }

    /// <summary>Gets the flow that was found last.</summary>
    public FlowPlanes Flow { get; }

    /// <summary>Finds the flow.</summary>
    /// <param name="source">The image whose pixels have vectors.</param>
    /// <param name="target">The image that the vectors point into.</param>
    /// <param name="coarse">The flow at half the size; null is none, and every patch begins where it is.</param>
    /// <param name="steps">The most steps of a search.</param>
    /// <param name="isPropagated">Whether the second pass follows.</param>
    /// <param name="prior">See <see cref="Patch.Step"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Search(FlowPyramidLevel source, PaddedImage target, FlowPlanes? coarse, int steps, bool isPropagated, float prior)
    {
        for (var row = 0; row < _rows; row++)
            for (var column = 0; column < _columns; column++)
            {
                var (x, y) = Corner(column, row);
                Patch patch = new(source, target, x, y, prior);
                Candidate best = new(0, 0);
                if (coarse is not null)
                {
                    var place = Math.Min((y + Patch.Size / 2) / 2, coarse.Height - 1) * coarse.Stride + Math.Min((x + Patch.Size / 2) / 2, coarse.Width - 1);
                    best = new Candidate(2 * coarse.X[place], 2 * coarse.Y[place]);
                }

                best.Cost = patch.Cost(best.U, best.V);
                var i = row * _columns + column;
                if (column > 0)
                    Try(patch, i - 1, ref best);
                if (row > 0)
                    Try(patch, i - _columns, ref best);
                Align(patch, best, steps, i);
            }

        if (isPropagated)
            Propagate(source, target, steps, prior);
        Average(source.Image, target);
    }

    private void Propagate(FlowPyramidLevel source, PaddedImage target, int steps, float prior)
    {
        for (var i = _u.Length - 2; i >= 0; i--)
        {
            var (row, column) = Math.DivRem(i, _columns);
            var (x, y) = Corner(column, row);
            Patch patch = new(source, target, x, y, prior);
            Candidate best = new(_u[i], _v[i]) { Cost = _costs[i] };
            if (column + 1 < _columns)
                Try(patch, i + 1, ref best);
            if (row + 1 < _rows)
                Try(patch, i + _columns, ref best);
            if (best.Cost < _costs[i])
                Align(patch, best, steps, i);
        }
    }

    private (int X, int Y) Corner(int column, int row) => (Math.Min(column * _stride, _width - Patch.Size), Math.Min(row * _stride, _height - Patch.Size));

    private void Try(in Patch patch, int neighbour, ref Candidate best)
    {
        Candidate other = new(_u[neighbour], _v[neighbour]);
        if (other.U == best.U && other.V == best.V)
            return;
        other.Cost = patch.Cost(other.U, other.V);
        if (other.Cost < best.Cost)
            best = other;
    }

    // The last step is taken unseen: its cost would be as much work as the step.
    private void Align(in Patch patch, Candidate first, int steps, int i)
    {
        var (u, v) = (first.U, first.V);
        (_u[i], _v[i], _costs[i]) = (u, v, first.Cost);
        for (var step = 0; step < steps; step++)
        {
            var (cost, du, dv) = patch.Step(u, v, first.U, first.V);
            if (step > 0)
            {
                if (cost >= _costs[i])
                    return;
                (_u[i], _v[i], _costs[i]) = (u, v, cost);
            }

            (u, v) = (u + du, v + dv);
            if (Square(u - first.U) + Square(v - first.V) > MaxWay)
                return;
            if (Square(du) + Square(dv) < ShortStep)
                break;
        }

        (_u[i], _v[i]) = (u, v);
    }

    private void Average(PaddedImage source, PaddedImage target)
    {
        Array.Clear(Flow.X);
        Array.Clear(Flow.Y);
        Array.Clear(_weights);
        for (var i = 0; i < _u.Length; i++)
        {
            var (row, column) = Math.DivRem(i, _columns);
            var (x, y) = Corner(column, row);
            Patch.AddTo(source, target, x, y, _u[i], _v[i], Flow, _weights);
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
