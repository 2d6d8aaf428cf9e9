using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Runtime.Loader;
using VideoStyle.Core.Errors;

namespace VideoStyle.Torch.Runtime;

/// <summary>Loads the native libraries of TorchSharp once, by path, and reports on them.</summary>
/// <remarks>
/// TorchSharp would search for them by name, beside its assembly and in the system's folders. They are loaded as soon as its assembly
/// is, so that it finds the intended ones. Whoever makes the first tensor still calls <see cref="Load"/>, because only that reports
/// what failed.
/// </remarks>
internal static class TorchRuntime
{
    private const string Bindings = "TorchSharp";

    private static readonly Lazy<TorchLibraries> Libraries = new(() =>
        TorchLibraries.Load(TorchFolders.Find(AppContext.BaseDirectory, Environment.GetEnvironmentVariable("LIBTORCH")))
    );

    private static readonly Lazy<TorchLibraries> Ready = new(() =>
    {
        var libraries = Libraries.Value;
        try
        {
            InitializeTorchSharp();
            return libraries;
        }
        catch (Exception e) when (e is TypeInitializationException or NotSupportedException or DllNotFoundException or EntryPointNotFoundException)
        {
            var reason = e.GetBaseException().Message.Trim().Split('\n')[0].TrimEnd('.');
            throw new VideoStyleException(ErrorKind.Runtime, $"TorchSharp cannot use libtorch {libraries.Version}: {reason}.", "Run `make build` again.", e);
        }
    });

    /// <summary>Gets a description of the libraries in one line, as in <c>TorchSharp 0.107.0, libtorch 2.10.0 (CPU) in /usr/local/lib/videostyle/torch, libLibTorchSharp as published</c>.</summary>
    /// <exception cref="VideoStyleException">The libraries cannot be loaded.</exception>
    public static string Description
    {
        get
        {
            var libraries = Ready.Value;
            return $"TorchSharp {TorchSharpVersion}, libtorch {libraries.Version} ({(libraries.HasCuda ? "CUDA" : "CPU")})"
                + $" in {libraries.Folders.LibTorch}, libLibTorchSharp "
                + (libraries.IsMarked ? $"with its need of {TorchLibraries.UnusedNeed} marked weak" : "as published");
        }
    }

    /// <summary>Gets a value indicating whether the CPU multiplies bfloat16 in hardware; loads nothing.</summary>
    public static bool CpuHasBFloat16 { get; } = FindBFloat16();

    /// <summary>Gets the number of usable GPUs; 0 where libtorch was built without CUDA. Loads the libraries.</summary>
    /// <exception cref="VideoStyleException">The libraries cannot be loaded.</exception>
    public static int CudaCount => Ready.Value.HasCuda ? CountGpus() : 0;

    /// <summary>Gets the version of TorchSharp's assembly, as in <c>0.107.0</c>.</summary>
    internal static string TorchSharpVersion { get; } =
        typeof(TorchRuntime).Assembly.GetReferencedAssemblies().FirstOrDefault(name => string.Equals(name.Name, Bindings, StringComparison.Ordinal))?.Version?.ToString(3) ?? "";

    /// <summary>
    /// Gets the addresses of <c>GOMP_parallel</c>, <c>omp_get_max_threads</c>, <c>omp_get_num_threads</c> and <c>omp_get_thread_num</c> in the OpenMP
    /// runtime of libtorch, so that other kernels can run on its threads; 0 for each that it lacks. Loads the libraries.
    /// </summary>
    /// <exception cref="VideoStyleException">The libraries cannot be loaded.</exception>
    internal static (nint Parallel, nint MaxThreads, nint NumThreads, nint ThreadNum) OpenMp
    {
        get
        {
            // The search through a library's handle includes its dependencies: this is libtorch's own runtime, whatever its name.
            var main = Libraries.Value.Main;
            return (
                DynamicLoader.Find(main, "GOMP_parallel"),
                DynamicLoader.Find(main, "omp_get_max_threads"),
                DynamicLoader.Find(main, "omp_get_num_threads"),
                DynamicLoader.Find(main, "omp_get_thread_num")
            );
        }
    }

    /// <summary>Loads the libraries on the first call; cheap from then on. Thread-safe.</summary>
    /// <exception cref="VideoStyleException">They are absent, damaged, of another version or for another CPU; the same one at each call.</exception>
    public static void Load() => _ = Ready.Value;

    /// <summary>Starts to load the libraries in the background; <see cref="Load"/> waits for it and reports a failure.</summary>
    public static void Preload()
    {
        _ = Task.Run(() =>
        {
            try
            {
                Load();
            }
            catch (VideoStyleException)
            {
                // Kept, and thrown again by Load.
            }
        });
    }

    /// <summary>Gets the name and the memory of a GPU from the CUDA driver. Loads the libraries.</summary>
    /// <param name="index">Its number, from 0 to below <see cref="CudaCount"/>.</param>
    /// <returns>The name, as in <c>NVIDIA H100</c>, and the bytes of its memory.</returns>
    /// <exception cref="VideoStyleException">The libraries cannot be loaded, or there is no such GPU.</exception>
    public static (string Name, long MemoryBytes) CudaInfo(int index)
    {
        Load();
        return CudaDriver.Describe(index)
            ?? throw new VideoStyleException(ErrorKind.Runtime, $"The CUDA driver does not know device {index}.", "`videostyle doctor` lists the devices; or choose the device cpu.");
    }

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "It must come before TorchSharp can be reached through this assembly, and only subscribes to an event.")]
    internal static void LoadBeforeTorchSharp()
    {
        AppDomain.CurrentDomain.AssemblyLoad += OnAssemblyLoad;
        // A program that uses TorchSharp itself may have loaded it before this assembly.
        foreach (var assembly in AppDomain.CurrentDomain.GetAssemblies())
            OnAssemblyLoad(sender: null, new AssemblyLoadEventArgs(assembly));
    }

    private static void OnAssemblyLoad(object? sender, AssemblyLoadEventArgs e)
    {
        if (!string.Equals(e.LoadedAssembly.GetName().Name, Bindings, StringComparison.Ordinal))
            return;
        AppDomain.CurrentDomain.AssemblyLoad -= OnAssemblyLoad;
        try
        {
            var calls = Libraries.Value.Calls;
            NativeLibrary.SetDllImportResolver(e.LoadedAssembly, (name, _, _) => string.Equals(name, "LibTorchSharp", StringComparison.Ordinal) ? calls : 0);
        }
        catch (VideoStyleException)
        {
            // The exception is kept, and thrown again by Load. Without a resolver TorchSharp would copy the packages' libraries beside its
            // assembly; with one that returns a library it fails at its first call instead, for the same reason.
            NativeLibrary.SetDllImportResolver(e.LoadedAssembly, (_, _, _) => Libraries.Value.Main);
            AssemblyLoadContext.Default.ResolvingUnmanagedDll += (assembly, _) =>
                assembly == e.LoadedAssembly ? NativeLibrary.GetMainProgramHandle() : 0;
        }
    }

    // Separate methods, because compiling a method loads the assemblies that it names.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void InitializeTorchSharp() => RuntimeHelpers.RunClassConstructor(typeof(torch).TypeHandle);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int CountGpus() => torch.cuda.device_count();

    private static bool FindBFloat16()
    {
        if (RuntimeInformation.ProcessArchitecture == Architecture.Arm64)
            return (ProcessorFeatures.Hardware2 & ProcessorFeatures.ArmBFloat16) != 0;
        // The instructions use the 512-bit registers, which the system must save.
        return Avx512F.IsSupported && X86Base.CpuId(0, 0).Eax >= 7 && (X86Base.CpuId(7, 1).Eax & (1 << 5)) != 0;
    }
}
