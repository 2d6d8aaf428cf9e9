using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace VideoStyle.Core.Compositing;

/// <summary>One channel of a picture in floating point, row-major, shape <c>[Height, Width]</c>, from a pool.</summary>
/// <remarks>Rows have a margin on both sides, so that filters read across a row's ends in whole vectors.</remarks>
internal sealed class Plane : IDisposable
{
    /// <summary>Spare values on each side of a row, at least: as many as the largest vector holds and the widest filter reads.</summary>
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

    /// <summary>The distance from one row to the next.</summary>
    public static int StrideFor(int width) => 2 * Margin + RoundUp(width);

    /// <summary>The number of values that whole vectors cover.</summary>
    public static int RoundUp(int width) => (width + Margin - 1) / Margin * Margin;

    /// <summary>A row with its margins; pixel 0 lies at <see cref="Margin"/>.</summary>
    public Span<float> Row(int y) => Buffer.AsSpan(y * Stride, Stride);

    /// <summary>The first pixel of a row, with the margin before it.</summary>
    public ref float Pixel(int y) => ref MemoryMarshal.GetReference(Buffer.AsSpan(y * Stride + Margin));

    /// <summary>Continues a row by its first and last pixel into the margins.</summary>
    public static void Continue(Span<float> row, int width)
    {
        row[..Margin].Fill(row[Margin]);
        row[(Margin + width)..].Fill(row[Margin + width - 1]);
    }

    /// <summary>Puts the weighted difference of two rows in the place of the weights, whole vectors of them.</summary>
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
