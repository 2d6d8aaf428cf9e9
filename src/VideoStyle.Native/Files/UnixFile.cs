using System.Runtime.InteropServices;

namespace VideoStyle.Native.Files;

/// <summary>What the base class library does not offer for files: stamps, renames that never copy, and synchronization of folders.</summary>
public static partial class UnixFile
{
    private const int NoFollow = 0x100; // AT_SYMLINK_NOFOLLOW
    private const int Writable = 2; // W_OK
    private const int CurrentFolder = -100; // AT_FDCWD
    private const uint BasicStats = 0x7ff;
    private const int TypeMask = 0xF000;
    private const int RegularFile = 0x8000;

    /// <summary>Reads the stamp of a regular file, through links.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The stamp, or null where there is no such file, or it is something else, or may not be looked at.</returns>
    public static FileStamp? Stat(string path)
    {
        if (Statx(CurrentFolder, path, 0, BasicStats, out var x) != 0 || (x.Mode & TypeMask) != RegularFile)
            return null;
        return new FileStamp(x.Size, x.Modified.Nanoseconds, x.Changed.Nanoseconds, x.Inode);
    }

    /// <summary>Finds out what stands under a name, without following a link at its end.</summary>
    /// <param name="path">The name.</param>
    /// <param name="error">0, or the system's error number where nothing can be found out, <c>ENOENT</c> among them.</param>
    internal static FileKind KindOf(string path, out int error)
    {
        error = Statx(CurrentFolder, path, NoFollow, BasicStats, out var x) == 0 ? 0 : Marshal.GetLastPInvokeError();
        return error != 0 ? FileKind.None : (FileKind)(x.Mode & TypeMask);
    }

    /// <summary>Asks whether files may be made in a folder.</summary>
    /// <returns>0, or the system's error number: <c>EACCES</c>, <c>EROFS</c> and others.</returns>
    internal static int WhyNotWritable(string folder) => Access(folder, Writable) == 0 ? 0 : Marshal.GetLastPInvokeError();

    /// <summary>Gives a file a second name on the same file system.</summary>
    /// <param name="path">The file.</param>
    /// <param name="second">The name that does not exist yet.</param>
    /// <returns>False where the file system cannot, or the two lie on different ones.</returns>
    public static bool TryLink(string path, string second) => Link(path, second) == 0;

    /// <summary>Renames a file in one step, and never copies it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="target">Its new name.</param>
    /// <param name="replace">Whether a file of that name may be replaced.</param>
    /// <returns>False where the two names lie on different file systems; nothing has changed then.</returns>
    /// <exception cref="IOException">It cannot be renamed, or a file of that name is there and may not be replaced.</exception>
    public static bool TryRename(string path, string target, bool replace)
    {
        var error = replace ? ErrorOf(Rename(path, target)) : RenameNew(path, target);
        return error switch
        {
            0 => true,
            CrossDevice => false,
            _ => throw Failure(error, target),
        };
    }

    /// <summary>Waits until the content of a file is on the disk.</summary>
    /// <exception cref="IOException">The disk refused it.</exception>
    public static void Sync(string path) => SyncDescriptor(path, flags: 0);

    /// <summary>Waits until the names in a folder are on the disk: without it, a rename may be undone by a power failure.</summary>
    /// <exception cref="IOException">The disk refused it.</exception>
    public static void SyncFolder(string folder) => SyncDescriptor(folder, DirectoryOnly);

    /// <summary>Tells whether a failure, or what caused it, is a full disk or an exhausted quota.</summary>
    public static bool IsDiskFull(Exception? error)
    {
        // FFmpeg's failures come as the system's own words.
        string[] words = [Marshal.GetPInvokeErrorMessage(NoSpace), Marshal.GetPInvokeErrorMessage(QuotaExceeded)];
        for (; error is not null; error = error.InnerException)
            if ((error is IOException && error.HResult is NoSpace or QuotaExceeded) || words.Any(word => error.Message.Contains(word, StringComparison.Ordinal)))
                return true;
        return false;
    }

    // Some file systems know no exclusive rename (NFS), others no second name (FAT).
    private static int RenameNew(string path, string target)
    {
        var error = ErrorOf(RenameAt(CurrentFolder, path, CurrentFolder, target, NoReplace));
        if (error is not (Invalid or NotImplemented or NotSupported))
            return error;
        error = ErrorOf(Link(path, target));
        if (error == 0)
            return ErrorOf(Unlink(path));
        if (error is CrossDevice or Exists)
            return error;
        return Path.Exists(target) ? Exists : ErrorOf(Rename(path, target));
    }

    private static void SyncDescriptor(string path, int flags)
    {
        var descriptor = Open(path, flags | CloseOnExec);
        if (descriptor < 0)
            throw Failure(Marshal.GetLastPInvokeError(), path);
        var error = ErrorOf(Fsync(descriptor));
        _ = Close(descriptor);
        // A file system without synchronization of its own (pipes, some FUSE) says so; there is nothing to wait for.
        if (error is not (0 or Invalid or NotSupported or ReadOnlySystem))
            throw Failure(error, path);
    }

    private static int ErrorOf(int result) => result == 0 ? 0 : Marshal.GetLastPInvokeError();

    private static IOException Failure(int error, string path) => new($"{Marshal.GetPInvokeErrorMessage(error)} : '{path}'", error);

    private const int Exists = 17, CrossDevice = 18, Invalid = 22, NoSpace = 28, ReadOnlySystem = 30, NotImplemented = 38, NotSupported = 95, QuotaExceeded = 122;

    private const int DirectoryOnly = 0x10000, CloseOnExec = 0x80000; // O_DIRECTORY, O_CLOEXEC

    private const uint NoReplace = 1; // RENAME_NOREPLACE

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Link(string path, string second);

    [LibraryImport("libc", EntryPoint = "rename", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Rename(string path, string target);

    [LibraryImport("libc", EntryPoint = "renameat2", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int RenameAt(int folder, string path, int targetFolder, string target, uint flags);

    [LibraryImport("libc", EntryPoint = "unlink", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Unlink(string path);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "access", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Access(string path, int mode);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, out StatxResult result);

    [StructLayout(LayoutKind.Sequential)]
    private struct Timestamp
    {
        public long Seconds;
        public uint Fraction;
        private readonly int _reserved;

        public readonly long Nanoseconds => Seconds * 1_000_000_000 + Fraction;
    }

    // The kernel's struct statx, the same on every architecture.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct StatxResult
    {
        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public long Inode;

        [FieldOffset(40)]
        public long Size;

        [FieldOffset(96)]
        public Timestamp Changed;

        [FieldOffset(112)]
        public Timestamp Modified;
    }
}
