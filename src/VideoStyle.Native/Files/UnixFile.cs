using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace VideoStyle.Native.Files;

/// <summary>What the base class library does not offer for files: stamps, renames that never copy, and synchronization of folders.</summary>
public static partial class UnixFile
{
    private const int Writable = 2; // W_OK
    private const int CurrentFolder = -100; // AT_FDCWD
    private const uint BasicStats = 0x7ff;
    private const int TypeMask = 0xF000;
    private const int RegularType = 0x8000;
    private const int NoFollow = 0x100; // AT_SYMLINK_NOFOLLOW
    private const int EmptyPath = 0x1000; // AT_EMPTY_PATH
    private const int PermissionMask = 0x1FF;
    private const UnixFileMode ReadAndWrite = (UnixFileMode)0x1B6; // rw-rw-rw-

    // Flags of open(2) that are the same on x86-64 and ARM64.
    private const int ReadWrite = 2;
    private const int Create = 0x40;
    private const int Exclusive = 0x80;
    private const int CloseOnExecute = 0x80000;

    private const int NotPermitted = 1;
    private const int AccessDenied = 13;
    private const int ReadOnlyFileSystem = 30;

    /// <summary>Reads the stamp of a regular file, through links.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The stamp, or null where there is no such file, or it is something else, or may not be looked at.</returns>
    public static FileStamp? Stat(string path)
    {
        if (Statx(CurrentFolder, path, 0, BasicStats, out var x) != 0 || (x.Mode & TypeMask) != RegularType)
            return null;
        return new FileStamp(x.Size, x.Modified.Nanoseconds, x.Changed.Nanoseconds, x.Inode);
    }

    /// <summary>Gets who may read, write and execute a file.</summary>
    /// <param name="path">The file; links are followed.</param>
    /// <returns>The nine bits of user, group and others, or null where there is nothing that may be looked at.</returns>
    public static UnixFileMode? ModeOf(string path) => Statx(CurrentFolder, path, 0, BasicStats, out var x) == 0 ? (UnixFileMode)(x.Mode & PermissionMask) : null;

    /// <summary>Sets who may read, write and execute a file or folder, where the file system can tell users apart.</summary>
    /// <param name="path">The file; links are followed.</param>
    /// <param name="mode">The nine bits of user, group and others.</param>
    public static void SetMode(string path, UnixFileMode mode) => _ = ChangeMode(path, (uint)mode);

    /// <summary>Gets who may read and write what is made of a file: those who may read and write the file.</summary>
    /// <param name="input">The file or the folder of images, or null.</param>
    /// <returns>At least the owner; everybody the umask lets where there is no such input.</returns>
    public static UnixFileMode ModeLike(string? input) =>
        (input is not null && KindOf(input) is FileKind.Regular or FileKind.Folder && ModeOf(input!) is { } mode ? mode & ReadAndWrite : ReadAndWrite)
        | UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Creates a file that does not exist yet; a link under its name is not followed.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mode">Who may read and write it, less what the process's umask takes away.</param>
    /// <returns>A handle for reading and writing that the caller owns.</returns>
    /// <exception cref="IOException">Something is there already, or the file cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public static SafeFileHandle CreateNew(string path, UnixFileMode mode)
    {
        var descriptor = OpenFile(path, ReadWrite | Create | Exclusive | CloseOnExecute, (uint)mode);
        if (descriptor >= 0)
            return new SafeFileHandle(descriptor, ownsHandle: true);
        var code = Marshal.GetLastPInvokeError();
        var message = Marshal.GetPInvokeErrorMessage(code);
        throw code is NotPermitted or AccessDenied or ReadOnlyFileSystem ? new UnauthorizedAccessException(message) : new IOException(message);
    }

    /// <summary>Tells what lies under a name.</summary>
    /// <param name="path">The name.</param>
    /// <param name="followLinks">Whether the end of a link is asked for, or the link itself.</param>
    /// <returns>Null where there is nothing, or nothing that may be looked at.</returns>
    public static FileKind? KindOf(string path, bool followLinks = true) =>
        Statx(CurrentFolder, path, followLinks ? 0 : NoFollow, BasicStats, out var x) == 0 ? Kind(x.Mode) : null;

    /// <summary>Tells what an open file is.</summary>
    /// <param name="handle">The file.</param>
    /// <exception cref="IOException">It cannot be told.</exception>
    internal static FileKind KindOf(SafeFileHandle handle) =>
        Statx((int)handle.DangerousGetHandle(), "", EmptyPath, BasicStats, out var x) == 0 ? Kind(x.Mode) : throw new IOException("its kind cannot be told");

    private static FileKind Kind(int mode) =>
        (mode & TypeMask) switch
        {
            RegularType => FileKind.Regular,
            0x4000 => FileKind.Folder,
            0xA000 => FileKind.Link,
            0x1000 => FileKind.Pipe,
            0xC000 => FileKind.Socket,
            _ => FileKind.Device,
        };

    /// <summary>Tells what lies under a name, without following a link.</summary>
    /// <param name="path">The name.</param>
    /// <param name="error">0, or the system's error number where nothing can be found out, <c>ENOENT</c> among them.</param>
    internal static FileKind? KindOf(string path, out int error)
    {
        error = Statx(CurrentFolder, path, NoFollow, BasicStats, out var x) == 0 ? 0 : Marshal.GetLastPInvokeError();
        return error == 0 ? Kind(x.Mode) : null;
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
    public static void Sync(string path) => SyncDescriptor(path);

    /// <summary>Waits until the names in a folder are on the disk: without it, a rename may be undone by a power failure.</summary>
    /// <exception cref="IOException">The disk refused it.</exception>
    public static void SyncFolder(string folder) => SyncDescriptor(folder);

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

    private static void SyncDescriptor(string path)
    {
        var descriptor = OpenFile(path, CloseOnExecute, 0);
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

    private const uint NoReplace = 1; // RENAME_NOREPLACE

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int OpenFile(string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Link(string path, string second);

    [LibraryImport("libc", EntryPoint = "rename", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Rename(string path, string target);

    [LibraryImport("libc", EntryPoint = "renameat2", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int RenameAt(int folder, string path, int targetFolder, string target, uint flags);

    [LibraryImport("libc", EntryPoint = "unlink", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Unlink(string path);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "chmod", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeMode(string path, uint mode);

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
