using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using VideoStyle.Core.Flow;
using VideoStyle.Metrics.Flow;
using VideoStyle.Metrics.Frames;

namespace VideoStyle.Metrics.Warping;

/// <summary>One row of a warp map and the values sampled along it; used by one thread.</summary>
/// <remarks>
/// Images are sampled bilinearly at <c>p + w(p)</c>, with replicated padding. The map is computed once for all images that
/// share the flow. A coordinate that is NaN becomes 0.
/// </remarks>
internal sealed class WarpedRow
{
    private readonly int _width;
    private readonly int _height;
    private readonly FlowRow _flow;
    private readonly int[] _offsets;
    private readonly float[] _alpha;
    private readonly float[] _beta;

    public WarpedRow(int width, int height)
    {
        (_width, _height, _flow) = (width, height, new FlowRow(width));
        Length = FlowRow.RoundUp(width);
        (_offsets, _alpha, _beta) = (new int[Length], new float[Length], new float[Length]);
        (Red, Green, Blue) = (new float[Length], new float[Length], new float[Length]);
    }

    /// <summary>Gets the width in whole vectors of 16; values behind the width mean nothing.</summary>
    public int Length { get; }

    /// <summary>Gets the sampled red, 0–255.</summary>
    public float[] Red { get; }

    public float[] Green { get; }

    public float[] Blue { get; }

    /// <summary>Computes the map of row <c>y</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Map(FlowField flow, int y)
    {
        _flow.Read(flow, y);
        var (lastX, lastY) = (Vector512.Create((float)(_width - 1)), Vector512.Create((float)(_height - 1)));
        // The last pixel of a row is reached from the one before it, with a weight of 1: both are then read as one value.
        var (lastLeft, lastTop) = (Vector512.Create(Math.Max(0, _width - 2)), Vector512.Create(Math.Max(0, _height - 2)));
        for (var x = 0; x < Length; x += Vector512<float>.Count)
        {
            var atX = Vector512.Create((float)x) + Vector512<float>.Indices + Vector512.LoadUnsafe(ref _flow.U[FlowRow.Margin + x]);
            var atY = Vector512.Create((float)y) + Vector512.LoadUnsafe(ref _flow.V[FlowRow.Margin + x]);
            (atX, atY) = (Clamp(atX, lastX), Clamp(atY, lastY));
            var left = Vector512.Min(Vector512.ConvertToInt32(atX), lastLeft);
            var top = Vector512.Min(Vector512.ConvertToInt32(atY), lastTop);
            ((top * _width + left) * 3).StoreUnsafe(ref _offsets[x]);
            (atX - Vector512.ConvertToSingle(left)).StoreUnsafe(ref _alpha[x]);
            (atY - Vector512.ConvertToSingle(top)).StoreUnsafe(ref _beta[x]);
        }
    }

    /// <summary>Samples an image of the flow's size along the map.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Sample(FrameImage image)
    {
        ref var pixels = ref MemoryMarshal.GetArrayDataReference(image.Rgb);
        ref var below = ref Unsafe.Add(ref pixels, _height > 1 ? 3 * _width : 0);
        for (var x = 0; x < Length; x += Vector512<float>.Count)
        {
            ref var at = ref _offsets[x];
            var (topFirst, topSecond) = (LoadPairs(ref pixels, ref at), LoadPairs(ref pixels, ref Unsafe.Add(ref at, 8)));
            var (lowFirst, lowSecond) = (LoadPairs(ref below, ref at), LoadPairs(ref below, ref Unsafe.Add(ref at, 8)));
            var (a, b) = (Vector512.Narrow(topFirst, topSecond), Vector512.Narrow(topFirst >>> 24, topSecond >>> 24));
            var (c, d) = (Vector512.Narrow(lowFirst, lowSecond), Vector512.Narrow(lowFirst >>> 24, lowSecond >>> 24));
            var (alpha, beta) = (Vector512.LoadUnsafe(ref _alpha[x]), Vector512.LoadUnsafe(ref _beta[x]));
            Interpolate(a, b, c, d, 0, alpha, beta).StoreUnsafe(ref Red[x]);
            Interpolate(a, b, c, d, 8, alpha, beta).StoreUnsafe(ref Green[x]);
            Interpolate(a, b, c, d, 16, alpha, beta).StoreUnsafe(ref Blue[x]);
        }
    }

    /// <summary>Compares what was sampled with row <c>y</c> of another image: squared differences, summed over the channels, in units of 255².</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Compare(FrameImage image, int y, float[] errors)
    {
        ref var row = ref image.Rgb[3 * y * _width];
        for (var x = 0; x < Length; x += Vector512<float>.Count)
        {
            var own = RgbPixels.Load(ref Unsafe.Add(ref row, 3 * x));
            var red = Vector512.ConvertToSingle(RgbPixels.Channel(own, 0)) - Vector512.LoadUnsafe(ref Red[x]);
            var green = Vector512.ConvertToSingle(RgbPixels.Channel(own, 8)) - Vector512.LoadUnsafe(ref Green[x]);
            var blue = Vector512.ConvertToSingle(RgbPixels.Channel(own, 16)) - Vector512.LoadUnsafe(ref Blue[x]);
            (red * red + green * green + blue * blue).StoreUnsafe(ref errors[x]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Clamp(Vector512<float> at, Vector512<float> last) =>
        Vector512.ConditionalSelect(Vector512.Equals(at, at), Vector512.Min(Vector512.Max(at, Vector512<float>.Zero), last), Vector512<float>.Zero);

    /// <summary>Reads eight pixels, each with its right neighbor in bits 24 to 47.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> LoadPairs(ref byte image, ref int offsets) =>
        Vector512.Create(
            LoadPair(ref image, offsets),
            LoadPair(ref image, Unsafe.Add(ref offsets, 1)),
            LoadPair(ref image, Unsafe.Add(ref offsets, 2)),
            LoadPair(ref image, Unsafe.Add(ref offsets, 3)),
            LoadPair(ref image, Unsafe.Add(ref offsets, 4)),
            LoadPair(ref image, Unsafe.Add(ref offsets, 5)),
            LoadPair(ref image, Unsafe.Add(ref offsets, 6)),
            LoadPair(ref image, Unsafe.Add(ref offsets, 7)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong LoadPair(ref byte image, int offset) => Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref image, offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Interpolate(
        Vector512<uint> topLeft,
        Vector512<uint> topRight,
        Vector512<uint> lowLeft,
        Vector512<uint> lowRight,
        int shift,
        Vector512<float> alpha,
        Vector512<float> beta
    )
    {
        var (a, b) = (Vector512.ConvertToSingle(RgbPixels.Channel(topLeft, shift)), Vector512.ConvertToSingle(RgbPixels.Channel(topRight, shift)));
        var (c, d) = (Vector512.ConvertToSingle(RgbPixels.Channel(lowLeft, shift)), Vector512.ConvertToSingle(RgbPixels.Channel(lowRight, shift)));
        var upper = a + alpha * (b - a);
        var lower = c + alpha * (d - c);
        return upper + beta * (lower - upper);
    }
}
