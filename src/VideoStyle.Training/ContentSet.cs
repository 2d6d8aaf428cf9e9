using System.Collections.Concurrent;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Flow;
using VideoStyle.Core.Media;
using VideoStyle.Native.Media;

namespace VideoStyle.Training;

/// <summary>The photos and videos that a style is trained on.</summary>
/// <remarks>Files that cannot be decoded are skipped and listed. Several threads may draw at once.</remarks>
public sealed class ContentSet
{
    private const int LongestSide = 1280;
    private const int LongestGap = 3; // frames between the two of a pair
    private static readonly string[] Pictures = [".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"];
    private static readonly string[] Videos = [".mp4", ".mkv", ".mov", ".webm", ".avi", ".m4v", ".ts"];

    private readonly List<List<string>> _folders;
    private readonly FramePool _pool = new();
    private readonly ConcurrentDictionary<string, TimeSpan> _durations = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _unreadable = new(StringComparer.Ordinal);

    private ContentSet(List<List<string>> folders) => _folders = folders;

    /// <summary>Gets the number of files that were found.</summary>
    public int Count => _folders.Sum(f => f.Count);

    /// <summary>Gets the files that turned out not to decode, so far.</summary>
    public IReadOnlyCollection<string> Unreadable => [.. _unreadable.Keys];

    /// <summary>Lists the files in folders and the folders below them.</summary>
    /// <param name="folders">Folders, or single files.</param>
    /// <exception cref="VideoStyleException">A folder is missing, or holds no picture and no video (Input).</exception>
    public static ContentSet Open(IReadOnlyList<string> folders)
    {
        ArgumentNullException.ThrowIfNull(folders);
        return new ContentSet([.. folders.Select(List)]);
    }

    /// <summary>Tells by its name whether a file is a picture that can be learnt from.</summary>
    /// <param name="path">The file.</param>
    public static bool IsPicture(string path) => Pictures.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>Draws a crop: a random file, scale, place, and mirroring.</summary>
    /// <param name="size">Its side in pixels.</param>
    /// <param name="random">Drawn from.</param>
    /// <param name="estimator">Estimates how a video goes on; null to take single frames.</param>
    /// <returns>A crop that the caller owns.</returns>
    /// <exception cref="VideoStyleException">No file of a folder can be decoded (Input).</exception>
    internal ContentCrop Draw(int size, StepRandom random, IFlowEstimator? estimator = null)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (frame, next) = Read(_folders[random.Below(_folders.Count)], random, estimator is not null);
        using (frame)
        using (next)
        {
            var place = CropPlace.Draw(frame.Width, frame.Height, size, random);
            var picture = place.Cut(frame);
            var pair = next is null || estimator is null ? null : VideoPair.Estimate(picture, place.Cut(next), estimator);
            if (pair is not null)
            {
                scope.MoveToOuter(pair.Picture);
                scope.MoveToOuter(pair.Grid);
                scope.MoveToOuter(pair.Mask);
            }

            return new ContentCrop(scope.MoveToOuter(picture), pair);
        }
    }

    private static List<string> List(string folder)
    {
        if (File.Exists(folder))
            return [folder];
        if (!Directory.Exists(folder))
            throw new VideoStyleException(ErrorKind.Input, $"{folder}: there is no such folder of content.");
        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true };
        var files = Directory
            .EnumerateFiles(folder, "*", options)
            .Where(f => IsPicture(f) || Videos.Contains(Path.GetExtension(f), StringComparer.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal)
            .ToList();
        return files.Count > 0
            ? files
            : throw new VideoStyleException(
                ErrorKind.Input,
                $"{folder}: holds no pictures and no videos.",
                "A few hundred photos of anything are enough."
            );
    }

    private (Frame Frame, Frame? Next) Read(List<string> files, StepRandom random, bool pairs)
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
                        throw new VideoStyleException(ErrorKind.Input, $"None of the {files.Count} files like {path} can be decoded.", e.Hint, e);
                }
            }
        }
    }

    private static bool IsVideo(string path) => Videos.Contains(Path.GetExtension(path).ToLowerInvariant(), StringComparer.Ordinal);

    private (Frame Frame, Frame? Next) ReadVideo(string path, StepRandom random, bool pair)
    {
        if (!_durations.TryGetValue(path, out var duration))
        {
            using var probe = FFmpegSource.Open(path, new VideoOptions { Threads = 1 });
            _durations[path] = duration = probe.Info.Duration ?? TimeSpan.Zero;
        }

        // Not quite to the end: the last frame begins before it.
        var from = duration * (random.NextDouble() * 0.95);
        using var source = FFmpegSource.Open(path, new VideoOptions { Threads = 1, MaxSize = LongestSide, From = from });
        var frame = source.Read(_pool) ?? throw new VideoStyleException(ErrorKind.Input, $"{path}: has no frame to train on.");
        Frame? next = null;
        for (var gap = pair ? 1 + random.Below(LongestGap) : 0; gap > 0; gap--)
        {
            next?.Dispose();
            next = source.Read(_pool);
        }

        return (frame, next);
    }
}
