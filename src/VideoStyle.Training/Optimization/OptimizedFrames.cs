using System.Globalization;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Native.Files;
using VideoStyle.Native.Media;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Training.Optimization;

/// <summary>The finished frames of a video, stored in a folder so that an interrupted run can be resumed.</summary>
/// <remarks>Later frames read the stored bytes: a resumed video equals an uninterrupted one.</remarks>
internal sealed class OptimizedFrames
{
    private readonly string _folder;

    /// <summary>Opens the folder of a resumed run, or starts a new one.</summary>
    /// <exception cref="VideoStyleException">There is none to resume (Input), it is of a video with other settings (Usage), or it cannot be written (Output).</exception>
    internal OptimizedFrames(OptimizationOptions options)
    {
        _folder = options.FramesPath;
        var settings = Path.Combine(_folder, "settings.txt");
        var lines = OptimizationCheckpoint.Fingerprint(options).Select(f => $"{f.Key}: {f.Value}").ToArray();
        try
        {
            if (options.Resume)
            {
                RequireSame(settings, lines);
                return;
            }

            Remove();
            Directory.CreateDirectory(_folder);
            File.WriteAllLines(settings, lines);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new VideoStyleException(ErrorKind.Output, $"{_folder}: cannot be written: {e.Message}", innerException: e);
        }
    }

    /// <summary>Reads a frame, or null where it is not finished.</summary>
    internal Frame? Read(int pass, int index)
    {
        var path = PathOf(pass, index);
        return File.Exists(path) ? ImageFile.Read(path) : null;
    }

    /// <summary>Stores a frame.</summary>
    internal void Write(int pass, int index, Frame frame)
    {
        var path = PathOf(pass, index);
        var partial = Path.Combine(_folder, "next.png");
        ImageFile.Write(partial, frame);
        OutputFile.Replace(partial, path);
    }

    /// <summary>Removes the folder.</summary>
    internal void Remove()
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    private void RequireSame(string settings, string[] lines)
    {
        if (!File.Exists(settings))
            throw new VideoStyleException(ErrorKind.Input, $"{_folder}: there are no frames to resume from.", "Start without Resume.");
        var saved = File.ReadAllLines(settings);
        var other = lines.FirstOrDefault(l => !saved.Contains(l, StringComparer.Ordinal));
        if (other is not null)
            throw new VideoStyleException(
                ErrorKind.Usage,
                $"{_folder}: belongs to a video with other settings than {other}.",
                "Resume with the settings of that video, or start without Resume."
            );
    }

    private string PathOf(int pass, int index) => Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{pass:00}_{index:000000}.png"));
}
