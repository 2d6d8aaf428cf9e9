using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace VideoStyle.Metrics.Frames;

/// <summary>Reads 16 RGB pixels at once: one lane of 32 bits each, red lowest.</summary>
internal static class RgbPixels
{
    /// <summary>Bytes that are read in vain behind the sixteenth pixel.</summary>
    public const int ReadBehind = 4;

    private static readonly Vector128<byte> Spread = Vector128.Create((byte)0, 1, 2, 255, 3, 4, 5, 255, 6, 7, 8, 255, 9, 10, 11, 255);

    /// <summary>Reads neighbors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Load(ref byte first)
    {
        var low = Vector256.Create(Load(ref first, 0), Load(ref first, 12));
        var high = Vector256.Create(Load(ref first, 24), Load(ref first, 36));
        return Vector512.Create(low, high).AsUInt32();
    }

    /// <summary>Gets one channel, 0–255.</summary>
    /// <param name="pixels">The pixels.</param>
    /// <param name="shift">0 for red, 8 for green, 16 for blue.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Channel(Vector512<uint> pixels, int shift) => ((pixels >>> shift) & Vector512.Create(255u)).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Load(ref byte first, int offset) => Vector128.Shuffle(Vector128.LoadUnsafe(ref first, (nuint)offset), Spread);
}
