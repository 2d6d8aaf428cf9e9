using System.Runtime.InteropServices;

namespace VideoStyle.Native.Files;

/// <summary>Reads what the base class library does not tell of a file: its inode and the time of its last change.</summary>
public static partial class UnixFile
{
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

    /// <summary>Gives a file a second name on the same file system.</summary>
    /// <param name="path">The file.</param>
    /// <param name="second">The name that does not exist yet.</param>
    /// <returns>False where the file system cannot, or the two lie on different ones.</returns>
    public static bool TryLink(string path, string second) => Link(path, second) == 0;

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string path, string second);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
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
