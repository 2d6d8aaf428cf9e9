using System.Runtime.InteropServices;

namespace VideoStyle.Native;

/// <summary>A view of channels-last images in memory that it does not own; mirrors <c>vs_image_batch</c> of <c>videostyle.h</c>.</summary>
/// <param name="Data">The first element: that of channel 0 of the upper left pixel of the first image.</param>
/// <param name="Count">The number of images.</param>
/// <param name="Channels">Elements of a pixel, contiguous.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Pixels of a row, contiguous.</param>
/// <param name="Batch">The stride between images in elements; ignored where there is one.</param>
/// <param name="Row">The stride between rows in elements; ignored where there is one.</param>
/// <param name="Dtype">The dtype.</param>
/// <remarks>
/// Element (n, y, x, k) is <c>Data[n·Batch + y·Row + x·Channels + k]</c>, which a view into larger images satisfies.
/// The memory must be pinned during a call.
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct ImageBatch(
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
    /// <summary>Describes contiguous images.</summary>
    /// <param name="data">The first element.</param>
    /// <param name="count">The number of images.</param>
    /// <param name="channels">Elements of a pixel.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Pixels of a row.</param>
    /// <param name="dtype">The dtype.</param>
    /// <returns>The view, <c>[count, height, width, channels]</c> in memory.</returns>
    public static ImageBatch Dense(nint data, long count, long channels, long height, long width, KernelDtype dtype) =>
        new(data, count, channels, height, width, height * width * channels, width * channels, dtype);
}
