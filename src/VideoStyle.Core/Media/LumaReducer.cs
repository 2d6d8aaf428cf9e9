using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using VideoStyle.Core.Flow;

namespace VideoStyle.Core.Media;

/// <summary>Makes the reduced grayscale images that motion is estimated on.</summary>
public static class LumaReducer
{
    /// <summary>Chooses the integer factor that brings a frame's longer side closest to a length.</summary>
    /// <param name="width">Width of the frame in pixels.</param>
    /// <param name="height">Height of the frame in pixels.</param>
    /// <param name="longSide">The desired length of the longer side in pixels.</param>
    /// <returns>1 or more; no side of 16 pixels or more is reduced below 16.</returns>
    public static int FactorFor(int width, int height, int longSide)
    {
        var factor = Math.Max(1, (int)Math.Round((double)Math.Max(width, height) / longSide));
        return Math.Clamp(Math.Min(factor, Math.Min(width, height) / 16), 1, 256);
    }

    /// <summary>Averages blocks of pixels and takes their luma (BT.601: 0.299 R + 0.587 G + 0.114 B).</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="factor">Side of a block, 1 to 256; blocks at the right and lower edge may be cut.</param>
    /// <returns>An image of <c>⌈width / factor⌉ × ⌈height / factor⌉</c>; may be returned by <see cref="LumaImage.Release"/>.</returns>
    public static LumaImage Reduce(Frame frame, int factor)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentOutOfRangeException.ThrowIfLessThan(factor, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(factor, 256);
        var (width, height) = ((frame.Width + factor - 1) / factor, (frame.Height + factor - 1) / factor);
        var pixels = ExactArrays<byte>.Rent(width * height);
        var sums = ArrayPool<ushort>.Shared.Rent(3 * frame.Width);
        for (var y = 0; y < height; y++)
        {
            var rows = Math.Min(factor, frame.Height - y * factor);
            SumRows(frame, y * factor, rows, sums.AsSpan(0, 3 * frame.Width));
            AverageBlocks(sums.AsSpan(0, 3 * frame.Width), factor, rows, pixels.AsSpan(y * width, width));
        }

        ArrayPool<ushort>.Shared.Return(sums);
        return new LumaImage(width, height, pixels);
    }

    // Sums of each byte of a row over the rows of one block line; 256 bytes fit 16 bits.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumRows(Frame frame, int firstRow, int rows, Span<ushort> sums)
    {
        sums.Clear();
        ref var target = ref MemoryMarshal.GetReference(sums);
        for (var y = firstRow; y < firstRow + rows; y++)
        {
            ref var row = ref MemoryMarshal.GetReference(frame.Pixels.Slice(3 * y * frame.Width, 3 * frame.Width));
            var x = 0;
            for (; x + 32 <= sums.Length; x += 32)
                (Vector512.LoadUnsafe(ref target, (nuint)x) + Vector512.WidenLower(Vector256.LoadUnsafe(ref row, (nuint)x).ToVector512Unsafe()))
                    .StoreUnsafe(ref target, (nuint)x);
            for (; x < sums.Length; x++)
                sums[x] += Unsafe.Add(ref row, x);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AverageBlocks(ReadOnlySpan<ushort> sums, int factor, int rows, Span<byte> line)
    {
        for (var x = 0; x < line.Length; x++)
        {
            var block = sums[(3 * x * factor)..Math.Min(3 * (x + 1) * factor, sums.Length)];
            var (r, g, b) = (0, 0, 0);
            for (var i = 0; i + 2 < block.Length; i += 3)
                (r, g, b) = (r + block[i], g + block[i + 1], b + block[i + 2]);
            // Equal to the division of whole numbers, which is slow: half a unit more keeps the product from falling below a whole one.
            var scale = 256L * (block.Length / 3) * rows;
            line[x] = (byte)((77L * r + 150L * g + 29L * b + scale / 2 + 0.5) * (1.0 / scale));
        }
    }
}
