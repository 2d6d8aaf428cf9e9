using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using VideoStyle.Core.Errors;

namespace VideoStyle.Native.Files;

/// <summary>A folder of a tree that others may write to, opened without following a link, under a name that stays true while it is open.</summary>
/// <remarks>Whoever puts a link in its place meanwhile changes nothing: its name leads to the open folder.</remarks>
public sealed partial class PinnedFolder : IDisposable
{
    private const int CloseOnExecute = 0x80000;
    private const int NoEntry = 2;
    private const int Exists = 17;

    // The only flags of open(2) whose values differ between the two architectures.
    private static readonly int FolderOnly = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x4000 : 0x10000;
    private static readonly int NoFollow = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x8000 : 0x20000;

    private readonly SafeFileHandle _folder;
    private readonly string _name;

    private PinnedFolder(SafeFileHandle folder, string name) => (_folder, _name) = (folder, name);

    /// <summary>Opens a folder, and makes it and those above it where they are missing.</summary>
    /// <param name="root">The tree's root, which is the operator's own; links to it are followed.</param>
    /// <param name="path">The folder's path below the root; empty for the root itself.</param>
    /// <param name="create">Whether missing folders are made.</param>
    /// <exception cref="VideoStyleException">A part of the path is a link (Usage), is a file or missing, or may not be entered or made (Output).</exception>
    public static PinnedFolder Open(string root, string path, bool create = true)
    {
        ArgumentException.ThrowIfNullOrEmpty(root);
        ArgumentNullException.ThrowIfNull(path);
        var name = root;
        var folder = Check(OpenAt(CurrentFolder, root, FolderOnly | CloseOnExecute), name);
        try
        {
            foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
            {
                name = System.IO.Path.Combine(name, part);
                var next = Check(Enter((int)folder.DangerousGetHandle(), part, create), name);
                folder.Dispose();
                folder = next;
            }

            return new PinnedFolder(folder, name);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Gets the name of something in the folder that leads there while this is open.</summary>
    /// <param name="name">Its name in the folder.</param>
    public string PathOf(string name) => System.IO.Path.Combine(Place, name);

    /// <summary>Writes a message as people know the folder.</summary>
    /// <param name="message">A message that may hold <see cref="PathOf"/>.</param>
    public string Readable(string message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return message.Replace(Place, _name, StringComparison.Ordinal);
    }

    /// <inheritdoc />
    public void Dispose() => _folder.Dispose();

    private const int CurrentFolder = -100; // AT_FDCWD

    private string Place => string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{_folder.DangerousGetHandle()}");

    private static int Enter(int parent, string part, bool create)
    {
        var flags = FolderOnly | NoFollow | CloseOnExecute;
        var descriptor = OpenAt(parent, part, flags);
        if (descriptor >= 0 || !create || Marshal.GetLastPInvokeError() != NoEntry)
            return descriptor;
        return MakeAt(parent, part, 0x1FF) == 0 || Marshal.GetLastPInvokeError() == Exists ? OpenAt(parent, part, flags) : -1;
    }

    private static SafeFileHandle Check(int descriptor, string name)
    {
        if (descriptor >= 0)
            return new SafeFileHandle(descriptor, ownsHandle: true);
        var cause = Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
        throw UnixFile.KindOf(name, followLinks: false) == FileKind.Link
            ? new VideoStyleException(ErrorKind.Usage, $"{name}: is a link, and links in this folder are not followed.", "Put a folder in its place, or mount the other disk there.")
            : new VideoStyleException(ErrorKind.Output, $"{name}: cannot be entered ({cause}).");
    }

    [LibraryImport("libc", EntryPoint = "openat", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int OpenAt(int folder, string path, int flags);

    [LibraryImport("libc", EntryPoint = "mkdirat", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int MakeAt(int folder, string path, uint mode);
}
