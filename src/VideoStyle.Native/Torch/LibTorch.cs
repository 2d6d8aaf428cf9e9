using System.Text;
using VideoStyle.Core.Errors;
using VideoStyle.Native.Interop;

namespace VideoStyle.Native.Torch;

/// <summary>Settings of libtorch as a whole, and what it can use.</summary>
public static unsafe class LibTorch
{
    private static readonly Lazy<bool> Ready = new(() =>
    {
        VideoStyleNative.Require(NativeUnits.Kernels);
        try
        {
            NativeMethods.TorchSetup().ThrowIfFailed();
            return true;
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw new VideoStyleException(
                ErrorKind.Runtime,
                $"libvideostyle_torch.so cannot be loaded: {e.Message.ReplaceLineEndings(" ")}",
                "Install libtorch with `make setup`, then run `make build`.",
                e
            );
        }
    });

    /// <summary>Gets the versions and build settings of libtorch, several lines.</summary>
    /// <exception cref="Core.Errors.VideoStyleException">The torch unit is not there.</exception>
    public static string Configuration
    {
        get
        {
            Require();
            var length = NativeMethods.TorchConfig(null, 0);
            var buffer = new byte[length + 1];
            fixed (byte* start = buffer)
                length = Math.Min(length, NativeMethods.TorchConfig(start, buffer.Length));
            return Encoding.UTF8.GetString(buffer, 0, length);
        }
    }

    /// <summary>Gets a value indicating whether this processor multiplies bfloat16 in hardware.</summary>
    public static bool CpuHasBFloat16
    {
        get
        {
            Require();
            return NativeMethods.TorchHasBf16() != 0;
        }
    }

    /// <summary>Gets the number of GPUs that can be used; 0 where libtorch was built without CUDA.</summary>
    public static int CudaCount
    {
        get
        {
            Require();
            return NativeMethods.TorchCudaCount();
        }
    }

    /// <summary>Gets the name and the memory of a GPU.</summary>
    /// <param name="index">Its number, from 0.</param>
    /// <exception cref="Core.Errors.VideoStyleException">There is no such GPU.</exception>
    public static (string Name, long MemoryBytes) CudaInfo(int index)
    {
        Require();
        var buffer = new byte[256];
        fixed (byte* start = buffer)
        {
            NativeMethods.TorchCudaInfo(index, start, buffer.Length, out var memory).ThrowIfFailed();
            return (Encoding.UTF8.GetString(buffer).TrimEnd('\0'), memory);
        }
    }

    /// <summary>Sets how many threads an operator called from this thread may use.</summary>
    /// <param name="threads">At least 1. Cheap when it does not change.</param>
    public static void SetThreads(int threads)
    {
        Require();
        NativeMethods.TorchSetThreads(threads).ThrowIfFailed();
    }

    /// <summary>Seeds the random numbers of every device.</summary>
    /// <param name="seed">Any number.</param>
    public static void ManualSeed(long seed)
    {
        Require();
        NativeMethods.TorchSeed(seed).ThrowIfFailed();
    }

    /// <summary>Stops the recording of gradients on this thread until the result is disposed.</summary>
    public static IDisposable NoGrad()
    {
        Require();
        NativeMethods.TorchGradMode(0, out var previous).ThrowIfFailed();
        return new Leave(() => NativeMethods.TorchGradMode(previous, out _).ThrowIfFailed());
    }

    /// <summary>As <see cref="NoGrad"/>, and faster: what is made inside can never take part in a gradient.</summary>
    public static IDisposable InferenceMode()
    {
        Require();
        NativeMethods.TorchInferenceEnter().ThrowIfFailed();
        return new Leave(() => NativeMethods.TorchInferenceLeave().ThrowIfFailed());
    }

    /// <summary>Begins to load libtorch, which takes a third of a second; whoever needs it meanwhile waits. What fails is told then.</summary>
    public static void Preload()
    {
        _ = Task.Run(() =>
        {
            try
            {
                Require();
            }
            catch (VideoStyleException)
            {
                // Kept, and thrown again where libtorch is needed.
            }
        });
    }

    internal static void Require() => _ = Ready.Value;

    private sealed class Leave(Action leave) : IDisposable
    {
        private Action? _leave = leave;

        public void Dispose() => Interlocked.Exchange(ref _leave, null)?.Invoke();
    }
}
