using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using VideoStyle.Core.Errors;

namespace VideoStyle.Native.Files;

/// <summary>Opens files that others have named: only regular files, and at once, whatever lies under the name.</summary>
/// <remarks>
/// The base class library would wait for ever on a named pipe, and read <c>/dev/zero</c> until the memory is full. The kind is
/// asked of the open file, so a name that changes meanwhile deceives nobody.
/// </remarks>
public static partial class RegularFile
{
    private const int NonBlocking = 0x800; // O_NONBLOCK and O_CLOEXEC, the same on x86-64 and ARM64
    private const int CloseOnExecute = 0x80000;
    private const int SetFlags = 4; // F_SETFL
    private const int NoEntry = 2;
    private const int NotPermitted = 1;
    private const int AccessDenied = 13;
    private const int IsFolder = 21;

    /// <summary>Opens a file for reading.</summary>
    /// <param name="path">The file; links are followed.</param>
    /// <param name="maxBytes">The largest length that is taken.</param>
    /// <returns>A handle that the caller owns.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    /// <exception cref="IOException">It is no regular file, or longer than <paramref name="maxBytes"/>.</exception>
    public static SafeFileHandle Open(string path, long maxBytes = long.MaxValue)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        // Asked beforehand as well: to open a device may already do something.
        if (UnixFile.KindOf(path) is { } kind && kind != FileKind.Regular)
            throw NotRegular(kind);
        var descriptor = OpenFile(path, NonBlocking | CloseOnExecute);
        if (descriptor < 0)
            throw Failure(Marshal.GetLastPInvokeError());
        SafeFileHandle handle = new(descriptor, ownsHandle: true);
        try
        {
            if (UnixFile.KindOf(handle) is var opened && opened != FileKind.Regular)
                throw NotRegular(opened);
            _ = Control(descriptor, SetFlags, 0);
            var length = RandomAccess.GetLength(handle);
            return length <= maxBytes ? handle : throw new IOException($"it is larger than {SizeText.Of(maxBytes)}");
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Reads a whole file.</summary>
    /// <param name="path">The file; links are followed.</param>
    /// <param name="maxBytes">The largest length that is taken, at most 2 GiB less 64 KiB.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    /// <exception cref="IOException">It is no regular file, or longer than <paramref name="maxBytes"/>.</exception>
    public static byte[] ReadAllBytes(string path, long maxBytes)
    {
        using var handle = Open(path, Math.Min(maxBytes, Array.MaxLength));
        return ReadAllBytes(handle);
    }

    /// <summary>Reads the whole of an open file.</summary>
    /// <param name="handle">The file, at most 2 GiB less 64 KiB long; kept by the caller.</param>
    public static byte[] ReadAllBytes(SafeFileHandle handle)
    {
        var bytes = new byte[RandomAccess.GetLength(handle)];
        var count = 0;
        while (count < bytes.Length && RandomAccess.Read(handle, bytes.AsSpan(count), count) is > 0 and var read)
            count += read;
        return count == bytes.Length ? bytes : bytes[..count];
    }

    /// <summary>Reads a whole file as UTF-8.</summary>
    /// <param name="path">The file; links are followed.</param>
    /// <param name="maxBytes">The largest length that is taken.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    /// <exception cref="IOException">It is no regular file, or longer than <paramref name="maxBytes"/>.</exception>
    public static string ReadAllText(string path, long maxBytes)
    {
        using StreamReader reader = new(new MemoryStream(ReadAllBytes(path, maxBytes)), Encoding.UTF8);
        return reader.ReadToEnd();
    }

    /// <summary>Refuses a name that an engine would open by itself, unless a regular file or nothing lies under it.</summary>
    /// <param name="path">The name.</param>
    /// <exception cref="VideoStyleException">It is a folder, a pipe, a socket or a device (Input).</exception>
    public static void Require(string path)
    {
        if (UnixFile.KindOf(path) is { } kind && kind != FileKind.Regular)
            throw new VideoStyleException(ErrorKind.Input, $"{path}: cannot be read: {NotRegular(kind).Message}.");
    }

    private static IOException NotRegular(FileKind kind) =>
        new(kind switch
        {
            FileKind.Folder => "it is a folder, not a file",
            FileKind.Pipe => "it is a named pipe, not a file",
            FileKind.Socket => "it is a socket, not a file",
            _ => "it is a device, not a file",
        });

    private static Exception Failure(int code) =>
        code switch
        {
            NoEntry => new FileNotFoundException("there is no such file"),
            NotPermitted or AccessDenied => new UnauthorizedAccessException("permission denied"),
            IsFolder => NotRegular(FileKind.Folder),
            _ => new IOException(Marshal.GetPInvokeErrorMessage(code)),
        };

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int OpenFile(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(int descriptor, int command, int argument);
}
