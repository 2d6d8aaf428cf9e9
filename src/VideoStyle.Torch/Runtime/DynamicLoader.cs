using System.Runtime.InteropServices;

namespace VideoStyle.Torch.Runtime;

/// <summary>The dynamic loader of the C library, which reports why a library cannot be loaded.</summary>
internal static unsafe partial class DynamicLoader
{
    private const int Lazy = 1; // RTLD_LAZY
    private const int Now = 2; // RTLD_NOW
    private const uint CloseOnExec = 1; // MFD_CLOEXEC

    /// <summary>Loads a library, or gets it where it is loaded.</summary>
    /// <param name="path">The absolute path.</param>
    /// <param name="resolveAll">True to resolve every symbol now: a missing one is then reported here, and does not end the process later.</param>
    /// <param name="error">The loader's message, or null.</param>
    /// <returns>The handle, or 0.</returns>
    public static nint Load(string path, bool resolveAll, out string? error)
    {
        // Binding dlerror itself would overwrite the message, so it is bound before.
        _ = LastError();
        var handle = Open(path, resolveAll ? Now : Lazy);
        error = handle == 0 ? Marshal.PtrToStringUTF8((nint)LastError()) ?? "the loader does not say why" : null;
        return handle;
    }

    /// <summary>Loads a library from memory.</summary>
    /// <param name="library">The whole file.</param>
    /// <param name="name">The name in the maps of the process.</param>
    /// <param name="error">Why it cannot be loaded, or null.</param>
    /// <returns>The handle, or 0. The memory lives as long as the process, as the library does.</returns>
    public static nint LoadFromMemory(ReadOnlySpan<byte> library, string name, out string? error)
    {
        var file = CreateMemoryFile(name, CloseOnExec);
        if (file < 0)
        {
            error = $"no memory file: {Marshal.GetLastPInvokeErrorMessage()}";
            return 0;
        }

        using (FileStream stream = new(new Microsoft.Win32.SafeHandles.SafeFileHandle(file, ownsHandle: false), FileAccess.Write, bufferSize: 0))
            stream.Write(library);
        // The descriptor stays open: the loader compares paths, and another file with the same number would pass for this library.
        return Load($"/proc/self/fd/{file}", resolveAll: true, out error);
    }

    /// <summary>Finds a symbol of a library or of its dependencies.</summary>
    /// <param name="library">Its handle.</param>
    /// <param name="name">The symbol.</param>
    /// <returns>The address, or 0.</returns>
    public static nint Find(nint library, string name) => NativeLibrary.TryGetExport(library, name, out var address) ? address : 0;

    /// <summary>Makes glibc keep freed memory: activations are freed and allocated again at every layer.</summary>
    /// <remarks>
    /// By default each allocation is mapped and unmapped, with a page fault for every 4 KiB: a fifth of a network's time. One arena serves
    /// all threads, because separate arenas cannot share free memory: a quarter more with the classic network. Half a gibibyte of free
    /// memory is kept at the end of the heap, the rest is returned. Other C libraries ignore this.
    /// </remarks>
    public static void KeepFreedMemory()
    {
        try
        {
            _ = SetMallocOption(-3, 1 << 30); // M_MMAP_THRESHOLD
            _ = SetMallocOption(-1, 512 << 20); // M_TRIM_THRESHOLD
            _ = SetMallocOption(-2, 4 << 20); // M_TOP_PAD
            _ = SetMallocOption(-8, 1); // M_ARENA_MAX
        }
        catch (EntryPointNotFoundException)
        {
            // A C library without mallopt has no such limits.
        }
    }

    [LibraryImport("libdl.so.2", EntryPoint = "dlopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Open(string path, int flags);

    [LibraryImport("libdl.so.2", EntryPoint = "dlerror")]
    private static partial byte* LastError();

    [LibraryImport("libc", EntryPoint = "memfd_create", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int CreateMemoryFile(string name, uint flags);

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetMallocOption(int option, int value);
}
