using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using VideoStyle.Core.Media;

namespace VideoStyle.Core.Compositing;

/// <summary>Blurs a frame band by band. Rows are read when they are needed and used at once.</summary>
/// <remarks>Padding replicates the edge. There is no intermediate image: a band fits into the cache of a core.</remarks>
internal sealed class GaussianBlur
{
    private readonly float[] _weights;

    /// <summary>Prepares a blur with a radius of three σ.</summary>
    /// <param name="sigma">σ in pixels, at most 5.</param>
    public GaussianBlur(double sigma) => _weights = GaussianKernel.Half((int)Math.Ceiling(3 * sigma), sigma);

    /// <summary>Writes row <c>y</c>, beginning at <see cref="Plane.Margin"/>. The margins are filled afterwards.</summary>
    public delegate void Reader(int y, Span<float> row);

    /// <summary>Receives blurred row <c>y</c>, beginning at pixel 0, <see cref="Plane.RoundUp"/> values; may change it.</summary>
    public delegate void Writer(int y, Span<float> blurred);

    /// <summary>Blurs the rows of a band.</summary>
    /// <param name="width">Width of the frame.</param>
    /// <param name="height">Height of the frame.</param>
    /// <param name="first">The band's first row.</param>
    /// <param name="last">The row after its last.</param>
    /// <param name="read">Called once for each row of the band and of its neighborhood inside the frame.</param>
    /// <param name="write">Called once for each row of the band, in order.</param>
    public void Run(int width, int height, int first, int last, Reader read, Writer write)
    {
        var (radius, stride) = (_weights.Length - 1, Plane.StrideFor(width));
        var (top, bottom) = (Math.Max(first - radius, 0), Math.Min(last + radius, height));
        var across = ArrayPool<float>.Shared.Rent((bottom - top + 2) * stride);
        var line = across.AsSpan((bottom - top) * stride, stride);
        var result = across.AsSpan((bottom - top + 1) * stride, stride);
        for (var y = top; y < bottom; y++)
        {
            read(y, line);
            Plane.Continue(line, width);
            Across(ref MemoryMarshal.GetReference(line[Plane.Margin..]), ref across[(y - top) * stride], stride - 2 * Plane.Margin);
        }

        for (var y = first; y < last; y++)
        {
            Down(across, stride, y - top, bottom - top, stride - 2 * Plane.Margin, result);
            write(y, result[..(stride - 2 * Plane.Margin)]);
        }

        ArrayPool<float>.Shared.Return(across);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Across(ref float line, ref float target, int count)
    {
        for (var x = 0; x < count; x += Vector512<float>.Count)
            GaussianKernel.SumAlong(_weights, ref Unsafe.Add(ref line, x)).StoreUnsafe(ref target, (nuint)x);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Down(float[] across, int stride, int row, int rows, int count, Span<float> result)
    {
        ref var start = ref MemoryMarshal.GetArrayDataReference(across);
        ref var target = ref MemoryMarshal.GetReference(result);
        for (var x = 0; x < count; x += Vector512<float>.Count)
        {
            var sum = _weights[0] * Vector512.LoadUnsafe(ref start, (nuint)(row * stride + x));
            for (var k = 1; k < _weights.Length; k++)
            {
                var pair = Vector512.LoadUnsafe(ref start, (nuint)(Math.Max(row - k, 0) * stride + x))
                    + Vector512.LoadUnsafe(ref start, (nuint)(Math.Min(row + k, rows - 1) * stride + x));
                sum = Vector512.FusedMultiplyAdd(pair, Vector512.Create(_weights[k]), sum);
            }

            sum.StoreUnsafe(ref target, (nuint)x);
        }
    }
}
