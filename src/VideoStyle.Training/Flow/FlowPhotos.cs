using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Native.Media;

namespace VideoStyle.Training.Flow;

/// <summary>The photos of a flow training, in memory: most to train on, some to validate with.</summary>
internal sealed class FlowPhotos
{
    private const int MaxPhotos = 2000;
    private const int MinSide = 64;
    private const int ValidationShare = 16; // one photo of so many

    private FlowPhotos(IReadOnlyList<Texture> photos, IReadOnlyCollection<string> unreadable)
    {
        Unreadable = unreadable;
        // Of few photos none can be spared.
        var spares = photos.Count >= 2 * ValidationShare;
        Training = spares ? [.. photos.Where((_, i) => i % ValidationShare != 0)] : photos;
        Validation = spares ? [.. photos.Where((_, i) => i % ValidationShare == 0)] : photos;
    }

    /// <summary>Gets the photos to train on.</summary>
    internal IReadOnlyList<Texture> Training { get; }

    /// <summary>Gets the photos to validate with; the same ones where there are fewer than 32.</summary>
    internal IReadOnlyList<Texture> Validation { get; }

    /// <summary>Gets the files that were skipped: unreadable or smaller than 64 pixels.</summary>
    internal IReadOnlyCollection<string> Unreadable { get; }

    /// <summary>Reads the photos in folders and their subfolders, at most 2,000, evenly chosen.</summary>
    /// <param name="folders">Folders, or single files; videos are skipped.</param>
    /// <param name="maxSide">Larger photos are reduced to about this.</param>
    /// <param name="threads">How many photos are decoded at once.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="VideoStyleException">A folder is missing, or no photo can be used (Input).</exception>
    internal static FlowPhotos Read(IReadOnlyList<string> folders, int maxSide, int threads, CancellationToken cancellationToken)
    {
        var files = folders.SelectMany(ContentDataset.List).Where(ContentDataset.IsImage).ToList();
        if (files.Count > MaxPhotos)
            files = [.. Enumerable.Range(0, MaxPhotos).Select(i => files[(int)((long)i * files.Count / MaxPhotos)])];
        var photos = new Texture?[files.Count];
        Parallel.For(0, files.Count, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken }, i => photos[i] = TryRead(files[i], maxSide));
        var used = photos.OfType<Texture>().ToList();
        return used.Count > 0
            ? new FlowPhotos(used, [.. files.Where((_, i) => photos[i] is null)])
            : throw new VideoStyleException(
                ErrorKind.Input,
                $"{string.Join(", ", folders)}: holds no photo of {MinSide} pixels or more that can be decoded.",
                "A few hundred photos of anything are enough.");
    }

    private static Texture? TryRead(string path, int maxSide)
    {
        try
        {
            using var frame = ImageFile.Read(path);
            var factor = Math.Max(1, (int)Math.Round((double)Math.Max(frame.Width, frame.Height) / maxSide));
            var luma = LumaReducer.Reduce(frame, factor);
            return Math.Min(luma.Width, luma.Height) < MinSide ? null : new Texture(luma.Pixels, luma.Width, luma.Height);
        }
        catch (VideoStyleException e) when (e.Kind == ErrorKind.Input)
        {
            return null;
        }
    }
}
