using System.Runtime.InteropServices;

namespace VideoStyle.Native;

/// <summary>Channels-last pictures in memory that somebody else owns; mirrors <c>vs_pictures</c> of <c>videostyle.h</c>.</summary>
/// <param name="Data">The first element: that of channel 0 of the upper left pixel of the first picture.</param>
/// <param name="Count">How many pictures.</param>
/// <param name="Channels">Elements of a pixel, one behind another.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Pixels of a row, one behind another.</param>
/// <param name="Batch">Elements from a picture to the next one; not looked at where there is one.</param>
/// <param name="Row">Elements from a row to the next one; not looked at where there is one.</param>
/// <param name="Dtype">The element type.</param>
/// <remarks>
/// Element (n, y, x, k) is <c>Data[n·Batch + y·Row + x·Channels + k]</c>, which a view cut out of larger pictures satisfies.
/// The memory must hold still, and stay, during a call.
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct Pictures(
    nint Data,
    long Count,
    long Channels,
    long Height,
    long Width,
    long Batch,
    long Row,
    KernelDtype Dtype
)
{
    /// <summary>Describes pictures without gaps between their rows.</summary>
    /// <param name="data">The first element.</param>
    /// <param name="count">How many pictures.</param>
    /// <param name="channels">Elements of a pixel.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Pixels of a row.</param>
    /// <param name="dtype">The element type.</param>
    /// <returns>The pictures, <c>[count, height, width, channels]</c> in memory.</returns>
    public static Pictures Dense(nint data, long count, long channels, long height, long width, KernelDtype dtype) =>
        new(data, count, channels, height, width, height * width * channels, width * channels, dtype);
}
