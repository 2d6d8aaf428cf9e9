using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace VideoStyle.Core.Compositing;

/// <summary>Sums of products of Sobel gradients over each tile of a frame: <c>Σ ∂a·∂a</c>, <c>Σ ∂a·∂b</c>, <c>Σ ∂b·∂b</c>.</summary>
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

    // For each measured row, the sums of each tile.
    private (float AA, float AB, float BB)[] _sums = [];
    private TileMap _tiles = TileMap.For(1, 1);

    /// <summary>Gets whether a row is measured.</summary>
    public static bool Measures(int y, int height) => y % Rows.PerBand % Step == First && y < height - 1;

    private static int PlaceOf(int y) => y / Rows.PerBand * PlacesPerBand + y % Rows.PerBand / Step;

    /// <summary>Begins a frame.</summary>
    public void Begin(int width, int height)
    {
        _tiles = TileMap.For(width, height);
        var count = (PlaceOf(height) + 1) * _tiles.Columns;
        if (_sums.Length != count)
            _sums = new (float, float, float)[count];
        Array.Clear(_sums);
    }

    /// <summary>Adds a measured row.</summary>
    /// <param name="y">The row.</param>
    /// <param name="width">Width of the frame; the first and last pixel are not measured.</param>
    /// <param name="a">Three rows of one image, with margins.</param>
    /// <param name="b">Three rows of the other image.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(int y, int width, Neighborhood a, Neighborhood b)
    {
        for (var tile = 0; tile < _tiles.Columns; tile++)
        {
            var (aa, ab, bb) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
            for (var x = tile * TileMap.Side; x < Math.Min((tile + 1) * TileMap.Side, width); x += Vector512<float>.Count)
            {
                var inside = Inside(x, width);
                var (ax, ay) = a.Sobel(x);
                var (bx, by) = b.Sobel(x);
                (ax, ay, bx, by) = (ax & inside, ay & inside, bx & inside, by & inside);
                aa += ax * ax + ay * ay;
                ab += ax * bx + ay * by;
                bb += bx * bx + by * by;
            }

            _sums[PlaceOf(y) * _tiles.Columns + tile] = (Vector512.Sum(aa), Vector512.Sum(ab), Vector512.Sum(bb));
        }
    }

    /// <summary>Adds a measured row of one image only.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(int y, int width, Neighborhood a)
    {
        for (var tile = 0; tile < _tiles.Columns; tile++)
        {
            var sum = Vector512<float>.Zero;
            for (var x = tile * TileMap.Side; x < Math.Min((tile + 1) * TileMap.Side, width); x += Vector512<float>.Count)
            {
                var inside = Inside(x, width);
                var (dx, dy) = a.Sobel(x);
                (dx, dy) = (dx & inside, dy & inside);
                sum += dx * dx + dy * dy;
            }

            _sums[PlaceOf(y) * _tiles.Columns + tile].AA = Vector512.Sum(sum);
        }
    }

    /// <summary>Sums the rows of each tile.</summary>
    public (TileMap AA, TileMap AB, TileMap BB) Sum()
    {
        var (aa, ab, bb) = (_tiles.Empty(), _tiles.Empty(), _tiles.Empty());
        for (var i = 0; i < _sums.Length; i++)
        {
            var tile = Math.Min(i / _tiles.Columns / PlacesPerBand, _tiles.Rows - 1) * _tiles.Columns + i % _tiles.Columns;
            aa.Values[tile] += _sums[i].AA;
            ab.Values[tile] += _sums[i].AB;
            bb.Values[tile] += _sums[i].BB;
        }

        return (aa, ab, bb);
    }

    private static Vector512<float> Inside(int x, int width) =>
        (Vector512.LessThan(Indices, Vector512.Create(width - 1 - x)) & Vector512.GreaterThan(Indices, Vector512.Create(-x))).AsSingle();

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
