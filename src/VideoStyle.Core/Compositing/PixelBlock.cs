using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using VideoStyle.Core.Stylizers;

namespace VideoStyle.Core.Compositing;

/// <summary>Adjacent pixels of a row that are sampled and written at once.</summary>
/// <remarks>Motion is smooth: nearly all blocks come from adjacent pixels, which are loaded at once.</remarks>
internal static class PixelBlock
{
    /// <summary>The pixels of a block.</summary>
    public const int Pixels = 4;

    /// <summary>Gets the row in the form that <see cref="Locate"/> needs.</summary>
    public static Vector256<float> RowAt(int y) => Vector256.Create(0f, y, 0, 0, 0, y, 0, 0);

    /// <summary>Locates where the pixels of a block are sampled.</summary>
    /// <param name="last">The last column and row, and the maximum weight.</param>
    /// <param name="x">The column of the first pixel.</param>
    /// <param name="row">What <see cref="RowAt"/> returns for the row.</param>
    /// <param name="steps">The steps of the warp map along the row.</param>
    /// <param name="columns">The map positions between which each pixel of the block lies.</param>
    /// <param name="first">Receives the integer fractions of the first two pixels: column, row, 0, 0 of each.</param>
    /// <param name="second">Receives those of the other two.</param>
    /// <returns>The fractions of each pixel: of column and row, and the weight.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Locate(
        Vector256<float> last, int x, Vector256<float> row, ref float steps, ref (int Index, float Weight) columns, out Vector256<int> first, out Vector256<int> second)
    {
        var here = Vector256.ConditionalSelect(Vector256.Create(-1, 0, 0, 0, -1, 0, 0, 0).AsSingle(), Vector256.Create((float)x), row);
        here += Vector256.Create(0f, 0, 0, 0, 1, 0, 0, 0);
        var one = LocateTwo(last, here, ref steps, ref columns, out first);
        var two = LocateTwo(last, here + Vector256.Create(2f, 0, 0, 0, 2, 0, 0, 0), ref steps, ref Unsafe.Add(ref columns, 2), out second);
        return Narrow(one, two);
    }

    /// <summary>Gets whether a block is sampled from adjacent pixels of a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsAdjacent(Vector256<int> first, Vector256<int> second)
    {
        var start = Vector256.Create(first.GetLower(), first.GetLower());
        return Vector256.EqualsAll(
            (first - start ^ Vector256.Create(0, 0, 0, 0, 1, 0, 0, 0)) | (second - start ^ Vector256.Create(2, 0, 0, 0, 3, 0, 0, 0)), Vector256<int>.Zero);
    }

    /// <summary>Broadcasts the horizontal fraction to all channels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Right(Vector256<byte> fractions) => Broadcast(fractions, 0x0100, 0x0908);

    /// <summary>Broadcasts the vertical fraction to all channels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Down(Vector256<byte> fractions) => Broadcast(fractions, 0x0302, 0x0b0a);

    /// <summary>Broadcasts the weight to all channels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Weight(Vector256<byte> fractions) => Broadcast(fractions, 0x0504, 0x0d0c);

    /// <summary>Interpolates a block bilinearly.</summary>
    /// <param name="taps">The upper left pixel of each. Others are not needed where the fractions are 0.</param>
    /// <param name="stride">The number of values in a row.</param>
    /// <param name="fractions">As <see cref="Locate"/> returns them.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Bilinear<TTaps>(TTaps taps, int stride, Vector256<byte> fractions)
        where TTaps : struct, ITaps, allows ref struct
    {
        var down = Down(fractions);
        var left = FixedPoint.Mix(taps.At(0), taps.At(stride), down);
        var right = FixedPoint.Mix(taps.At(StylizedFrame.Channels), taps.At(StylizedFrame.Channels + stride), down);
        return FixedPoint.Mix(left, right, Right(fractions));
    }

    // Narrows to 16 bits. AVX2 has a faster instruction, which works on both halves separately.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Narrow(Vector256<int> one, Vector256<int> two) =>
        Avx2.IsSupported
            ? Vector256.Shuffle(Avx2.PackSignedSaturate(one, two).AsInt64(), Vector256.Create(0, 2, 1, 3)).AsByte()
            : Vector256.Narrow(one, two).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Broadcast(Vector256<byte> fractions, short low, short high)
    {
        var half = Vector128.Create(low, low, low, low, high, high, high, high);
        var (lower, upper) = (half.AsByte(), half.AsByte() + Vector128.Create((byte)16));
        return Vector256.ShuffleNative(fractions, Vector256.Create(lower, upper)).AsInt16();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> LocateTwo(
        Vector256<float> last, Vector256<float> here, ref float steps, ref (int Index, float Weight) columns, out Vector256<int> whole)
    {
        var (a, b) = (columns, Unsafe.Add(ref columns, 1));
        var left = Vector256.Create(Vector128.LoadUnsafe(ref steps, (nuint)a.Index), Vector128.LoadUnsafe(ref steps, (nuint)b.Index));
        var right = Vector256.Create(Vector128.LoadUnsafe(ref steps, (nuint)a.Index + 4), Vector128.LoadUnsafe(ref steps, (nuint)b.Index + 4));
        var weight = Vector256.Create(Vector128.Create(a.Weight), Vector128.Create(b.Weight));
        var moved = here + left + weight * (right - left);
        var at = Vector256.MaxNative(Vector256.MinNative(moved, last), Vector256<float>.Zero);
        whole = Vector256.ConvertToInt32Native(at);
        return Vector256.ConvertToInt32Native((at - Vector256.ConvertToSingle(whole)) * FixedPoint.MaxWeight);
    }
}

/// <summary>Loads the pixels that a block is interpolated from.</summary>
internal interface ITaps
{
    /// <summary>Loads one pixel for each pixel of the block.</summary>
    /// <param name="offset">The distance in values from the pixel's own position.</param>
    Vector256<short> At(int offset);
}

/// <summary>Adjacent pixels.</summary>
/// <param name="first">The first value of the first pixel.</param>
internal readonly ref struct AdjacentTaps(ref short first) : ITaps
{
    private readonly ref short _first = ref first;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<short> At(int offset) => Vector256.LoadUnsafe(ref Unsafe.Add(ref _first, offset));
}

/// <summary>Pixels anywhere in a frame.</summary>
/// <param name="source">The first value of the frame.</param>
/// <param name="places">The index of the first value of each pixel.</param>
internal readonly ref struct ScatteredTaps(ref short source, Vector128<int> places) : ITaps
{
    private readonly ref short _source = ref source;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<short> At(int offset) => Vector256.Create(Pixel(0, offset), Pixel(1, offset), Pixel(2, offset), Pixel(3, offset)).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private long Pixel(int index, int offset) =>
        Unsafe.ReadUnaligned<long>(ref Unsafe.As<short, byte>(ref Unsafe.Add(ref _source, places.GetElement(index) + offset)));
}
