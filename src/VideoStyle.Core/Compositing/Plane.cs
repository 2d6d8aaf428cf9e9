using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace VideoStyle.Core.Compositing;

/// <summary>One channel of a frame in floating point, row-major, shape <c>[Height, Width]</c>, from a pool.</summary>
/// <remarks>Rows have a margin on both sides, so that filters load whole vectors across the ends of a row.</remarks>
internal sealed class Plane : IDisposable
{
    /// <summary>The minimum margin on each side of a row: the size of the largest vector, and the radius of the widest filter.</summary>
    public const int Margin = 16;

    private float[]? _values;

    public Plane(int width, int height)
    {
        (Width, Height, Stride) = (width, height, StrideFor(width));
        _values = ArrayPool<float>.Shared.Rent(checked(Stride * height));
    }

    public int Width { get; }

    public int Height { get; }

    public int Stride { get; }

    private float[] Buffer => _values ?? throw new ObjectDisposedException(nameof(Plane));

    /// <summary>Gets the distance from one row to the next.</summary>
    public static int StrideFor(int width) => 2 * Margin + RoundUp(width);

    /// <summary>Rounds a number of values up to whole vectors.</summary>
    public static int RoundUp(int width) => (width + Margin - 1) / Margin * Margin;

    /// <summary>Gets a row with its margins; pixel 0 lies at <see cref="Margin"/>.</summary>
    public Span<float> Row(int y) => Buffer.AsSpan(y * Stride, Stride);

    /// <summary>Gets the first pixel of a row.</summary>
    public ref float Pixel(int y) => ref MemoryMarshal.GetReference(Buffer.AsSpan(y * Stride + Margin));

    /// <summary>Fills the margins of a row with its first and last pixel.</summary>
    public static void Continue(Span<float> row, int width)
    {
        row[..Margin].Fill(row[Margin]);
        row[(Margin + width)..].Fill(row[Margin + width - 1]);
    }

    /// <summary>Replaces weights by the weighted difference of two rows, in whole vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void WeightDifference(ref float values, ref float low, ref float weights, int count)
    {
        for (nuint x = 0; x < (nuint)count; x += 16)
        {
            var difference = Vector512.LoadUnsafe(ref values, x) - Vector512.LoadUnsafe(ref low, x);
            (Vector512.LoadUnsafe(ref weights, x) * difference).StoreUnsafe(ref weights, x);
        }
    }

    public void Dispose()
    {
        var values = Interlocked.Exchange(ref _values, null);
        if (values is not null)
            ArrayPool<float>.Shared.Return(values);
    }
}
