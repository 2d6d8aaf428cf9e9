using System.Security.Cryptography;
using System.Text;
using VideoStyle.Core.Errors;

namespace VideoStyle.Native.Files;

/// <summary>A file that appears under its name only when it is complete.</summary>
/// <remarks>
/// It is written under <c>.name.partial</c> in the same folder, so that the rename stays within one file system and is
/// atomic. Until <see cref="Commit"/> the path holds what it held before; disposing without it leaves nothing behind.
/// A locked <c>.name.lock</c> beside it keeps two processes from writing the same output; what a killed process left of
/// either is taken over. Only those who may read the input may read what is made of it. (A lock on the partial file itself
/// would keep this process from reading it back.)
/// </remarks>
public sealed class OutputFile : IDisposable
{
    private const int CopyLength = 1 << 20;

    private readonly FileStream _lock;
    private readonly bool _force;
    private bool _committed;

    private OutputFile(string path, string partialPath, bool force, FileStream held, FileStream stream) =>
        (Path, PartialPath, _force, _lock, Stream) = (path, partialPath, force, held, stream);

    /// <summary>Gets the path that the complete file will have.</summary>
    public string Path { get; }

    /// <summary>Gets the path to write to for an engine that opens files by name.</summary>
    public string PartialPath { get; }

    /// <summary>Gets the partial file, open for writing; managed code writes here.</summary>
    public FileStream Stream { get; }

    /// <summary>Reserves the path.</summary>
    /// <param name="path">The path of the complete file.</param>
    /// <param name="force">Whether a file that is there may be replaced.</param>
    /// <param name="input">A file that must not be overwritten even then, or null.</param>
    /// <exception cref="VideoStyleException">The path is taken, is a folder or cannot be written.</exception>
    public static OutputFile Begin(string path, bool force, string? input = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var full = System.IO.Path.GetFullPath(path);
        OutputTarget.Require(path, force, input);
        var folder = System.IO.Path.GetDirectoryName(full)!;
        var name = System.IO.Path.GetFileName(full);
        FileStream? held = null;
        try
        {
            // No sharing is an advisory lock on Linux; it goes with the process, however that ends.
            var locked = System.IO.Path.Combine(folder, HiddenName(name, "lock"));
            if (UnixFile.KindOf(locked, followLinks: false) == FileKind.Link)
                File.Delete(locked); // another's, who would have a file made elsewhere
            held = new FileStream(
                locked,
                FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
            var partial = System.IO.Path.Combine(folder, HiddenName(name, "partial"));
            File.Delete(partial); // left by a process that was killed, or a link that leads elsewhere
            var stream = new FileStream(UnixFile.CreateNew(partial, UnixFile.ModeLike(input)), FileAccess.ReadWrite);
            return new OutputFile(path, partial, force, held, stream);
        }
        catch (UnauthorizedAccessException e)
        {
            held?.Dispose();
            throw new VideoStyleException(ErrorKind.Output, $"{path}: its folder is not writable.", "Choose a folder you may write to.", e);
        }
        catch (IOException e)
        {
            held?.Dispose();
            throw new VideoStyleException(ErrorKind.Output, $"{path}: cannot be created ({e.Message.TrimEnd('.')}).", hint: null, e);
        }
    }

    /// <summary>Puts the complete file in its place: its bytes reach the disk first, its name after them.</summary>
    /// <exception cref="VideoStyleException">The rename failed, or a file has appeared there meanwhile.</exception>
    public void Commit()
    {
        try
        {
            Stream.Flush();
            UnixFile.Sync(PartialPath);
            Rename(PartialPath, Path, _force);
            _committed = true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NotInPlace(Path, e);
        }
    }

    /// <summary>Puts a complete file under another name, also on another file system, where it is copied, compared and then renamed.</summary>
    /// <param name="complete">The file.</param>
    /// <param name="path">The name it is to have.</param>
    /// <param name="replace">Whether a file that is there may be replaced.</param>
    /// <param name="digest">The file's <see cref="ContentFingerprint"/>, which a copy must have; null where it is not known.</param>
    /// <param name="keep">Whether the file stays under its old name as well.</param>
    /// <param name="cancellationToken">Stops a copy; nothing is left of it.</param>
    /// <exception cref="VideoStyleException">It cannot be put in place; nothing has changed.</exception>
    public static void Place(string complete, string path, bool replace, string? digest = null, bool keep = false, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(complete);
        using var output = Begin(path, replace, complete);
        try
        {
            if (!keep && output.TryRenameInto(complete))
                return;
            if (!keep || !output.TryLink(complete))
                output.Copy(complete, digest, cancellationToken);
            output.Commit();
            if (!keep)
                File.Delete(complete);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NotInPlace(path, e);
        }
    }

    /// <summary>Puts a complete file that lies in the same folder under its name, and replaces what is there.</summary>
    /// <param name="partial">The file, closed.</param>
    /// <param name="path">Its name.</param>
    /// <exception cref="IOException">The disk refused it.</exception>
    public static void Replace(string partial, string path)
    {
        UnixFile.Sync(partial);
        Rename(partial, path, replace: true);
    }

    /// <summary>Removes what a killed process left of a file that nobody will go on with.</summary>
    /// <param name="path">The path that the complete file would have had.</param>
    /// <returns>False where another process writes it, or it cannot be removed.</returns>
    public static bool TryAbandon(string path)
    {
        var folder = FolderOf(path);
        if (!File.Exists(System.IO.Path.Combine(folder, HiddenName(System.IO.Path.GetFileName(path), "partial"))))
            return true;
        try
        {
            using var left = Begin(path, force: true);
            return true;
        }
        catch (VideoStyleException)
        {
            return false;
        }
    }

    private bool TryRenameInto(string complete)
    {
        UnixFile.Sync(complete);
        if (!UnixFile.TryRename(complete, Path, _force))
            return false;
        UnixFile.SyncFolder(FolderOf(Path));
        return true;
    }

    private bool TryLink(string complete)
    {
        File.Delete(PartialPath);
        if (UnixFile.TryLink(complete, PartialPath))
            return true;
        using var anew = UnixFile.CreateNew(PartialPath, UnixFile.ModeLike(complete)); // the stream that was open has no name any more
        return false;
    }

    private void Copy(string complete, string? digest, CancellationToken cancellationToken)
    {
        using (var source = new FileStream(complete, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, CopyLength, FileOptions.SequentialScan))
        using (var copy = new FileStream(PartialPath, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0))
        {
            var buffer = new byte[CopyLength];
            for (int read; (read = source.Read(buffer)) > 0;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                copy.Write(buffer, 0, read);
            }

            copy.Flush(flushToDisk: true);
        }

        var expected = digest ?? ContentFingerprint.Of(complete, cancellationToken);
        if (!string.Equals(ContentFingerprint.Of(PartialPath, cancellationToken), expected, StringComparison.Ordinal))
            throw new IOException("the copy differs from the original");
    }

    private static void Rename(string partial, string path, bool replace)
    {
        if (!UnixFile.TryRename(partial, path, replace))
            throw new IOException("the temporary file lies on another file system");
        UnixFile.SyncFolder(FolderOf(path));
    }

    private static string FolderOf(string path) => System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!;

    private static VideoStyleException NotInPlace(string path, Exception cause) =>
        new(ErrorKind.Output, $"{path}: cannot be put in place ({cause.Message.TrimEnd('.')}).", hint: null, cause);

    /// <inheritdoc />
    public void Dispose()
    {
        if (!_committed)
            File.Delete(PartialPath); // before the lock goes, so that no other process takes over a file about to vanish
        Stream.Dispose();
        _lock.Dispose();
    }

    private static string HiddenName(string name, string suffix)
    {
        var hidden = $".{name}.{suffix}";
        return Encoding.UTF8.GetByteCount(hidden) <= OutputTarget.LongestName
            ? hidden
            : $".{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16))}.{suffix}";
    }

    /// <summary>Tells whether two paths lead to the same file, through links of the file or of the folders above it.</summary>
    /// <param name="first">A path.</param>
    /// <param name="second">Another.</param>
    /// <returns>False where either file is not there.</returns>
    public static bool IsSameFile(string first, string second) =>
        UnixFile.Stat(first) is not null && UnixFile.Stat(second) is not null && string.Equals(RealPath(first), RealPath(second), StringComparison.Ordinal);

    private static string RealPath(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        if (System.IO.Path.GetDirectoryName(full) is not { } folder)
            return full;
        var real = System.IO.Path.Combine(RealPath(folder), System.IO.Path.GetFileName(full));
        return File.ResolveLinkTarget(real, returnFinalTarget: true) is { } target ? RealPath(target.FullName) : real;
    }
}
