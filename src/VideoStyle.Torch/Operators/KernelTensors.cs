using VideoStyle.Native;
using VideoStyle.Torch.Runtime;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Torch.Operators;

/// <summary>Tensors as the native kernels see them: channels-last batches of images in host memory.</summary>
internal static class KernelTensors
{
    static KernelTensors()
    {
        TorchRuntime.Load();
        var (parallel, maxThreads, numThreads, threadNum) = TorchRuntime.OpenMp;
        Kernels.SetOpenMp(parallel, maxThreads, numThreads, threadNum);
    }

    /// <summary>Whether kernels can read a tensor in place; a view into a larger tensor is fine.</summary>
    internal static bool Fits(Tensor tensor)
    {
        if (tensor.device_type != DeviceType.CPU || tensor.dtype is not (ScalarType.Float32 or ScalarType.BFloat16) || tensor.dim() != 4 || tensor.numel() == 0)
            return false;
        var (shape, stride) = (tensor.shape, tensor.stride());
        return (shape[1] == 1 || stride[1] == 1) && (shape[3] == 1 || stride[3] == shape[1]);
    }

    /// <summary>Describes a tensor that <see cref="Fits"/>, or is new; valid while the tensor lives.</summary>
    internal static ImageBatch View(Tensor tensor)
    {
        var (shape, stride) = (tensor.shape, tensor.stride());
        return new ImageBatch(TensorMemory.AddressOf(tensor), shape[0], shape[1], shape[2], shape[3], stride[0], stride[2], (KernelDtype)tensor.dtype);
    }

    /// <summary>Gets a vector of floats that a kernel reads or writes; valid while the tensor lives.</summary>
    /// <exception cref="ArgumentException">It is something else.</exception>
    internal static unsafe float* Floats(Tensor vector) =>
        vector.dtype == ScalarType.Float32 && vector.device_type == DeviceType.CPU && vector.is_contiguous()
            ? (float*)TensorMemory.AddressOf(vector)
            : throw new ArgumentException("Weights of a normalization are floats in host memory.", nameof(vector));
}
