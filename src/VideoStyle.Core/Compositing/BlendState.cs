using System.Runtime.InteropServices;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Stylizers;

namespace VideoStyle.Core.Compositing;

/// <summary>The state of <see cref="TemporalBlend"/>, with which another process continues.</summary>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Values">The last blended frame, as <see cref="StylizedFrame.Values"/>.</param>
/// <param name="Gain">The last gain of <see cref="AdaptiveUnsharpMask"/>, or null at the beginning of a shot.</param>
public sealed record BlendState(int Width, int Height, short[] Values, float? Gain)
{
    private const int MaxSide = 1 << 16;

    private static ReadOnlySpan<byte> Magic => "VSBLEND2"u8;

    /// <summary>Writes the state without loss, so that a resumed conversion gives the same frames.</summary>
    /// <param name="stream">Receives 24 bytes and two for each value.</param>
    public void Write(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        stream.Write(Magic);
        stream.Write(MemoryMarshal.AsBytes<int>([Width, Height, Gain is null ? 0 : 1]));
        stream.Write(MemoryMarshal.AsBytes<float>([Gain ?? 0]));
        stream.Write(MemoryMarshal.AsBytes<short>(Values));
    }

    /// <summary>Reads what <see cref="Write"/> wrote on this machine.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="name">The name of the file in messages.</param>
    /// <exception cref="VideoStyleException">The stream holds something else, or is truncated (Input).</exception>
    public static BlendState Read(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Span<byte> head = stackalloc byte[24];
        if (stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length || !head.StartsWith(Magic))
            throw new VideoStyleException(ErrorKind.Input, $"{name}: is not the state of a conversion.");
        var sizes = MemoryMarshal.Cast<byte, int>(head[8..20]);
        var (width, height) = (sizes[0], sizes[1]);
        var length = (long)StylizedFrame.Channels * width * height;
        if (width is < 1 or > MaxSide || height is < 1 or > MaxSide || stream.Length - head.Length != sizeof(short) * length || length > int.MaxValue)
            throw new VideoStyleException(ErrorKind.Input, $"{name}: is damaged.");
        var values = new short[length];
        stream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return new BlendState(width, height, values, sizes[2] == 0 ? null : MemoryMarshal.Read<float>(head[20..]));
    }
}
