using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Native.Files;

namespace VideoStyle.Native.Media;

/// <summary>Writes frames as pictures: numbered ones, or one still.</summary>
/// <remarks>Each picture appears under its name when it is complete. Disposing before the end takes all of them away.</remarks>
public sealed class ImageSequenceSink : IFrameSink
{
    private readonly string _pattern;
    private readonly List<string> _written = [];
    private bool _finished;

    private ImageSequenceSink(string pattern, IReadOnlyList<string> notes) => (_pattern, Notes) = (pattern, notes);

    /// <summary>Gets a sentence for each property of the pictures that their format cannot hold.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>Creates a sink.</summary>
    /// <param name="path">A pattern such as <c>frame_%05d.png</c>, numbered from 1, a folder, or the name of one picture.</param>
    /// <param name="video">What will be written, for <see cref="Notes"/>; null for 8 bits without alpha.</param>
    /// <exception cref="VideoStyleException">The extension names no picture format.</exception>
    public static ImageSequenceSink Create(string path, VideoInfo? video = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!ImageSequence.IsPicture(ImageSequence.NameOf(path, 1)))
            throw new VideoStyleException(ErrorKind.Usage, $"{path}: names no picture format.", "Use a name such as frame_%05d.png.");
        return new ImageSequenceSink(path, [.. Describe(path, video ?? new() { Name = path, Width = 1, Height = 1, TimeBase = new(1, 1) })]);
    }

    private static IEnumerable<string> Describe(string path, VideoInfo video)
    {
        var extension = Path.GetExtension(ImageSequence.NameOf(path, 1)).ToUpperInvariant();
        if (video.HasAlpha && (extension is ".JPG" or ".JPEG"))
            yield return $"{path}: its transparency is blended with black, as JPEG holds none; .png and .webp keep it.";
        if (video.BitDepth > 8 && extension is not (".PNG" or ".TIF" or ".TIFF"))
            yield return $"{path}: is written with 8 bits a sample where the source has {video.BitDepth}; .png and .tif keep them.";
    }

    /// <inheritdoc />
    public void Write(Frame frame)
    {
        var name = ImageSequence.NameOf(_pattern, _written.Count + 1);
        if (_written.Count > 0 && string.Equals(name, _written[^1], StringComparison.Ordinal))
            throw new VideoStyleException(ErrorKind.Usage, $"{name}: holds one picture, and the input has more.", "Use a name such as frame_%05d.png.");
        var partial = Path.Combine(Path.GetDirectoryName(name) ?? "", $".{Path.GetFileNameWithoutExtension(name)}.partial{Path.GetExtension(name)}");
        try
        {
            if (Path.GetDirectoryName(name) is { Length: > 0 } folder)
                Directory.CreateDirectory(folder);
            ImageFile.Write(partial, frame);
            OutputFile.Replace(partial, name);
            _written.Add(name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            File.Delete(partial);
            throw new VideoStyleException(ErrorKind.Output, $"{name}: cannot be written: {e.Message}", innerException: e);
        }
        catch (VideoStyleException)
        {
            if (File.Exists(partial))
                File.Delete(partial);
            throw;
        }
    }

    /// <inheritdoc />
    public void Finish()
    {
        if (_written.Count == 0)
            throw new VideoStyleException(ErrorKind.Output, $"{_pattern}: no frame was written.");
        _finished = true;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (_finished)
            return;
        foreach (var name in _written)
            File.Delete(name);
        _written.Clear();
    }
}
