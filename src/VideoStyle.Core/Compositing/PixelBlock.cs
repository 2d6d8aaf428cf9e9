using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using VideoStyle.Core.Stylizers;

namespace VideoStyle.Core.Compositing;

/// <summary>Neighbouring pixels of a row that are read and written at once.</summary>
/// <remarks>Motion is smooth: nearly all blocks come from pixels that are neighbours as well, and those are read without asking for each.</remarks>
internal static class PixelBlock
{
    /// <summary>The pixels of a block.</summary>
    public const int Pixels = 4;

    /// <summary>A row as <see cref="Locate"/> takes it.</summary>
    public static Vector256<float> RowAt(int y) => Vector256.Create(0f, y, 0, 0, 0, y, 0, 0);

    /// <summary>Where the pixels of a block came from.</summary>
    /// <param name="furthest">The last column and row that are read, and the largest weight.</param>
    /// <param name="x">The column of the first pixel.</param>
    /// <param name="row">What <see cref="RowAt"/> returns for the row.</param>
    /// <param name="steps">The motion of the row's places.</param>
    /// <param name="columns">Between which of them each pixel of the block lies.</param>
    /// <param name="first">Receives the whole parts of the first two pixels: column, row, 0, 0 of each.</param>
    /// <param name="second">Receives those of the other two.</param>
    /// <returns>The parts below one of each pixel: of column and row, and the weight.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Locate(
        Vector256<float> furthest, int x, Vector256<float> row, ref float steps, ref (int Index, float Weight) columns, out Vector256<int> first, out Vector256<int> second)
    {
        var here = Vector256.ConditionalSelect(Vector256.Create(-1, 0, 0, 0, -1, 0, 0, 0).AsSingle(), Vector256.Create((float)x), row);
        here += Vector256.Create(0f, 0, 0, 0, 1, 0, 0, 0);
        var one = LocateTwo(furthest, here, ref steps, ref columns, out first);
        var two = LocateTwo(furthest, here + Vector256.Create(2f, 0, 0, 0, 2, 0, 0, 0), ref steps, ref Unsafe.Add(ref columns, 2), out second);
        return Narrow(one, two);
    }

    /// <summary>Whether the pixels of a block came from neighbours of a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsWhole(Vector256<int> first, Vector256<int> second)
    {
        var start = Vector256.Create(first.GetLower(), first.GetLower());
        return Vector256.EqualsAll(
            (first - start ^ Vector256.Create(0, 0, 0, 0, 1, 0, 0, 0)) | (second - start ^ Vector256.Create(2, 0, 0, 0, 3, 0, 0, 0)), Vector256<int>.Zero);
    }

    /// <summary>Spreads the part to the right over a pixel's values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Right(Vector256<byte> parts) => Spread(parts, 0x0100, 0x0908);

    /// <summary>Spreads the part downwards.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Down(Vector256<byte> parts) => Spread(parts, 0x0302, 0x0b0a);

    /// <summary>Spreads the weight.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Weight(Vector256<byte> parts) => Spread(parts, 0x0504, 0x0d0c);

    /// <summary>Reads a block between four pixels each.</summary>
    /// <param name="taps">The upper left one of each; there may be none beyond it where the parts are 0.</param>
    /// <param name="stride">Values of a row.</param>
    /// <param name="parts">As <see cref="Locate"/> returns them.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Bilinear<TTaps>(TTaps taps, int stride, Vector256<byte> parts)
        where TTaps : struct, ITaps, allows ref struct
    {
        var down = Down(parts);
        var left = FixedPoint.Mix(taps.At(0), taps.At(stride), down);
        var right = FixedPoint.Mix(taps.At(StylizedFrame.Channels), taps.At(StylizedFrame.Channels + stride), down);
        return FixedPoint.Mix(left, right, Right(parts));
    }

    // Values of 16 bits in as many: where there is an instruction that works in both halves apart, it is the faster one.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Narrow(Vector256<int> one, Vector256<int> two) =>
        Avx2.IsSupported
            ? Vector256.Shuffle(Avx2.PackSignedSaturate(one, two).AsInt64(), Vector256.Create(0, 2, 1, 3)).AsByte()
            : Vector256.Narrow(one, two).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Spread(Vector256<byte> parts, short low, short high)
    {
        var half = Vector128.Create(low, low, low, low, high, high, high, high);
        var (lower, upper) = (half.AsByte(), half.AsByte() + Vector128.Create((byte)16));
        return Vector256.ShuffleNative(parts, Vector256.Create(lower, upper)).AsInt16();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> LocateTwo(
        Vector256<float> furthest, Vector256<float> here, ref float steps, ref (int Index, float Weight) columns, out Vector256<int> whole)
    {
        var (a, b) = (columns, Unsafe.Add(ref columns, 1));
        var left = Vector256.Create(Vector128.LoadUnsafe(ref steps, (nuint)a.Index), Vector128.LoadUnsafe(ref steps, (nuint)b.Index));
        var right = Vector256.Create(Vector128.LoadUnsafe(ref steps, (nuint)a.Index + 4), Vector128.LoadUnsafe(ref steps, (nuint)b.Index + 4));
        var weight = Vector256.Create(Vector128.Create(a.Weight), Vector128.Create(b.Weight));
        var moved = here + left + weight * (right - left);
        var at = Vector256.MaxNative(Vector256.MinNative(moved, furthest), Vector256<float>.Zero);
        whole = Vector256.ConvertToInt32Native(at);
        return Vector256.ConvertToInt32Native((at - Vector256.ConvertToSingle(whole)) * FixedPoint.MaxWeight);
    }
}

/// <summary>Reads the values of a block's pixels.</summary>
internal interface ITaps
{
    /// <summary>Reads one pixel for each of the block.</summary>
    /// <param name="offset">How many values behind the pixel's own place.</param>
    Vector256<short> At(int offset);
}

/// <summary>Pixels that lie side by side.</summary>
/// <param name="first">The first one's first value.</param>
internal readonly ref struct Neighbours(ref short first) : ITaps
{
    private readonly ref short _first = ref first;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<short> At(int offset) => Vector256.LoadUnsafe(ref Unsafe.Add(ref _first, offset));
}

/// <summary>Pixels anywhere in a painting.</summary>
/// <param name="source">The painting's first value.</param>
/// <param name="places">Where each of the pixels begins.</param>
internal readonly ref struct Scattered(ref short source, Vector128<int> places) : ITaps
{
    private readonly ref short _source = ref source;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<short> At(int offset) => Vector256.Create(Pixel(0, offset), Pixel(1, offset), Pixel(2, offset), Pixel(3, offset)).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private long Pixel(int index, int offset) =>
        Unsafe.ReadUnaligned<long>(ref Unsafe.As<short, byte>(ref Unsafe.Add(ref _source, places.GetElement(index) + offset)));
}
