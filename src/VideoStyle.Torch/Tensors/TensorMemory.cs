using System.Runtime.InteropServices;

namespace VideoStyle.Torch.Tensors;

/// <summary>Addresses of tensors, and the channels-last layout, which TorchSharp does not expose.</summary>
internal static partial class TensorMemory
{
    private const string LibTorchSharp = "LibTorchSharp";

    /// <summary>Gets the address of a tensor's first element; valid while the tensor lives.</summary>
    internal static nint AddressOf(Tensor tensor)
    {
        var address = Data(tensor.Handle);
        GC.KeepAlive(tensor);
        return address;
    }

    /// <summary>The same values in channels-last layout; the same memory where they already are.</summary>
    /// <param name="images"><c>[N, C, H, W]</c>.</param>
    internal static Tensor ToChannelsLast(this Tensor images)
    {
        using var pixels = images.permute(0, 2, 3, 1);
        using var dense = pixels.contiguous();
        return dense.permute(0, 3, 1, 2);
    }

    /// <summary>Uninitialized images in channels-last layout.</summary>
    internal static Tensor EmptyChannelsLast(long count, long channels, long height, long width, ScalarType dtype) =>
        empty_strided([count, channels, height, width], [channels * height * width, 1, width * channels, channels], dtype);

    [LibraryImport(LibTorchSharp, EntryPoint = "THSTensor_data")]
    private static partial nint Data(nint tensor);
}
