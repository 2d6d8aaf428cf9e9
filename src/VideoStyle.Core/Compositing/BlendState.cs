using System.Runtime.InteropServices;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Stylizers;

namespace VideoStyle.Core.Compositing;

/// <summary>The state of <see cref="TemporalBlend"/>, with which another process continues.</summary>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Values">The last blended frame, as <see cref="StylizedFrame.Values"/>.</param>
/// <param name="Gains">The last gains of <see cref="AdaptiveUnsharpMask"/>, one for each 64×64 pixels, row-major; null at the beginning of a shot.</param>
public sealed record BlendState(int Width, int Height, short[] Values, float[]? Gains)
{
    private const int MaxSide = 1 << 16;
    private const int MaxStyles = 1 << 16;

    private static ReadOnlySpan<byte> Magic => "VSBLEND4"u8;

    /// <summary>Gets the weights of the styles that the last frame was painted with, null where styles do not change.</summary>
    public StyleWeights? Painted { get; init; }

    /// <summary>Writes the state without loss, so that a resumed conversion gives the same frames.</summary>
    /// <param name="stream">Receives 32 bytes, two for each value, the gains and the weights.</param>
    public void Write(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var maps = Painted?.Maps;
        stream.Write(Magic);
        stream.Write(MemoryMarshal.AsBytes<int>([Width, Height, Gains?.Length ?? 0, maps?.Planes.Count ?? Painted?.Weights.Count ?? 0, maps?.Width ?? 0, maps?.Height ?? 0]));
        stream.Write(MemoryMarshal.AsBytes<short>(Values));
        stream.Write(MemoryMarshal.AsBytes<float>(Gains));
        foreach (var plane in maps?.Planes ?? [])
            stream.Write(MemoryMarshal.AsBytes<float>(plane));
        if (maps is null && Painted is not null)
            stream.Write(MemoryMarshal.AsBytes<double>([.. Painted.Weights]));
    }

    /// <summary>Reads what <see cref="Write"/> wrote on this machine.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="name">The name of the file in messages.</param>
    /// <exception cref="VideoStyleException">The stream holds something else, or is truncated (Input).</exception>
    public static BlendState Read(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Span<byte> head = stackalloc byte[32];
        if (stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length || !head.StartsWith(Magic))
            throw new VideoStyleException(ErrorKind.Input, $"{name}: is not the state of a conversion.");
        var sizes = MemoryMarshal.Cast<byte, int>(head[8..32]);
        var (width, height, gains, styles, mapWidth, mapHeight) = (sizes[0], sizes[1], sizes[2], sizes[3], sizes[4], sizes[5]);
        var length = (long)StylizedFrame.Channels * width * height;
        var (hasMaps, pixels) = (mapWidth > 0 && mapHeight > 0, (long)mapWidth * mapHeight);
        if (width is < 1 or > MaxSide || height is < 1 or > MaxSide || length > int.MaxValue || styles is < 0 or > MaxStyles
            || mapWidth is < 0 or > MaxSide || mapHeight is < 0 or > MaxSide || pixels > int.MaxValue
            || (gains != 0 && gains != TileMap.For(width, height).Values.Length)
            || stream.Length - head.Length != sizeof(short) * length + sizeof(float) * gains + styles * (hasMaps ? sizeof(float) * pixels : sizeof(double)))
            throw new VideoStyleException(ErrorKind.Input, $"{name}: is damaged.");
        var values = ReadValues<short>(stream, (int)length);
        var gain = gains == 0 ? null : ReadValues<float>(stream, gains);
        StyleWeights? painted = styles == 0 ? null
            : hasMaps ? new StyleWeights([], new StyleMaps(mapWidth, mapHeight, [.. Enumerable.Range(0, styles).Select(_ => ReadValues<float>(stream, (int)pixels))]))
            : new StyleWeights(ReadValues<double>(stream, styles));
        return new BlendState(width, height, values, gain) { Painted = painted };
    }

    private static T[] ReadValues<T>(Stream stream, int count)
        where T : unmanaged
    {
        var values = new T[count];
        stream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }
}
