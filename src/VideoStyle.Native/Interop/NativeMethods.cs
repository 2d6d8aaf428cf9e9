using System.Runtime.InteropServices;
using VideoStyle.Core.Errors;

namespace VideoStyle.Native.Interop;

/// <summary>The common part of <c>videostyle.h</c>; each unit's part stands in a file of its own.</summary>
internal static unsafe partial class NativeMethods
{
    internal const string Library = "videostyle_native";

    [LibraryImport(Library, EntryPoint = "vs_abi_version")]
    internal static partial int AbiVersion();

    [LibraryImport(Library, EntryPoint = "vs_units")]
    internal static partial int Units();

    [LibraryImport(Library, EntryPoint = "vs_last_error")]
    private static partial int LastError(byte* buffer, int capacity);

    /// <summary>Turns a failed status into the exception of its kind.</summary>
    /// <param name="status">What a native function returned; not an error when 0 or more.</param>
    /// <param name="hint">What the user can try next, or null.</param>
    /// <remarks>Reads a thread-local message, so it must run on the thread that made the call, before any await.</remarks>
    internal static void ThrowIfFailed(this Status status, string? hint = null)
    {
        if (status >= Status.Ok)
            return;

        var buffer = stackalloc byte[2048];
        _ = LastError(buffer, 2048);
        var message = Marshal.PtrToStringUTF8((nint)buffer) ?? status.ToString();
        throw new VideoStyleException(KindOf(status), message, hint);
    }

    private static ErrorKind KindOf(Status status) =>
        status switch
        {
            Status.Input => ErrorKind.Input,
            Status.Output => ErrorKind.Output,
            Status.Usage => ErrorKind.Usage,
            Status.NoMemory or Status.Unavailable => ErrorKind.Runtime,
            _ => ErrorKind.Internal,
        };
}
