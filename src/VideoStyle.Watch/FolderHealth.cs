using VideoStyle.Native.Files;
using VideoStyle.Watch.Scanning;

namespace VideoStyle.Watch;

/// <summary>Tells whether work is possible: the roots are there, the output can be written and has room.</summary>
internal sealed class FolderHealth(WatchedFolders folders, string stateFolder, long minFree)
{
    private const long FullBelow = 1 << 20; // what the store needs to write anything

    /// <summary>Looks for what makes every job fail and will pass.</summary>
    /// <param name="thorough">Also tries to write, which costs a file.</param>
    /// <returns>One sentence, or null where all is well.</returns>
    public string? Problem(bool thorough)
    {
        if (!Directory.Exists(folders.Input))
            return $"{folders.Input}: is not there; waiting for it.";
        foreach (var folder in (string[])[folders.Output, stateFolder])
        {
            if (!Directory.Exists(folder))
                return $"{folder}: is not there; waiting for it.";
            if (FreeBytes(folder) is { } free && free < minFree)
                return $"{folder}: {SizeText.Of(free)} are free, {SizeText.Of(minFree)} are needed; waiting for room.";
            if (thorough && WriteError(folder) is { } error)
                return $"{folder}: cannot be written ({error.TrimEnd('.')}); waiting.";
        }

        return null;
    }

    /// <summary>Tells whether a folder lies on a disk that is full.</summary>
    public static bool IsFull(string folder) => FreeBytes(folder) < FullBelow;

    private static long? FreeBytes(string folder)
    {
        try
        {
            return new DriveInfo(folder).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    private static string? WriteError(string folder)
    {
        // Several jobs may ask at the same time.
        var path = Path.Combine(folder, $".videostyle-{Environment.ProcessId}-{Environment.CurrentManagedThreadId}.tmp");
        try
        {
            File.Delete(path); // a link that lies there is not written through
            using var file = UnixFile.CreateNew(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            RandomAccess.Write(file, "can this folder be written?"u8, 0);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
        finally
        {
            if (File.Exists(path))
                File.Delete(path); // a full disk takes the name and not the content
        }
    }
}
