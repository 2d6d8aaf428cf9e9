using System.Buffers;
using VideoStyle.Core.Media;

namespace VideoStyle.Core.Styling;

/// <summary>A painted picture before it is rounded: RGB, row-major, shape <c>[Height, Width, 3]</c>, nominally 0–1.</summary>
/// <remarks>
/// Kept in floating point because each painting is blended from the one before it: rounding to bytes at every step
/// would let errors gather. Four spare values follow the last pixel so that a pixel can be read as one vector of four.
/// </remarks>
public sealed class Painting : IDisposable
{
    private float[]? _values;

    /// <summary>Rents a painting; its values are undefined.</summary>
    /// <param name="width">Width in pixels, at least 1.</param>
    /// <param name="height">Height in pixels, at least 1.</param>
    public Painting(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        (Width, Height) = (width, height);
        _values = ArrayPool<float>.Shared.Rent(checked(3 * width * height + 4));
    }

    /// <summary>Gets the width in pixels.</summary>
    public int Width { get; }

    /// <summary>Gets the height in pixels.</summary>
    public int Height { get; }

    /// <summary>Gets the values, <c>3 · Width · Height</c> of them and four spare ones.</summary>
    /// <exception cref="ObjectDisposedException">The painting was disposed.</exception>
    public float[] Buffer => _values ?? throw new ObjectDisposedException(nameof(Painting));

    /// <summary>Gets the values, <c>3 · Width · Height</c> of them.</summary>
    /// <exception cref="ObjectDisposedException">The painting was disposed.</exception>
    public Span<float> Values => Buffer.AsSpan(0, 3 * Width * Height);

    /// <summary>Rounds the painting to bytes.</summary>
    /// <param name="frame">Receives the pixels; of the same size.</param>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public void RoundTo(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        if (frame.Width != Width || frame.Height != Height)
            throw new ArgumentException($"The frame is {frame.Width}x{frame.Height}, the painting {Width}x{Height}.", nameof(frame));
        var values = Values;
        var pixels = frame.Pixels;
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = ToByte(values[i]);
    }

    /// <summary>Rounds one value in 0–1 to 0–255; what lies outside is cut off, and what is not a number becomes 0.</summary>
    internal static byte ToByte(float value) => (byte)(int)Math.Clamp(value * 255 + 0.5f, 0, 255);

    /// <inheritdoc />
    public void Dispose()
    {
        var values = Interlocked.Exchange(ref _values, null);
        if (values is not null)
            ArrayPool<float>.Shared.Return(values);
    }
}
