using System.Runtime.InteropServices;

namespace VideoStyle.Core.Media;

/// <summary>One decoded or finished frame: RGB24, row-major, tightly packed, shape <c>[Height, Width, 3]</c>, 0–255.</summary>
/// <remarks>
/// Whoever reads a frame from a channel disposes it, and so does whoever fails to write it. Disposing returns the
/// pixels to the <see cref="FramePool"/> they came from; using them afterwards is an error.
/// </remarks>
public sealed class Frame : IDisposable
{
    private readonly FramePool _pool;
    private byte[]? _pixels;

    internal Frame(FramePool pool, byte[] pixels, int width, int height, bool hasAlpha, bool has16Bits) =>
        (_pool, _pixels, Width, Height, HasAlpha, Has16Bits) = (pool, pixels, width, height, hasAlpha, has16Bits);

    /// <summary>Gets the width in pixels.</summary>
    public int Width { get; }

    /// <summary>Gets the height in pixels.</summary>
    public int Height { get; }

    /// <summary>Gets whether the frame has an alpha plane.</summary>
    public bool HasAlpha { get; }

    /// <summary>Gets whether the frame has its pixels with 16 bits as well.</summary>
    public bool Has16Bits { get; }

    /// <summary>Gets or sets the index of the frame in presentation order, from 0.</summary>
    public long Index { get; set; }

    /// <summary>Gets or sets the presentation time, in ticks of the source's time base.</summary>
    public long Pts { get; set; }

    /// <summary>Gets or sets how long the frame is shown, in ticks of the source's time base; 0 where unknown.</summary>
    public long Duration { get; set; }

    /// <summary>Gets or sets when the frame is shown, counted from the first frame of the clip; set by the pipeline.</summary>
    public TimeSpan Time { get; set; }

    /// <summary>Gets or sets the weight of each style in the frame; set by <see cref="Stylizers.IFrameObserver.Observe"/>, otherwise null.</summary>
    public Stylizers.StyleWeights? StyleWeights { get; set; }

    /// <summary>Gets or sets the checkpoint when this frame begins a segment of a conversion, otherwise null.</summary>
    public Pipeline.Checkpoint? Checkpoint { get; set; }

    /// <summary>Gets the pixels, <c>3 · Width · Height</c> bytes.</summary>
    /// <exception cref="ObjectDisposedException">The frame was disposed.</exception>
    public Span<byte> Pixels => Memory.Span;

    /// <summary>Gets the pixels as memory that can be handed to another thread.</summary>
    /// <exception cref="ObjectDisposedException">The frame was disposed.</exception>
    public Memory<byte> Memory =>
        (_pixels ?? throw new ObjectDisposedException(nameof(Frame))).AsMemory(0, 3 * Width * Height);

    /// <summary>Gets the opacity, <c>Width · Height</c> bytes, row-major, 255 opaque; empty without <see cref="HasAlpha"/>.</summary>
    /// <remarks>Stylization ignores it: it passes from the source to the sink unchanged.</remarks>
    /// <exception cref="ObjectDisposedException">The frame was disposed.</exception>
    public Span<byte> Alpha =>
        (_pixels ?? throw new ObjectDisposedException(nameof(Frame))).AsSpan(3 * Width * Height, HasAlpha ? Width * Height : 0);

    /// <summary>Gets the same pixels with 16 bits a sample, <c>3 · Width · Height</c> values, 65535 white; empty without <see cref="Has16Bits"/>.</summary>
    /// <remarks>Networks read <see cref="Pixels"/>. A sink takes these where its format holds more than 8 bits.</remarks>
    /// <exception cref="ObjectDisposedException">The frame was disposed.</exception>
    public Span<ushort> Pixels16 =>
        MemoryMarshal.Cast<byte, ushort>(
            (_pixels ?? throw new ObjectDisposedException(nameof(Frame))).AsSpan(Offset16(Width, Height, HasAlpha), Has16Bits ? 6 * Width * Height : 0));

    /// <summary>Copies index, times and style weights from another frame, and its alpha where both have one of the same size, not its pixels.</summary>
    /// <param name="other">The input frame that this one is the result of.</param>
    public void CopyTimingFrom(Frame other)
    {
        ArgumentNullException.ThrowIfNull(other);
        (Index, Pts, Duration, Time, StyleWeights) = (other.Index, other.Pts, other.Duration, other.Time, other.StyleWeights);
        if (HasAlpha && other.HasAlpha && (Width, Height) == (other.Width, other.Height))
            other.Alpha.CopyTo(Alpha);
    }

    /// <summary>The bytes of a frame: its pixels, then its alpha, then its pixels with 16 bits.</summary>
    internal static int Bytes(int width, int height, bool hasAlpha, bool has16Bits) =>
        checked(Offset16(width, height, hasAlpha) + (has16Bits ? 6 * width * height : 0));

    private static int Offset16(int width, int height, bool hasAlpha) => checked(((hasAlpha ? 4 : 3) * width * height + 1) & ~1);

    /// <inheritdoc />
    public void Dispose()
    {
        var pixels = Interlocked.Exchange(ref _pixels, null);
        if (pixels is not null)
            _pool.Return(pixels);
    }
}
