using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace VideoStyle.OpticalFlow;

/// <summary>One 8×8 patch of an image against places of another image: its cost, and a Gauss–Newton step towards a lower one.</summary>
/// <remarks>
/// The step is that of inverse compositional alignment (Baker and Matthews 2004; Kroeger et al. 2016, eq. 3): the derivatives are those of the source,
/// so that their matrix is computed once. Both patches are compared without their means: a change of brightness costs nothing.
/// </remarks>
internal readonly ref struct Patch
{
    /// <summary>Side of a patch in pixels.</summary>
    public const int Size = 8;

    private const float Count = Size * Size;

    // A patch may lie outside of the target by this much; it is then compared with the border pixels.
    private const int Outside = 16;

    private readonly ref float _source;
    private readonly ref float _alongX;
    private readonly ref float _alongY;
    private readonly int _stride;
    private readonly PaddedImage _target;
    private readonly int _x;
    private readonly int _y;
    private readonly float _sumX;
    private readonly float _sumY;
    private readonly float _inverseXX;
    private readonly float _inverseXY;
    private readonly float _inverseYY;

    /// <summary>Prepares a patch.</summary>
    /// <param name="source">The image that it lies in.</param>
    /// <param name="target">The image that it is sought in.</param>
    /// <param name="x">Its left column.</param>
    /// <param name="y">Its upper row.</param>
    /// <param name="prior">What is added to both diagonal elements of the matrix of derivatives; see <see cref="Step"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Patch(FlowPyramidLevel source, PaddedImage target, int x, int y, float prior)
    {
        _source = ref source.Image.At(x, y);
        _alongX = ref source.AlongX.At(x, y);
        _alongY = ref source.AlongY.At(x, y);
        (_stride, _target, _x, _y) = (source.Image.Stride, target, x, y);
        var (xx, xy, yy) = (Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero);
        var (sumX, sumY) = (Vector256<float>.Zero, Vector256<float>.Zero);
        for (var row = 0; row < Size; row++)
        {
            var dx = Vector256.LoadUnsafe(ref _alongX, (nuint)(row * _stride));
            var dy = Vector256.LoadUnsafe(ref _alongY, (nuint)(row * _stride));
            xx = Vector256.FusedMultiplyAdd(dx, dx, xx);
            xy = Vector256.FusedMultiplyAdd(dx, dy, xy);
            yy = Vector256.FusedMultiplyAdd(dy, dy, yy);
            sumX += dx;
            sumY += dy;
        }

        (_sumX, _sumY) = (Vector256.Sum(sumX), Vector256.Sum(sumY));
        var a = Vector256.Sum(xx) - _sumX * _sumX / Count + 1 + prior;
        var b = Vector256.Sum(xy) - _sumX * _sumY / Count;
        var c = Vector256.Sum(yy) - _sumY * _sumY / Count + 1 + prior;
        var determinant = a * c - b * b;
        (_inverseXX, _inverseXY, _inverseYY) = (c / determinant, -b / determinant, a / determinant);
        Prior = prior;
    }

    /// <summary>Gets the brightness at the patch's centre: the mean of the 2×2 pixels there.</summary>
    public float Brightness
    {
        get
        {
            var centre = (Size / 2 - 1) * (_stride + 1);
            return 0.25f * (Unsafe.Add(ref _source, centre) + Unsafe.Add(ref _source, centre + 1)
                + Unsafe.Add(ref _source, centre + _stride) + Unsafe.Add(ref _source, centre + _stride + 1));
        }
    }

    private float Prior { get; }

    /// <summary>Computes the sum of squared differences, each less the mean difference, at a displacement.</summary>
    /// <param name="u">Displacement to the right in pixels.</param>
    /// <param name="v">Displacement downwards in pixels.</param>
    public float Cost(float u, float v)
    {
        var (sum, squares) = (Vector256<float>.Zero, Vector256<float>.Zero);
        Rows rows = new(_target, _x + u, _y + v);
        for (var row = 0; row < Size; row++)
        {
            var difference = rows.Next(row) - Vector256.LoadUnsafe(ref _source, (nuint)(row * _stride));
            sum += difference;
            squares = Vector256.FusedMultiplyAdd(difference, difference, squares);
        }

        var total = Vector256.Sum(sum);
        return Vector256.Sum(squares) - total * total / Count;
    }

    /// <summary>Computes the cost at a displacement, and the Gauss–Newton step from there.</summary>
    /// <param name="u">Displacement to the right in pixels.</param>
    /// <param name="v">Displacement downwards in pixels.</param>
    /// <param name="firstU">The displacement that the search began at; the prior, ours, draws the step towards it, which holds patches without texture.</param>
    /// <param name="firstV">The same downwards.</param>
    /// <returns>The cost at the displacement, and what is to be added to it.</returns>
    public (float Cost, float Du, float Dv) Step(float u, float v, float firstU, float firstV)
    {
        var (sum, squares) = (Vector256<float>.Zero, Vector256<float>.Zero);
        var (alongX, alongY) = (Vector256<float>.Zero, Vector256<float>.Zero);
        Rows rows = new(_target, _x + u, _y + v);
        for (var row = 0; row < Size; row++)
        {
            var offset = (nuint)(row * _stride);
            var difference = rows.Next(row) - Vector256.LoadUnsafe(ref _source, offset);
            sum += difference;
            squares = Vector256.FusedMultiplyAdd(difference, difference, squares);
            alongX = Vector256.FusedMultiplyAdd(difference, Vector256.LoadUnsafe(ref _alongX, offset), alongX);
            alongY = Vector256.FusedMultiplyAdd(difference, Vector256.LoadUnsafe(ref _alongY, offset), alongY);
        }

        var total = Vector256.Sum(sum);
        var x = Vector256.Sum(alongX) - _sumX * total / Count + Prior * (u - firstU);
        var y = Vector256.Sum(alongY) - _sumY * total / Count + Prior * (v - firstV);
        return (
            Vector256.Sum(squares) - total * total / Count,
            -(_inverseXX * x + _inverseXY * y),
            -(_inverseXY * x + _inverseYY * y));
    }

    /// <summary>Adds a displacement to the flow under a patch, weighted in each pixel by how well it agrees: <c>1 / (1 + d² / 2)</c> for the difference <c>d</c>.</summary>
    /// <param name="source">The image that the patch lies in.</param>
    /// <param name="target">The image that the displacement leads to.</param>
    /// <param name="x">Left column of the patch.</param>
    /// <param name="y">Upper row of the patch.</param>
    /// <param name="u">Displacement to the right in pixels.</param>
    /// <param name="v">Displacement downwards in pixels.</param>
    /// <param name="sum">The sums of weighted vectors.</param>
    /// <param name="weights">The sums of weights, in rows of the stride of <paramref name="sum"/>.</param>
    public static void AddTo(PaddedImage source, PaddedImage target, int x, int y, float u, float v, FlowPlanes sum, float[] weights)
    {
        Rows rows = new(target, x + u, y + v);
        ref var own = ref source.At(x, y);
        var (vectorU, vectorV) = (Vector256.Create(u), Vector256.Create(v));
        for (var row = 0; row < Size; row++)
        {
            var difference = rows.Next(row) - Vector256.LoadUnsafe(ref own, (nuint)(row * source.Stride));
            var weight = Vector256<float>.One / Vector256.FusedMultiplyAdd(difference * 0.5f, difference, Vector256<float>.One);
            var place = (y + row) * sum.Stride + x;
            ref var sumX = ref sum.X[place];
            ref var sumY = ref sum.Y[place];
            ref var weightSum = ref weights[place];
            Vector256.FusedMultiplyAdd(weight, vectorU, Vector256.LoadUnsafe(ref sumX)).StoreUnsafe(ref sumX);
            Vector256.FusedMultiplyAdd(weight, vectorV, Vector256.LoadUnsafe(ref sumY)).StoreUnsafe(ref sumY);
            (Vector256.LoadUnsafe(ref weightSum) + weight).StoreUnsafe(ref weightSum);
        }
    }

    /// <summary>The rows of the target at a displacement, by bilinear interpolation.</summary>
    private ref struct Rows
    {
        private readonly ref float _corner;
        private readonly int _stride;
        private readonly Vector256<float> _fractionX;
        private readonly Vector256<float> _fractionY;
        private Vector256<float> _above;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Rows(PaddedImage target, float x, float y)
        {
            x = Math.Clamp(x, -Outside, target.Width + Outside - Size - 1);
            y = Math.Clamp(y, -Outside, target.Height + Outside - Size - 1);
            var (left, top) = (MathF.Floor(x), MathF.Floor(y));
            (_fractionX, _fractionY) = (Vector256.Create(x - left), Vector256.Create(y - top));
            _corner = ref target.At((int)left, (int)top);
            _stride = target.Stride;
            _above = Across(0);
        }

        /// <summary>Gets the row after the last one; the first is 0.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Next(int row)
        {
            var below = Across((row + 1) * _stride);
            var value = Vector256.FusedMultiplyAdd(below - _above, _fractionY, _above);
            _above = below;
            return value;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly Vector256<float> Across(int offset)
        {
            var left = Vector256.LoadUnsafe(ref _corner, (nuint)offset);
            return Vector256.FusedMultiplyAdd(Vector256.LoadUnsafe(ref _corner, (nuint)offset + 1) - left, _fractionX, left);
        }
    }
}
