using System.Collections.Concurrent;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Flow;
using VideoStyle.Core.Media;
using VideoStyle.Native.Files;
using VideoStyle.Native.Media;

namespace VideoStyle.Training;

/// <summary>A dataset of photos and videos to train on.</summary>
/// <remarks>Files that cannot be decoded are skipped and listed. Thread-safe.</remarks>
internal sealed class ContentDataset
{
    private const int MaxSide = 1280;
    private const int MaxGap = 3; // frames between the two of a pair
    private static readonly string[] Images = [".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"];
    private static readonly string[] Videos = [".mp4", ".mkv", ".mov", ".webm", ".avi", ".m4v", ".ts"];

    private readonly List<List<string>> _folders;
    private readonly FramePool _pool = new();
    private readonly ConcurrentDictionary<string, TimeSpan> _durations = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _unreadable = new(StringComparer.Ordinal);

    private ContentDataset(List<List<string>> folders) => _folders = folders;

    /// <summary>Gets the number of files.</summary>
    public int Count => _folders.Sum(f => f.Count);

    /// <summary>Gets the files that could not be decoded, so far.</summary>
    public IReadOnlyCollection<string> Unreadable => [.. _unreadable.Keys];

    /// <summary>Lists the files in folders and their subfolders.</summary>
    /// <param name="folders">Folders, or single files.</param>
    /// <exception cref="VideoStyleException">A folder is missing, or holds no image and no video (Input).</exception>
    public static ContentDataset Open(IReadOnlyList<string> folders)
    {
        ArgumentNullException.ThrowIfNull(folders);
        return new ContentDataset([.. folders.Select(List)]);
    }

    /// <summary>Tells by the extension whether a file is an image to train on.</summary>
    /// <param name="path">The file.</param>
    public static bool IsImage(string path) => Images.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>Draws a random crop: a random file, scale, position and flip.</summary>
    /// <param name="size">Its side in pixels.</param>
    /// <param name="random">The random numbers.</param>
    /// <param name="estimator">Estimates the flow to a following frame of a video; null for single frames.</param>
    /// <returns>Owned by the caller.</returns>
    /// <exception cref="VideoStyleException">No file of a folder can be decoded (Input).</exception>
    internal ContentCrop Draw(int size, CounterRandom random, IFlowEstimator? estimator = null)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (frame, next) = Read(_folders[random.Below(_folders.Count)], random, estimator is not null);
        using (frame)
        using (next)
        {
            var place = RandomCrop.Draw(frame.Width, frame.Height, size, random);
            var image = place.Cut(frame);
            var pair = next is null || estimator is null ? null : VideoPair.Estimate(image, place.Cut(next), estimator);
            if (pair is not null)
            {
                scope.MoveToOuter(pair.Image);
                scope.MoveToOuter(pair.Grid);
                scope.MoveToOuter(pair.Mask);
            }

            return new ContentCrop(scope.MoveToOuter(image), pair);
        }
    }

    internal static List<string> List(string folder)
    {
        if (File.Exists(folder))
            return [folder];
        if (!Directory.Exists(folder))
            throw new VideoStyleException(ErrorKind.Input, $"{folder}: there is no such folder of content.");
        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true };
        var files = Directory
            .EnumerateFiles(folder, "*", options)
            .Where(f => IsImage(f) || Videos.Contains(Path.GetExtension(f), StringComparer.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal)
            .ToList();
        return files.Count > 0
            ? files
            : throw new VideoStyleException(
                ErrorKind.Input,
                $"{folder}: holds no images and no videos.",
                "A few hundred photos of anything are enough."
            );
    }

    private (Frame Frame, Frame? Next) Read(List<string> files, CounterRandom random, bool pairs)
    {
        while (true)
        {
            var path = files[random.Below(files.Count)];
            if (!_unreadable.ContainsKey(path))
            {
                try
                {
                    return IsVideo(path) ? ReadVideo(path, random, pairs) : (ImageFile.Read(path), null);
                }
                catch (VideoStyleException e) when (e.Kind == ErrorKind.Input)
                {
                    _unreadable[path] = true;
                    if (files.TrueForAll(_unreadable.ContainsKey))
                        throw new VideoStyleException(ErrorKind.Input, files.Count == 1 ? $"{path} cannot be decoded." : $"None of the {files.Count} files like {path} can be decoded.", e.Hint, e);
                }
            }
        }
    }

    private static bool IsVideo(string path) => Videos.Contains(Path.GetExtension(path).ToLowerInvariant(), StringComparer.Ordinal);

    private (Frame Frame, Frame? Next) ReadVideo(string path, CounterRandom random, bool pair)
    {
        if (!_durations.TryGetValue(path, out var duration))
        {
            RegularFile.Require(path);
            using var probe = FFmpegSource.Open(path, new VideoOptions { Threads = 1 });
            _durations[path] = duration = probe.Info.Duration ?? TimeSpan.Zero;
        }

        // Not quite to the end: the last frame starts before it.
        var from = duration * (random.NextDouble() * 0.95);
        using var source = FFmpegSource.Open(path, new VideoOptions { Threads = 1, MaxSize = MaxSide, From = from });
        var frame = source.Read(_pool) ?? throw new VideoStyleException(ErrorKind.Input, $"{path}: has no frame to train on.");
        Frame? next = null;
        for (var gap = pair ? 1 + random.Below(MaxGap) : 0; gap > 0; gap--)
        {
            next?.Dispose();
            next = source.Read(_pool);
        }

        return (frame, next);
    }
}
