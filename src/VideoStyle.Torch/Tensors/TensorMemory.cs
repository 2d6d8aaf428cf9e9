using System.Runtime.InteropServices;

namespace VideoStyle.Torch.Tensors;

/// <summary>The memory of tensors, and the channels-last layout that TorchSharp has no word for.</summary>
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

    /// <summary>The same values with the channels of a pixel together; the same memory where they are already.</summary>
    /// <param name="pictures"><c>[N, C, H, W]</c>.</param>
    internal static Tensor ToChannelsLast(this Tensor pictures)
    {
        using var pixels = pictures.permute(0, 2, 3, 1);
        using var dense = pixels.contiguous();
        return dense.permute(0, 3, 1, 2);
    }

    /// <summary>New pictures with the channels of a pixel together, their values undefined.</summary>
    internal static Tensor EmptyChannelsLast(long count, long channels, long height, long width, ScalarType dtype) =>
        empty_strided([count, channels, height, width], [channels * height * width, 1, width * channels, channels], dtype);

    [LibraryImport(LibTorchSharp, EntryPoint = "THSTensor_data")]
    private static partial nint Data(nint tensor);
}
