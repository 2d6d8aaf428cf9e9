using System.Runtime.InteropServices;

namespace VideoStyle.Native.Interop;

/// <summary>The torch part of <c>videostyle.h</c>.</summary>
internal static unsafe partial class NativeMethods
{
    /// <summary>Loaded with the first call into it, which is when the first tensor is made.</summary>
    private const string TorchLibrary = "videostyle_torch";

    [LibraryImport(TorchLibrary, EntryPoint = "vs_torch_setup")]
    internal static partial Status TorchSetup();

    [LibraryImport(TorchLibrary, EntryPoint = "vs_torch_set_threads")]
    internal static partial Status TorchSetThreads(int threads);

    [LibraryImport(TorchLibrary, EntryPoint = "vs_torch_seed")]
    internal static partial Status TorchSeed(long seed);

    [LibraryImport(TorchLibrary, EntryPoint = "vs_torch_config")]
    internal static partial int TorchConfig(byte* buffer, int capacity);

    [LibraryImport(TorchLibrary, EntryPoint = "vs_torch_has_bf16")]
    internal static partial int TorchHasBf16();

    [LibraryImport(TorchLibrary, EntryPoint = "vs_torch_cuda_count")]
    internal static partial int TorchCudaCount();

    [LibraryImport(TorchLibrary, EntryPoint = "vs_torch_cuda_info")]
    internal static partial Status TorchCudaInfo(int index, byte* name, int capacity, out long memory);

    [LibraryImport(TorchLibrary, EntryPoint = "vs_torch_grad_mode")]
    internal static partial Status TorchGradMode(int enabled, out int previous);

    [LibraryImport(TorchLibrary, EntryPoint = "vs_torch_inference_enter")]
    internal static partial Status TorchInferenceEnter();

    [LibraryImport(TorchLibrary, EntryPoint = "vs_torch_inference_leave")]
    internal static partial Status TorchInferenceLeave();

    [LibraryImport(TorchLibrary, EntryPoint = "vs_operator_find", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial Status OperatorFind(string name, string overload, out nint found);

    [LibraryImport(TorchLibrary, EntryPoint = "vs_operator_call")]
    internal static partial Status OperatorCall(
        nint found,
        NativeValue* arguments,
        int count,
        NativeValue* results,
        int capacity,
        int* resultCount
    );

    [LibraryImport(TorchLibrary, EntryPoint = "vs_tensor_wrap")]
    internal static partial Status TensorWrap(void* data, long* sizes, int rank, int dtype, out nint tensor);

    [LibraryImport(TorchLibrary, EntryPoint = "vs_tensor_free")]
    internal static partial void TensorFree(nint tensor);

    [LibraryImport(TorchLibrary, EntryPoint = "vs_tensor_read")]
    internal static partial Status TensorRead(TensorHandle tensor, int dtype, void* buffer, long bytes);

    [LibraryImport(TorchLibrary, EntryPoint = "vs_tensor_info")]
    internal static partial Status TensorInfo(
        TensorHandle tensor,
        long* sizes,
        long* strides,
        int capacity,
        out int rank,
        out int dtype,
        out int deviceType
    );

    [LibraryImport(TorchLibrary, EntryPoint = "vs_tensor_set_requires_grad")]
    internal static partial Status TensorSetRequiresGrad(TensorHandle tensor, int required);

    [LibraryImport(TorchLibrary, EntryPoint = "vs_tensor_backward")]
    internal static partial Status TensorBackward(TensorHandle scalar);

    [LibraryImport(TorchLibrary, EntryPoint = "vs_tensor_grad")]
    internal static partial Status TensorGrad(TensorHandle tensor, out nint gradient);

    [LibraryImport(TorchLibrary, EntryPoint = "vs_tensor_clear_grad")]
    internal static partial Status TensorClearGrad(TensorHandle tensor);
}
