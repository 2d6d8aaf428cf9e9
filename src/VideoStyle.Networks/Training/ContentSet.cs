using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Native.Media;
using VideoStyle.Native.Torch;

namespace VideoStyle.Networks.Training;

/// <summary>The photos and videos that a style is trained on.</summary>
/// <remarks>Files that cannot be decoded are skipped and listed. One thread at a time.</remarks>
public sealed class ContentSet
{
    private const int LongestSide = 1280;
    private static readonly string[] Pictures = [".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"];
    private static readonly string[] Videos = [".mp4", ".mkv", ".mov", ".webm", ".avi", ".m4v", ".ts"];

    private readonly List<List<string>> _folders;
    private readonly FramePool _pool = new();
    private readonly Dictionary<string, TimeSpan> _durations = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unreadable = new(StringComparer.Ordinal);

    private ContentSet(List<List<string>> folders) => _folders = folders;

    /// <summary>Gets the number of files that were found.</summary>
    public int Count => _folders.Sum(f => f.Count);

    /// <summary>Gets the files that turned out not to decode, so far.</summary>
    public IReadOnlyCollection<string> Unreadable => _unreadable;

    /// <summary>Lists the files in folders and the folders below them.</summary>
    /// <param name="folders">Folders, or single files.</param>
    /// <exception cref="VideoStyleException">A folder is missing, or holds no picture and no video (Input).</exception>
    public static ContentSet Open(IReadOnlyList<string> folders)
    {
        ArgumentNullException.ThrowIfNull(folders);
        return new ContentSet([.. folders.Select(List)]);
    }

    /// <summary>Draws crops: a random file, scale, place, and mirroring.</summary>
    /// <param name="count">Number of crops.</param>
    /// <param name="size">Their side in pixels.</param>
    /// <param name="random">Drawn from.</param>
    /// <returns><c>[count, 3, size, size]</c>, 0–1, on the host; owned by the caller.</returns>
    /// <exception cref="VideoStyleException">No file of a folder can be decoded (Input).</exception>
    internal Tensor Draw(int count, int size, StepRandom random)
    {
        using var scope = new TensorScope();
        using var noGrad = LibTorch.NoGrad();
        var crops = new Tensor[count];
        for (var i = 0; i < count; i++)
        {
            using var frame = Read(_folders[random.Below(_folders.Count)], random);
            crops[i] = Crop(frame, size, random);
        }

        return scope.Keep(Tensor.Cat(crops, 0));
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
            .Where(f => Pictures.Concat(Videos).Contains(Path.GetExtension(f).ToLowerInvariant(), StringComparer.Ordinal))
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

    private Frame Read(List<string> files, StepRandom random)
    {
        while (true)
        {
            var path = files[random.Below(files.Count)];
            if (!_unreadable.Contains(path))
            {
                try
                {
                    return IsVideo(path) ? ReadVideo(path, random.NextDouble()) : ImageFile.Read(path);
                }
                catch (VideoStyleException e) when (e.Kind == ErrorKind.Input)
                {
                    _unreadable.Add(path);
                    if (files.TrueForAll(_unreadable.Contains))
                        throw new VideoStyleException(ErrorKind.Input, $"None of the {files.Count} files like {path} can be decoded.", e.Hint, e);
                }
            }
        }
    }

    private static bool IsVideo(string path) => Videos.Contains(Path.GetExtension(path).ToLowerInvariant(), StringComparer.Ordinal);

    private Frame ReadVideo(string path, double share)
    {
        if (!_durations.TryGetValue(path, out var duration))
        {
            using var probe = FFmpegSource.Open(path, new SourceOptions { Threads = 1 });
            _durations[path] = duration = probe.Info.Duration ?? TimeSpan.Zero;
        }

        // Not quite to the end: the last frame begins before it.
        using var source = FFmpegSource.Open(path, new SourceOptions { Threads = 1, MaxSize = LongestSide, From = duration * (share * 0.95) });
        return source.Read(_pool) ?? throw new VideoStyleException(ErrorKind.Input, $"{path}: has no frame to train on.");
    }

    private static Tensor Crop(Frame frame, int size, StepRandom random)
    {
        // From the whole height to the finest detail that is not magnified by more than a quarter.
        double shorter = Math.Min(frame.Width, frame.Height);
        var most = Math.Max(size, Math.Min(720, 1.25 * shorter));
        var least = Math.Clamp(0.45 * shorter, size, most);
        var scale = Math.Exp(random.Uniform(Math.Log(least), Math.Log(most))) / shorter;
        var side = (int)Math.Clamp(Math.Round(size / scale), 1, shorter);
        var (left, top) = (random.Below(frame.Width - side + 1), random.Below(frame.Height - side + 1));
        var crop = Pixels.ToTensor(frame).Narrow(2, top, side).Narrow(3, left, side);
        crop = Functional.Resize(crop.To(ScalarType.Float32).Contiguous(), size, size).Clamp(0, 255) / 255;
        return random.NextDouble() < 0.5 ? crop.Flip(3) : crop;
    }
}
