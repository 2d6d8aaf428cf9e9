using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using VideoStyle.Core.Media;

namespace VideoStyle.OpticalFlow;

/// <summary>A plane of floats with a replicated margin, so that patches may lie partly outside of the image.</summary>
internal sealed class PaddedImage
{
    /// <summary>Width of the margin on every side in pixels.</summary>
    public const int Margin = 24;

    private readonly float[] _values;

    /// <summary>Creates a plane; its values are undefined.</summary>
    /// <param name="width">Width in pixels, at least 1.</param>
    /// <param name="height">Height in pixels, at least 1.</param>
    public PaddedImage(int width, int height)
    {
        (Width, Height) = (width, height);
        Stride = (width + 2 * Margin + 15) & ~15;
        // A vector that begins in the last row may end behind it.
        _values = GC.AllocateUninitializedArray<float>(checked(Stride * (height + 2 * Margin) + 16));
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Gets the distance between two rows in values.</summary>
    public int Stride { get; }

    /// <summary>Gets the value at a place; <paramref name="x"/> and <paramref name="y"/> may lie in the margin.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref float At(int x, int y) => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_values), (y + Margin) * Stride + x + Margin);

    /// <summary>Gets a row without its margins.</summary>
    public Span<float> Row(int y) => _values.AsSpan((y + Margin) * Stride + Margin, Width);

    /// <summary>Copies an image and fills the margin.</summary>
    /// <param name="image">An image of this size.</param>
    public void Load(LumaImage image)
    {
        for (var y = 0; y < Height; y++)
        {
            ref var pixel = ref image.Pixels[y * Width];
            ref var value = ref At(0, y);
            var x = 0;
            for (; x + 16 <= Width; x += 16)
            {
                var (low, high) = Vector128.Widen(Vector128.LoadUnsafe(ref pixel, (nuint)x));
                Widen(low).StoreUnsafe(ref value, (nuint)x);
                Widen(high).StoreUnsafe(ref value, (nuint)x + 8);
            }

            for (; x < Width; x++)
                Unsafe.Add(ref value, x) = Unsafe.Add(ref pixel, x);
        }

        FillMargin();
    }

    /// <summary>Averages blocks of 2×2 pixels of a larger image and fills the margin.</summary>
    /// <param name="larger">An image of twice this size, or one pixel less.</param>
    public void Halve(PaddedImage larger)
    {
        for (var y = 0; y < Height; y++)
        {
            ref var above = ref larger.At(0, 2 * y);
            ref var below = ref larger.At(0, 2 * y + 1);
            var row = Row(y);
            for (var x = 0; x < row.Length; x++)
                row[x] = 0.25f * (Unsafe.Add(ref above, 2 * x) + Unsafe.Add(ref above, 2 * x + 1) + Unsafe.Add(ref below, 2 * x) + Unsafe.Add(ref below, 2 * x + 1));
        }

        FillMargin();
    }

    /// <summary>Computes the derivatives of an image by central differences, also 8 pixels into the margin.</summary>
    /// <param name="image">An image of this size.</param>
    /// <param name="alongX">Receives the derivative along x.</param>
    /// <param name="alongY">Receives the derivative along y.</param>
    public static void Differentiate(PaddedImage image, PaddedImage alongX, PaddedImage alongY)
    {
        var stride = image.Stride;
        for (var y = -8; y < image.Height + 8; y++)
        {
            ref var value = ref image.At(-8, y);
            ref var dx = ref alongX.At(-8, y);
            ref var dy = ref alongY.At(-8, y);
            for (var x = 0; x < image.Width + 16; x += 8)
            {
                ref var centre = ref Unsafe.Add(ref value, x);
                (0.5f * (Vector256.LoadUnsafe(ref centre, 1) - Vector256.LoadUnsafe(ref Unsafe.Subtract(ref centre, 1)))).StoreUnsafe(ref dx, (nuint)x);
                (0.5f * (Vector256.LoadUnsafe(ref centre, (nuint)stride) - Vector256.LoadUnsafe(ref Unsafe.Subtract(ref centre, stride)))).StoreUnsafe(ref dy, (nuint)x);
            }
        }
    }

    /// <summary>Replicates the border pixels into the margin.</summary>
    public void FillMargin()
    {
        for (var y = 0; y < Height; y++)
        {
            var row = _values.AsSpan((y + Margin) * Stride, Stride);
            row[..Margin].Fill(row[Margin]);
            row[(Margin + Width)..].Fill(row[Margin + Width - 1]);
        }

        var first = _values.AsSpan(Margin * Stride, Stride);
        var last = _values.AsSpan((Margin + Height - 1) * Stride, Stride);
        for (var y = 0; y < Margin; y++)
        {
            first.CopyTo(_values.AsSpan(y * Stride));
            last.CopyTo(_values.AsSpan((Margin + Height + y) * Stride));
        }
    }

    private static Vector256<float> Widen(Vector128<ushort> values)
    {
        var (low, high) = Vector128.Widen(values);
        return Vector256.ConvertToSingle(Vector256.Create(low, high).AsInt32());
    }
}
