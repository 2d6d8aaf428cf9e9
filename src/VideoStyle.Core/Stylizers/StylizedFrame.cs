using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using VideoStyle.Core.Compositing;
using VideoStyle.Core.Media;

namespace VideoStyle.Core.Stylizers;

/// <summary>A stylized frame before it is rounded: red, green, blue and luma of each pixel, row-major, shape <c>[Height, Width, 4]</c>.</summary>
/// <remarks>
/// Fixed point: <see cref="White"/> is 1, so one byte step is 64 units. The rounding errors of recursive blending stay invisible, at
/// half the memory traffic of floats. The luma (BT.601) is stored because warping and blending are linear: it is never
/// computed again. One spare row follows the last pixel, so that the right and lower neighbors of any pixel can be read
/// without bounds checks.
/// </remarks>
public sealed class StylizedFrame : IRowSource, IDisposable
{
    /// <summary>The value of full intensity.</summary>
    public const short White = 1 << 14;

    /// <summary>Values of one pixel.</summary>
    public const int Channels = 4;

    private short[]? _values;

    /// <summary>Rents a frame; its values are undefined.</summary>
    /// <param name="width">Width in pixels, at least 1.</param>
    /// <param name="height">Height in pixels, at least 1.</param>
    public StylizedFrame(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        (Width, Height) = (width, height);
        _values = ArrayPool<short>.Shared.Rent(checked(Channels * (width * (height + 1) + 4)));
    }

    /// <summary>Gets the width in pixels.</summary>
    public int Width { get; }

    /// <summary>Gets the height in pixels.</summary>
    public int Height { get; }

    /// <summary>Gets or sets what the stylizer measured of the whole frame, to stylize regions of other frames; null where it measured nothing.</summary>
    public StylizerState? State { get; set; }

    /// <summary>Gets the values, <c>4 · Width · Height</c> of them.</summary>
    /// <exception cref="ObjectDisposedException">The frame was disposed.</exception>
    public Span<short> Values => Buffer.AsSpan(0, Channels * Width * Height);

    /// <summary>Gets the values with the spare row behind them.</summary>
    internal short[] Buffer => _values ?? throw new ObjectDisposedException(nameof(StylizedFrame));

    /// <summary>Creates a frame from floating-point colors.</summary>
    /// <param name="width">Width in pixels, at least 1.</param>
    /// <param name="height">Height in pixels, at least 1.</param>
    /// <param name="rgb">Colors, nominally 0–1 and clamped to −0.5 to 1.5, shape <c>[height, width, 3]</c>; NaN becomes 0.</param>
    /// <exception cref="ArgumentException">The number of colors does not match the size.</exception>
    public static StylizedFrame FromRgb(int width, int height, ReadOnlySpan<float> rgb)
    {
        if (rgb.Length != 3L * width * height)
            throw new ArgumentException($"Expected {3L * width * height} values, got {rgb.Length}.", nameof(rgb));
        StylizedFrame frame = new(width, height);
        var values = frame.Values;
        for (var (i, j) = (0, 0); j < rgb.Length; i += Channels, j += 3)
        {
            (values[i], values[i + 1], values[i + 2]) = (ToFixed(rgb[j]), ToFixed(rgb[j + 1]), ToFixed(rgb[j + 2]));
            values[i + 3] = LumaOf(values[i], values[i + 1], values[i + 2]);
        }

        return frame;
    }

    /// <summary>Copies the colors as floating point, 0–1.</summary>
    /// <returns>Shape <c>[Height, Width, 3]</c>.</returns>
    public float[] ToRgb()
    {
        var values = Values;
        var rgb = new float[3 * Width * Height];
        for (var (i, j) = (0, 0); j < rgb.Length; i += Channels, j += 3)
            for (var c = 0; c < 3; c++)
                rgb[j + c] = (float)values[i + c] / White;
        return rgb;
    }

    /// <summary>Rounds the frame to bytes, and to 16 bits where the frame has them; values outside 0–1 are clamped.</summary>
    /// <param name="frame">Receives the pixels; of the same size.</param>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public void RoundTo(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        if (frame.Width != Width || frame.Height != Height)
            throw new ArgumentException($"The frame is {frame.Width}x{frame.Height}, the stylized frame {Width}x{Height}.", nameof(frame));
        Rows.For(Height, (first, last) =>
        {
            for (var y = first; y < last; y++)
                RoundRow(y, added: default, frame);
        });
    }

    /// <summary>Copies a region.</summary>
    /// <param name="region">The region, inside the frame.</param>
    /// <returns>A frame of the region's size, which the caller owns.</returns>
    public StylizedFrame Cut(Region region)
    {
        if (region.Left < 0 || region.Top < 0 || region.Right > Width || region.Bottom > Height)
            throw new ArgumentException($"{region} lies not inside of {Width}x{Height}.", nameof(region));
        StylizedFrame part = new(region.Width, region.Height);
        for (var y = 0; y < region.Height; y++)
            Row(region.Top + y).Slice(Channels * region.Left, Channels * region.Width).CopyTo(part.Row(y));
        return part;
    }

    IRowReader IRowSource.Open() => new Reader(this);

    /// <inheritdoc />
    public void Dispose()
    {
        var values = Interlocked.Exchange(ref _values, null);
        if (values is not null)
            ArrayPool<short>.Shared.Return(values);
    }

    /// <summary>The values of a row.</summary>
    internal Span<short> Row(int y) => Buffer.AsSpan(Channels * y * Width, Channels * Width);

    /// <summary>Sets a pixel's color, clamped to −0.5 to 1.5 of <see cref="White"/>, and its luma.</summary>
    internal static void SetPixel(Span<short> row, int at, float r, float g, float b)
    {
        (row[at], row[at + 1], row[at + 2]) = (Clamp(r), Clamp(g), Clamp(b));
        row[at + 3] = LumaOf(row[at], row[at + 1], row[at + 2]);

        static short Clamp(float value) => (short)MathF.Round(Math.Clamp(value, Min, Max));
    }

    /// <summary>Adds a value to all channels of each pixel of a row and rounds the row to bytes, and to 16 bits where the frame has them.</summary>
    /// <param name="y">The row.</param>
    /// <param name="added">One value for each pixel, or empty.</param>
    /// <param name="frame">Receives the row.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void RoundRow(int y, ReadOnlySpan<short> added, Frame frame)
    {
        var values = Row(y);
        var bytes = frame.Pixels.Slice(3 * y * Width, 3 * Width);
        ref var source = ref MemoryMarshal.GetReference(values);
        ref var target = ref MemoryMarshal.GetReference(bytes);
        ref var extra = ref MemoryMarshal.GetReference(added);
        var x = 0;
        // Four pixels at a time; 16 bytes are stored of which the last four are overwritten by the next, so stop before the row's end.
        for (; x + 6 <= Width; x += 4)
        {
            var a = Vector128.LoadUnsafe(ref source, (nuint)(Channels * x));
            var b = Vector128.LoadUnsafe(ref source, (nuint)(Channels * x + 8));
            if (!added.IsEmpty)
            {
                var four = FixedPoint.LoadFour(ref extra, (nuint)x);
                a = Vector128.AddSaturate(a, Vector128.ShuffleNative(four.AsByte(), SpreadLow).AsInt16());
                b = Vector128.AddSaturate(b, Vector128.ShuffleNative(four.AsByte(), SpreadHigh).AsInt16());
            }

            var rounded = Vector128.NarrowWithSaturation(
                Vector128.MaxNative(ToByteScale(a), Vector128<short>.Zero).AsUInt16(),
                Vector128.MaxNative(ToByteScale(b), Vector128<short>.Zero).AsUInt16());
            Vector128.ShuffleNative(rounded, DropLuma).StoreUnsafe(ref target, (nuint)(3 * x));
        }

        for (; x < Width; x++)
            for (var c = 0; c < 3; c++)
                bytes[3 * x + c] = ToByte(values[Channels * x + c] + (added.IsEmpty ? 0 : added[x]));
        if (frame.Has16Bits)
            Widen(values, added, frame.Pixels16.Slice(3 * y * Width, 3 * Width));
    }

    private static void Widen(ReadOnlySpan<short> values, ReadOnlySpan<short> added, Span<ushort> pixels)
    {
        for (var (x, i, j) = (0, 0, 0); j < pixels.Length; x++, i += Channels, j += 3)
        {
            var extra = added.IsEmpty ? 0 : added[x];
            for (var c = 0; c < 3; c++)
                pixels[j + c] = (ushort)((Math.Clamp(values[i + c] + extra, 0, White) * (long)ushort.MaxValue + White / 2) / White);
        }
    }

    /// <summary>The luma (BT.601) of a pixel.</summary>
    internal static short LumaOf(int r, int g, int b) => (short)((9798 * r + 19235 * g + 3735 * b + (1 << 14)) >> 15);

    // The difference of two values always fits into 16 bits.
    private const short Min = -White / 2;
    private const short Max = White + White / 2 - 1;

    /// <summary>Clamps values to −0.5 to 1.5 of <see cref="White"/>.</summary>
    internal static Vector256<short> Clamped(Vector256<short> values) =>
        Vector256.MinNative(Vector256.MaxNative(values, Vector256.Create(Min)), Vector256.Create(Max));

    // White · 510 / 2^15 = 255.
    private static Vector128<short> ToByteScale(Vector128<short> values) => FixedPoint.MultiplyRound(values, Vector128.Create((short)510));

    private static byte ToByte(int value) => (byte)Math.Clamp((value * 510 + (1 << 14)) >> 15, 0, 255);

    private static short ToFixed(float value) => float.IsNaN(value) ? (short)0 : (short)MathF.Round(Math.Clamp(White * value, Min, Max));

    private static Vector128<byte> SpreadLow => Vector128.Create((byte)0, 1, 0, 1, 0, 1, 0, 1, 2, 3, 2, 3, 2, 3, 2, 3);

    private static Vector128<byte> SpreadHigh => Vector128.Create((byte)4, 5, 4, 5, 4, 5, 4, 5, 6, 7, 6, 7, 6, 7, 6, 7);

    private static Vector128<byte> DropLuma => Vector128.Create((byte)0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 15, 15, 15, 15);

    private sealed class Reader(StylizedFrame frame) : IRowReader
    {
        public ReadOnlySpan<short> Read(int y) => frame.Row(y);

        public void Dispose()
        {
            // Nothing was rented.
        }
    }
}
