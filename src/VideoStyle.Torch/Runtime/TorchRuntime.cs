using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Runtime.Loader;
using VideoStyle.Core.Errors;

namespace VideoStyle.Torch.Runtime;

/// <summary>Loads the native libraries of TorchSharp, once, by path; says what they are and what they can use.</summary>
/// <remarks>
/// TorchSharp would look for them by name, beside its assembly and in the folders of the system. As soon as its assembly is
/// loaded the libraries are, so that it finds those that are meant; whoever makes the first tensor calls <see cref="Load"/>
/// nevertheless, as only that says what failed.
/// </remarks>
public static class TorchRuntime
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

    /// <summary>Gets what was loaded, in one line, as in <c>TorchSharp 0.107.0, libtorch 2.10.0 (CPU) in /usr/local/lib/videostyle/torch, libLibTorchSharp as published</c>.</summary>
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

    /// <summary>Gets a value indicating whether this processor multiplies bfloat16 in hardware; loads nothing.</summary>
    public static bool CpuHasBFloat16 { get; } = FindBFloat16();

    /// <summary>Gets the number of GPUs that can be used; 0 where libtorch was built without CUDA. Loads the libraries.</summary>
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
            // A library's handle leads to what it needs as well, so this is its own runtime, whatever its name.
            var main = Libraries.Value.Main;
            return (
                DynamicLoader.Find(main, "GOMP_parallel"),
                DynamicLoader.Find(main, "omp_get_max_threads"),
                DynamicLoader.Find(main, "omp_get_num_threads"),
                DynamicLoader.Find(main, "omp_get_thread_num")
            );
        }
    }

    /// <summary>Loads the libraries, the first time it is called; cheap from then on. Any thread may call it.</summary>
    /// <exception cref="VideoStyleException">They are absent, damaged, of another version or for another processor; the same one at each call.</exception>
    public static void Load() => _ = Ready.Value;

    /// <summary>Begins to load the libraries beside other work; whoever calls <see cref="Load"/> meanwhile waits. What fails is told there.</summary>
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

    /// <summary>Gets the name and the memory of a GPU, as the CUDA driver tells them. Loads the libraries.</summary>
    /// <param name="index">Its number, from 0 to below <see cref="CudaCount"/>.</param>
    /// <returns>The name, as in <c>NVIDIA H100</c>, and the bytes of its memory.</returns>
    /// <exception cref="VideoStyleException">The libraries cannot be loaded, or there is no such GPU.</exception>
    public static (string Name, long MemoryBytes) CudaInfo(int index)
    {
        Load();
        return CudaDriver.Describe(index)
            ?? throw new VideoStyleException(ErrorKind.Runtime, $"The CUDA driver does not know device {index}.", "`videostyle doctor` lists the devices; or use --device cpu.");
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
            // Kept, and thrown again by Load. Left alone, TorchSharp would now copy the packages' libraries beside its assembly:
            // told that it has found them, it fails at its first call instead, for the same reason.
            NativeLibrary.SetDllImportResolver(e.LoadedAssembly, (_, _, _) => Libraries.Value.Main);
            AssemblyLoadContext.Default.ResolvingUnmanagedDll += (assembly, _) =>
                assembly == e.LoadedAssembly ? NativeLibrary.GetMainProgramHandle() : 0;
        }
    }

    // Methods of their own, as the compiler of a method loads the assemblies that it names.
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
