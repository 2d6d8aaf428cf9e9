using System.Runtime.InteropServices;
using System.Text;

namespace VideoStyle.Torch.Runtime;

/// <summary>Properties of a GPU that TorchSharp does not expose, from the CUDA driver.</summary>
internal static unsafe partial class CudaDriver
{
    private const string Library = "libcuda.so.1";

    /// <summary>Gets the name and the memory of a GPU.</summary>
    /// <param name="index">Its index among the devices of CUDA_VISIBLE_DEVICES.</param>
    /// <returns>Name and bytes, or null where there is no driver or no such GPU.</returns>
    public static (string Name, long MemoryBytes)? Describe(int index)
    {
        try
        {
            var name = stackalloc byte[256];
            if (Initialize(0) != 0 || GetDevice(out var device, index) != 0 || GetName(name, 256, device) != 0 || GetMemory(out var bytes, device) != 0)
                return null;
            var length = new ReadOnlySpan<byte>(name, 256).IndexOf((byte)0);
            return (Encoding.UTF8.GetString(name, length < 0 ? 256 : length), (long)bytes);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            return null;
        }
    }

    [LibraryImport(Library, EntryPoint = "cuInit")]
    private static partial int Initialize(uint flags);

    [LibraryImport(Library, EntryPoint = "cuDeviceGet")]
    private static partial int GetDevice(out int device, int index);

    [LibraryImport(Library, EntryPoint = "cuDeviceGetName")]
    private static partial int GetName(byte* name, int capacity, int device);

    [LibraryImport(Library, EntryPoint = "cuDeviceTotalMem_v2")]
    private static partial int GetMemory(out nuint bytes, int device);
}
