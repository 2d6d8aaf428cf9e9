using System.Runtime.InteropServices;
using VideoStyle.Core.Errors;
using VideoStyle.Native;

namespace VideoStyle.Torch.Runtime;

/// <summary>The libraries of TorchSharp and libtorch, loaded by path, dependencies first.</summary>
/// <param name="Folders">Their folders.</param>
/// <param name="Version">Of libtorch, as in <c>2.10.0</c>.</param>
/// <param name="HasCuda">Whether they can use NVIDIA GPUs.</param>
/// <param name="IsMarked">Whether TorchSharp's library was loaded from a copy in which <see cref="UnusedNeed"/> is marked weak.</param>
/// <param name="Main">The handle of <c>libtorch_cpu.so</c>.</param>
/// <param name="Calls">The handle of the library that TorchSharp's imports are resolved in.</param>
/// <remarks>
/// The loader resolves later requests by name to a library that is already loaded, TorchSharp's own requests too. So neither a
/// distribution's libtorch nor LD_LIBRARY_PATH interferes.
/// </remarks>
internal sealed record TorchLibraries(TorchFolders Folders, string Version, bool HasCuda, bool IsMarked, nint Main, nint Calls)
{
    /// <summary>The version of GCC 13's libstdc++ that TorchSharp's library requires for one symbol that nothing refers to.</summary>
    public const string UnusedNeed = "GLIBCXX_3.4.32";

    /// <summary>Set to 1, it lets a libtorch of another version be tried.</summary>
    private const string AnyVersion = "VIDEOSTYLE_ANY_LIBTORCH";

    private const string Cuda = "libtorch_cuda.so";
    private const string Hint = "Set LIBTORCH=DIR to a folder with libtorch " + TorchVersion.Expected + ", or unset it; `videostyle doctor` tells what is found.";

    /// <summary>Loads the libraries.</summary>
    /// <param name="folders">Where they lie.</param>
    /// <exception cref="VideoStyleException">One is damaged, of another version, for another processor, or needs what is not there.</exception>
    public static TorchLibraries Load(TorchFolders folders)
    {
        var main = folders.PathOf(TorchFolders.Main)!;
        var hasCuda = folders.PathOf(Cuda) is not null;
        if (!hasCuda)
            RequireNoOtherCuda();
        if (TorchVersion.Beside(folders.LibTorch, Headers(main)) is { } written)
            RequireVersion(written, main);

        // The native library comes first: it sets malloc limits for decoding, and the dependencies of FFmpeg then find the system's
        // OpenMP runtime, which may be newer than libtorch's own of the same name.
        _ = VideoStyleNative.Units;
        DynamicLoader.KeepFreedMemory();
        Dictionary<string, nint> loaded = new(StringComparer.Ordinal);
        string[] wanted = hasCuda ? [TorchFolders.Main, Cuda, "libtorch.so"] : [TorchFolders.Main, "libtorch.so"];
        foreach (var name in wanted)
            LoadWithNeeds(name, folders, loaded);
        var version = TorchVersion.Of(loaded[TorchFolders.Main]);
        RequireVersion(version, main);
        var (bindings, isMarked) = LoadBindings(folders.TorchSharp);
        return new TorchLibraries(folders, version, hasCuda, isMarked, loaded[TorchFolders.Main], LoadCalls(bindings));
    }

    private static void LoadWithNeeds(string name, TorchFolders folders, Dictionary<string, nint> loaded)
    {
        // An entry before its dependencies ends a cycle, which the loader can load though this order cannot.
        if (loaded.ContainsKey(name) || folders.PathOf(name) is not { } path)
            return;
        loaded[name] = 0;
        foreach (var need in Headers(path).Needed)
            LoadWithNeeds(need, folders, loaded);
        loaded[name] = DynamicLoader.Load(path, resolveAll: false, out var error);
        if (loaded[name] == 0)
            throw Unloadable(path, error);
    }

    private static (nint Handle, bool IsMarked) LoadBindings(string path)
    {
        _ = Headers(path);
        // All symbols now: one that another libtorch lacks would end the process at its first call.
        if (DynamicLoader.Load(path, resolveAll: true, out var error) is not 0 and var original)
            return (original, false);
        if (error!.Contains(UnusedNeed, StringComparison.Ordinal))
        {
            var copy = ElfFile.WithWeakNeed(File.ReadAllBytes(path), UnusedNeed);
            if (DynamicLoader.LoadFromMemory(copy, Path.GetFileName(path), out error) is not 0 and var marked)
                return (marked, true);
        }

        throw Unloadable(path, error);
    }

    // TorchSharp frees scalars that an operator is about to read; src/native/src/torchsharp_scalar.cpp explains the workaround.
    private static unsafe nint LoadCalls(nint bindings)
    {
        if (!NativeLibrary.TryLoad("videostyle_torchsharp", typeof(TorchLibraries).Assembly, searchPath: null, out var calls))
            throw new VideoStyleException(ErrorKind.Runtime, "libvideostyle_torchsharp.so is missing beside the tool.", "Run `make build`.");
        var setDispose = (delegate* unmanaged<nint, void>)NativeLibrary.GetExport(calls, "vs_torchsharp_set_dispose_scalar");
        setDispose(NativeLibrary.GetExport(bindings, "THSTorch_dispose_scalar"));
        return calls;
    }

    private static ElfFile Headers(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var headers = ElfFile.Read(file);
            if (headers.Machine != OwnMachine)
                throw Failure($"{path} is for another processor than this one ({RuntimeInformation.ProcessArchitecture}).");
            return headers;
        }
        catch (InvalidDataException e)
        {
            throw Failure($"{path} {e.Message}.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failure($"{path} cannot be read: {e.Message.TrimEnd('.')}.", e);
        }
    }

    private static int OwnMachine =>
        RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.X64 => 62, // EM_X86_64
            Architecture.Arm64 => 183, // EM_AARCH64
            _ => 0,
        };

    private static void RequireVersion(string version, string main)
    {
        if (!TorchVersion.Fits(version) && !string.Equals(Environment.GetEnvironmentVariable(AnyVersion), "1", StringComparison.Ordinal))
            throw new VideoStyleException(
                ErrorKind.Runtime,
                $"{main} is libtorch {version}; TorchSharp {TorchRuntime.TorchSharpVersion} is built against {TorchVersion.Expected}.",
                $"Set LIBTORCH=DIR to a libtorch {TorchVersion.Expected}, or unset it; {AnyVersion}=1 tries this one all the same."
            );
    }

    // TorchSharp requests libtorch_cuda.so by name even where this libtorch has none, and would mix in that of another libtorch.
    private static void RequireNoOtherCuda()
    {
        var paths = (Environment.GetEnvironmentVariable("LD_LIBRARY_PATH") ?? "").Split([':', ';'], StringSplitOptions.RemoveEmptyEntries);
        if (Array.Find(paths, path => File.Exists(Path.Combine(path, Cuda))) is { } other)
            throw new VideoStyleException(
                ErrorKind.Runtime,
                $"LD_LIBRARY_PATH leads to {Path.Combine(other, Cuda)}, which does not belong to the libtorch in use.",
                $"Set LIBTORCH={other} to use that libtorch, or unset LD_LIBRARY_PATH."
            );
    }

    private static VideoStyleException Unloadable(string path, string? error) =>
        Failure($"{path} cannot be loaded: {error?.Replace(path + ": ", "", StringComparison.Ordinal)}.");

    private static VideoStyleException Failure(string message, Exception? cause = null) => new(ErrorKind.Runtime, message, Hint, cause);
}
