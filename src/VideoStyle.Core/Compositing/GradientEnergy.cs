using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace VideoStyle.Core.Compositing;

/// <summary>Sums of products of Sobel gradients over a frame: <c>Σ ∂a·∂a</c>, <c>Σ ∂a·∂b</c>, <c>Σ ∂b·∂b</c>.</summary>
/// <remarks>
/// Every fifth row is measured: checkerboard patterns of a network repeat every 2, 4 or 8 rows, and an even step would measure only one
/// phase of them. A measured row and its neighbors lie in one band of <see cref="Rows"/>. The sums of each row are stored and
/// added in order, so that the result does not depend on the threads.
/// </remarks>
internal sealed class GradientEnergy
{
    private const int Step = 5;
    private const int First = 2;
    private const int PlacesPerBand = (Rows.PerBand + Step - 1) / Step;

    private (double AA, double AB, double BB)[] _rows = [];

    /// <summary>Gets whether a row is measured.</summary>
    public static bool Measures(int y, int height) => y % Rows.PerBand % Step == First && y < height - 1;

    private static int PlaceOf(int y) => y / Rows.PerBand * PlacesPerBand + y % Rows.PerBand / Step;

    /// <summary>Begins a frame.</summary>
    public void Begin(int height)
    {
        var places = PlaceOf(height) + 1;
        if (_rows.Length != places)
            _rows = new (double, double, double)[places];
        Array.Clear(_rows);
    }

    /// <summary>Adds a measured row.</summary>
    /// <param name="y">The row.</param>
    /// <param name="width">Width of the frame; the first and last pixel are not measured.</param>
    /// <param name="a">Three rows of one image, with margins.</param>
    /// <param name="b">Three rows of the other image.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(int y, int width, Neighborhood a, Neighborhood b)
    {
        var (aa, ab, bb) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
        for (var x = 1; x < width - 1; x += Vector512<float>.Count)
        {
            var inside = Vector512.LessThan(Indices, Vector512.Create(width - 1 - x)).AsSingle();
            var (ax, ay) = a.Sobel(x);
            var (bx, by) = b.Sobel(x);
            (ax, ay, bx, by) = (ax & inside, ay & inside, bx & inside, by & inside);
            aa += ax * ax + ay * ay;
            ab += ax * bx + ay * by;
            bb += bx * bx + by * by;
        }

        _rows[PlaceOf(y)] = (Vector512.Sum(aa), Vector512.Sum(ab), Vector512.Sum(bb));
    }

    /// <summary>Adds a measured row of one image only.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(int y, int width, Neighborhood a)
    {
        var sum = Vector512<float>.Zero;
        for (var x = 1; x < width - 1; x += Vector512<float>.Count)
        {
            var inside = Vector512.LessThan(Indices, Vector512.Create(width - 1 - x)).AsSingle();
            var (dx, dy) = a.Sobel(x);
            (dx, dy) = (dx & inside, dy & inside);
            sum += dx * dx + dy * dy;
        }

        _rows[PlaceOf(y)] = (Vector512.Sum(sum), 0, 0);
    }

    /// <summary>Sums all rows.</summary>
    public (double AA, double AB, double BB) Sum()
    {
        var (aa, ab, bb) = (0.0, 0.0, 0.0);
        foreach (var row in _rows)
            (aa, ab, bb) = (aa + row.AA, ab + row.AB, bb + row.BB);
        return (aa, ab, bb);
    }

    private static Vector512<int> Indices => Vector512<int>.Indices;

    /// <summary>A row with the rows above and below it, each with margins.</summary>
    public readonly ref struct Neighborhood(ReadOnlySpan<float> above, ReadOnlySpan<float> at, ReadOnlySpan<float> below)
    {
        private readonly ref float _above = ref MemoryMarshal.GetReference(above[Plane.Margin..]);
        private readonly ref float _at = ref MemoryMarshal.GetReference(at[Plane.Margin..]);
        private readonly ref float _below = ref MemoryMarshal.GetReference(below[Plane.Margin..]);

        /// <summary>Computes Sobel's gradients of 16 pixels.</summary>
        public (Vector512<float> Dx, Vector512<float> Dy) Sobel(int x)
        {
            var (a0, a1, a2) = (Load(ref _above, x - 1), Load(ref _above, x), Load(ref _above, x + 1));
            var (b0, b2) = (Load(ref _at, x - 1), Load(ref _at, x + 1));
            var (c0, c1, c2) = (Load(ref _below, x - 1), Load(ref _below, x), Load(ref _below, x + 1));
            return ((a2 - a0) + 2 * (b2 - b0) + (c2 - c0), (c0 - a0) + 2 * (c1 - a1) + (c2 - a2));
        }

        private static Vector512<float> Load(ref float row, int x) => Vector512.LoadUnsafe(ref Unsafe.Add(ref row, x));
    }
}
