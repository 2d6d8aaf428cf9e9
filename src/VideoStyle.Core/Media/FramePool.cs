using System.Buffers;

namespace VideoStyle.Core.Media;

/// <summary>A pool of pixel buffers, so that a long video allocates no more than a short one.</summary>
public sealed class FramePool
{
    private readonly ArrayPool<byte> _buffers = ArrayPool<byte>.Create(maxArrayLength: int.MaxValue, maxArraysPerBucket: 32);
    private int _live;

    /// <summary>Gets the number of frames that were rented and not yet disposed.</summary>
    public int Live => Volatile.Read(ref _live);

    /// <summary>Rents a frame; its pixels are undefined.</summary>
    /// <param name="width">Width in pixels, at least 1.</param>
    /// <param name="height">Height in pixels, at least 1.</param>
    /// <param name="withAlpha">Whether the frame has an alpha plane beside its pixels.</param>
    /// <param name="with16Bits">Whether the frame has its pixels with 16 bits as well.</param>
    /// <returns>A frame that the caller owns.</returns>
    /// <exception cref="OverflowException">The frame would not fit in one array (over 214 million pixels with everything).</exception>
    public Frame Rent(int width, int height, bool withAlpha = false, bool with16Bits = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        var pixels = _buffers.Rent(Frame.Bytes(width, height, withAlpha, with16Bits));
        Interlocked.Increment(ref _live);
        return new Frame(this, pixels, width, height, withAlpha, with16Bits);
    }

    internal void Return(byte[] pixels)
    {
        Interlocked.Decrement(ref _live);
        _buffers.Return(pixels);
    }
}
