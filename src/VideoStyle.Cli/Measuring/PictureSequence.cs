using System.Text.RegularExpressions;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Native.Media;

namespace VideoStyle.Cli.Measuring;

/// <summary>A folder of pictures as a clip: the frames that other tools leave on the disk.</summary>
/// <remarks>Ordered by the numbers in their names, so that <c>frame10</c> comes after <c>frame9</c>. It has no times of its own.</remarks>
internal sealed partial class PictureSequence : IFrameSource
{
    private static readonly HashSet<string> Extensions =
        new([".png", ".jpg", ".jpeg", ".bmp", ".webp", ".tif", ".tiff", ".ppm"], StringComparer.OrdinalIgnoreCase);

    private readonly IReadOnlyList<string> _files;
    private int _next;

    private PictureSequence(IReadOnlyList<string> files, VideoInfo info) => (_files, Info) = (files, info);

    public VideoInfo Info { get; }

    /// <summary>Opens a folder.</summary>
    /// <exception cref="VideoStyleException">It holds no picture, or the first one cannot be read.</exception>
    public static PictureSequence Open(string folder)
    {
        var files = Directory.EnumerateFiles(folder).Where(file => Extensions.Contains(Path.GetExtension(file))).OrderBy(SortKey, StringComparer.Ordinal).ToList();
        if (files.Count == 0)
            throw new VideoStyleException(ErrorKind.Input, $"{folder}: is a folder without pictures.", "Name a video, or a folder of .png or .jpg files.");
        using var first = ImageFile.Read(files[0]);
        VideoInfo info = new() { Name = folder, Width = first.Width, Height = first.Height, TimeBase = new Rational(1, 25), FrameCount = files.Count };
        return new PictureSequence(files, info);
    }

    public Frame? Read(FramePool pool)
    {
        if (_next == _files.Count)
            return null;
        var frame = ImageFile.Read(_files[_next]);
        if (frame.Width != Info.Width || frame.Height != Info.Height)
        {
            var message = $"{_files[_next]}: is {frame.Width}x{frame.Height}, the first picture of its folder is {Info.Width}x{Info.Height}.";
            frame.Dispose();
            throw new VideoStyleException(ErrorKind.Input, message);
        }

        (frame.Index, frame.Pts, frame.Duration) = (_next, _next, 1);
        _next++;
        return frame;
    }

    public void Dispose()
    {
        // Holds nothing between two pictures.
    }

    private static string SortKey(string path) =>
        Digits().Replace(Path.GetFileName(path), number => number.Value.TrimStart('0').PadLeft(20, '0')) + "\0" + path;

    [GeneratedRegex("[0-9]+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Digits();
}
