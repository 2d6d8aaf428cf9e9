using System.Runtime.InteropServices;
using System.Text;
using VideoStyle.Core.Errors;

namespace VideoStyle.Native.Files;

/// <summary>Refuses paths that no complete file can take, before any work is done for them.</summary>
/// <remarks>A file is published by a rename, which would put it in the place of a link, pipe or device and not behind it.</remarks>
public static class OutputTarget
{
    /// <summary>The longest name of a file on every common Linux file system, in bytes of UTF-8.</summary>
    public const int LongestName = 255;

    private const int NotFound = 2;
    private const int NoAccess = 13;
    private const int NotAFolder = 20;
    private const int ReadOnly = 30;
    private const int TooLong = 36;
    private const int Loop = 40;

    /// <summary>Finds out whether a file can be put in a place.</summary>
    /// <param name="path">The path of the complete file.</param>
    /// <param name="overwrite">Whether a file that is there may be replaced.</param>
    /// <param name="input">A file that must not be overwritten even then, or null.</param>
    /// <exception cref="VideoStyleException">The path is taken, is no regular file, or cannot be written (Output).</exception>
    public static void Require(string path, bool overwrite, string? input = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var full = Path.GetFullPath(path);
        // The base class library takes a link that leads nowhere for a file.
        var isFile = UnixFile.Stat(full) is not null;
        if (Directory.Exists(full))
            throw Refused(path, "is a folder", $"Name a file in it: {Path.Combine(path, "painting.mp4")}");
        if (Path.EndsInDirectorySeparator(path))
            throw Refused(path, "names a folder", $"Name a file: {Path.TrimEndingDirectorySeparator(path)}, or one in it");
        if (isFile && input is not null && OutputFile.IsSameFile(full, input))
            throw Refused(path, "is the input itself", "Choose another name for the output.");
        RequireFolder(path, Path.GetDirectoryName(full)!);
        if (Encoding.UTF8.GetByteCount(Path.GetFileName(full)) > LongestName)
            throw Refused(path, $"has a name of more than {LongestName} bytes", "Choose a shorter name.");
        RequireKind(path, full, overwrite);
    }

    /// <summary>Finds out whether a file that is written beside an output, such as a preview, takes the place of nobody's file.</summary>
    /// <param name="path">The file beside the output.</param>
    /// <param name="overwrite">Whether a file that is there may be replaced.</param>
    /// <param name="inputs">Files that must not be overwritten even then.</param>
    /// <exception cref="VideoStyleException">It would, or the path cannot be written (Output).</exception>
    public static void RequireBeside(string path, bool overwrite, IEnumerable<string> inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        foreach (var input in inputs)
            Require(path, overwrite: true, input);
        Require(path, overwrite: true);
        if (!overwrite && Path.Exists(path))
            throw Refused(path, "already exists, and would be replaced by the preview", "Move it away, or choose another name for the output.");
    }

    /// <summary>Finds out whether a folder can be written to, or be made.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="VideoStyleException">It cannot (Output).</exception>
    public static void RequireFolder(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        while (!Directory.Exists(full) && UnixFile.KindOf(full, out var error) is null && error == NotFound)
            full = Path.GetDirectoryName(full)!;
        if (!Directory.Exists(full))
            throw Refused(folder, $"cannot be made, because {full} is {(UnixFile.KindOf(full, out _) == FileKind.Link ? "a link that leads nowhere" : "no folder")}", "Choose another folder.");
        RequireWritable(folder, full);
    }

    /// <summary>Makes a folder, and those above it, where they are missing.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="VideoStyleException">It cannot be made or written to (Output).</exception>
    public static void CreateFolder(string folder)
    {
        RequireFolder(folder);
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new VideoStyleException(ErrorKind.Output, $"{folder}: cannot be made ({e.Message.TrimEnd('.')}).", "Choose a folder you may write to.", e);
        }
    }

    private static void RequireKind(string path, string full, bool overwrite)
    {
        switch (UnixFile.KindOf(full, out var error))
        {
            case FileKind.Regular when !overwrite:
                throw Refused(path, "already exists", "Set OutputOptions.Overwrite to replace it.");
            case FileKind.Regular or FileKind.Folder:
                return;
            case FileKind.Link:
                throw BehindLink(path, full, overwrite);
            case null when error == TooLong:
                throw Refused(path, "has too long a name for its disk", "Choose a shorter name.");
            case null when error != NotFound:
                throw Refused(path, $"cannot be looked at ({Reason(error)})", "Choose another output.");
            case null:
                return;
            case var special:
                throw Refused(
                    path,
                    $"is a {(special is FileKind.Pipe ? "pipe" : special is FileKind.Socket ? "socket" : "device")}, and a complete file is needed",
                    "Name a file. Standard output is written with the output -, which a shell can lead there.");
        }
    }

    private static VideoStyleException BehindLink(string path, string full, bool overwrite)
    {
        var target = new FileInfo(full).LinkTarget ?? "";
        if (UnixFile.Stat(full) is not null)
            return overwrite
                ? Refused(path, $"is a link to {target}, which would be replaced and not what it leads to", $"Name that file: {Path.GetFullPath(target, Path.GetDirectoryName(full)!)}")
                : Refused(path, $"already exists, as a link to {target}", "Choose another name for the output.");
        return Refused(path, $"is a link to {target}, which does not exist or cannot be reached", "Name the file itself, or choose another name.");
    }

    private static void RequireFolder(string path, string folder)
    {
        if (!Directory.Exists(folder))
        {
            UnixFile.KindOf(folder, out var error);
            if (error == Loop)
                throw Refused(path, "lies behind a link that leads back to itself", "Choose another folder.");
            if (error == TooLong)
                throw Refused(path, "has too long a name", "Choose a shorter name.");
            if (error == NoAccess)
                throw Refused(path, "lies in a folder that you may not look into", "Choose a folder you may write to.");
            throw error == NotAFolder || File.Exists(folder)
                ? Refused(path, "lies below a file, not in a folder", "Choose another folder.")
                : Refused(path, "its folder does not exist", $"Create it with: mkdir -p '{folder}'");
        }

        RequireWritable(path, folder);
    }

    private static void RequireWritable(string path, string folder)
    {
        if (UnixFile.WhyNotWritable(folder) is not 0 and var why)
            throw Refused(path, why == ReadOnly ? "lies on a disk that is read-only" : "its folder is not writable", "Choose a folder you may write to.");
    }

    private static string Reason(int error) => Marshal.GetPInvokeErrorMessage(error);

    private static VideoStyleException Refused(string path, string what, string hint) => new(ErrorKind.Output, $"{path}: {what}.", hint);
}
