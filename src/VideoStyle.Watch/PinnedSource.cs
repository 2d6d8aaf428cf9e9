using System.Globalization;
using Microsoft.Win32.SafeHandles;
using VideoStyle.Core.Errors;

namespace VideoStyle.Watch;

/// <summary>The source of a running job under a name that leads to the file that was opened and checked, whatever is put in its place.</summary>
/// <remarks>
/// FFmpeg opens files by name. Between a check of the name and that, whoever can write the watched folder could put a link to
/// a private video of this user there. The name is a link in the job's own work folder to the open file, with the source's own
/// file name, whose extension tells some formats apart.
/// </remarks>
internal sealed class PinnedSource : IDisposable
{
    private readonly SafeFileHandle _file;

    private PinnedSource(SafeFileHandle file, string path) => (_file, Path) = (file, path);

    /// <summary>Gets the name to open.</summary>
    public string Path { get; }

    /// <summary>Opens a job's source.</summary>
    /// <param name="options">Where sources and work folders are; the job's work folder exists.</param>
    /// <param name="job">The job.</param>
    /// <exception cref="VideoStyleException">The source is not a regular file, leads out of the watched folder, or may not be read (Input).</exception>
    public static PinnedSource Open(WatchOptions options, Job job)
    {
        var source = System.IO.Path.Combine(options.Folders.Input, job.Path);
        SafeFileHandle file;
        try
        {
            file = new SourceAccess(options).Open(source);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new VideoStyleException(ErrorKind.Input, $"{source}: cannot be read: {e.Message}.", innerException: e);
        }

        try
        {
            var path = PathOf(options, job);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            File.Delete(path);
            File.CreateSymbolicLink(path, string.Create(CultureInfo.InvariantCulture, $"/proc/{Environment.ProcessId}/fd/{file.DangerousGetHandle()}"));
            return new PinnedSource(file, path);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Gets the name that a job's source has while it runs, which means nothing to people.</summary>
    public static string PathOf(WatchOptions options, Job job) => System.IO.Path.Combine(options.WorkFolder(job.Id), "source", System.IO.Path.GetFileName(job.Path));

    /// <inheritdoc />
    public void Dispose() => _file.Dispose();
}
