using System.Globalization;
using Microsoft.Win32.SafeHandles;
using VideoStyle.Native.Files;

namespace VideoStyle.Watch;

/// <summary>Opens files in the watched folder, into which others put what they like: only regular files that really lie in it.</summary>
/// <remarks>The kernel is asked where the open file lies, so a link that is put there meanwhile, anywhere on the path, deceives nobody.</remarks>
internal sealed class SourceAccess(WatchOptions options)
{
    /// <summary>Opens a file.</summary>
    /// <param name="path">Its full path.</param>
    /// <param name="maxBytes">The largest length that is taken.</param>
    /// <exception cref="IOException">It is no regular file, too long, or a link leads out of the watched folder.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public SafeFileHandle Open(string path, long maxBytes = long.MaxValue)
    {
        var file = RegularFile.Open(path, maxBytes);
        if (options.FollowLinks || IsInside(file))
            return file;
        file.Dispose();
        throw new IOException("it is a link that leads out of the watched folder; --follow-links follows it");
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">Its full path.</param>
    /// <param name="maxBytes">The largest length that is taken.</param>
    /// <exception cref="IOException">It is no regular file, too long, or a link leads out of the watched folder.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public byte[] ReadAllBytes(string path, int maxBytes)
    {
        using var file = Open(path, maxBytes);
        return RegularFile.ReadAllBytes(file);
    }

    /// <summary>Tells why a file that is a link is not taken.</summary>
    /// <param name="path">Its full path.</param>
    /// <returns>A sentence without its name, or null where it is no link, or may be taken.</returns>
    public string? Refusal(string path)
    {
        if (options.FollowLinks || UnixFile.KindOf(path, followLinks: false) != FileKind.Link)
            return null;
        try
        {
            using var file = Open(path);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    private bool IsInside(SafeFileHandle file)
    {
        var place = File.ResolveLinkTarget(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{file.DangerousGetHandle()}"), returnFinalTarget: false)?.FullName;
        return place?.StartsWith(options.Folders.Input.TrimEnd('/') + '/', StringComparison.Ordinal) == true;
    }
}
