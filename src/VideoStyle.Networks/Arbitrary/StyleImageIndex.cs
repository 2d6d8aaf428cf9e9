using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Torch.Files;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Networks.Arbitrary;

/// <summary>An index of style images by their style, which finds the images most similar to a frame.</summary>
/// <remarks>
/// Images are described by a network that ships with the program (<see cref="StyleEmbedding"/>).
/// Similarity is the cosine of two descriptors from which the collection's mean is subtracted, so that what all images share does
/// not count. Descriptors are cached in a file, and computed again for images that have changed.
/// </remarks>
public sealed class StyleImageIndex : IDisposable
{
    private const int MaxImages = 10_000;

    private readonly StyleEmbedding _network;
    private readonly List<float[]> _descriptors;
    private readonly float[] _mean;

    private StyleImageIndex(StyleEmbedding network, List<(string Path, float[] Descriptor)> images)
    {
        _network = network;
        Images = [.. images.Select(p => p.Path)];
        _descriptors = [.. images.Select(p => p.Descriptor)];
        _mean = [.. Enumerable.Range(0, _descriptors[0].Length).Select(i => _descriptors.Count > 1 ? _descriptors.Average(k => k[i]) : 0)];
    }

    /// <summary>Gets the paths of the images.</summary>
    public IReadOnlyList<string> Images { get; }

    /// <summary>Gets notes on images that cannot be read and were left out, one sentence each.</summary>
    public IReadOnlyList<string> Notes { get; private init; } = [];

    /// <summary>Opens a folder; reads cached descriptors and computes the others.</summary>
    /// <param name="folder">A folder of images; its subfolders count too.</param>
    /// <param name="cache">The folder of the cache.</param>
    /// <exception cref="VideoStyleException">There is no such folder, or no usable image in it (Input).</exception>
    public static StyleImageIndex Open(string folder, string cache)
    {
        if (!Directory.Exists(folder))
            throw new VideoStyleException(ErrorKind.Input, $"{folder}: there is no such folder of images.");
        var paths = StyleImage.List(folder);
        if (paths.Count is 0 or > MaxImages)
            throw new VideoStyleException(
                ErrorKind.Input,
                $"{folder}: holds {(paths.Count == 0 ? "no images" : $"{paths.Count} images, more than {MaxImages}")}.",
                "A collection is a folder of style images as .jpg, .png or .webp."
        );
        var network = StyleEmbedding.Load();
        try
        {
            return Read(network, folder, paths, Path.Combine(cache, $"collection-{Hash(Path.GetFullPath(folder))}.safetensors"));
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>Finds the images most similar to a frame.</summary>
    /// <param name="frame">Of any size, at least 16 pixels on each side.</param>
    /// <param name="count">How many to find.</param>
    /// <returns>Index, cosine similarity from −1 to 1, and the features that are most similar; the best first.</returns>
    public IReadOnlyList<(int Image, double Similarity, string SimilarIn)> FindNearest(Frame frame, int count)
    {
        using var scope = NewDisposeScope();
        var rgb = Pixels.ToTensor(frame).to(ScalarType.Float32).contiguous() / 255;
        var scale = (double)StyleEmbedding.ShorterSide / Math.Min(frame.Width, frame.Height);
        var sized = Sampling.Resize(rgb, Math.Max(16, (long)Math.Round(frame.Height * scale)), Math.Max(16, (long)Math.Round(frame.Width * scale)));
        var (query, ends) = _network.Describe(sized.clamp(0, 1));
        return
        [
            .. Enumerable.Range(0, Images.Count)
                .Select(i => (Image: i, Similarity: Cosine(query, _descriptors[i], 0, query.Length), SimilarIn: SimilarIn(query, _descriptors[i], ends)))
                .OrderByDescending(p => p.Similarity)
                .Take(count),
        ];
    }

    /// <inheritdoc />
    public void Dispose() => _network.Dispose();

    private static StyleImageIndex Read(StyleEmbedding network, string folder, IReadOnlyList<string> paths, string cacheFile)
    {
        var cached = ReadCache(cacheFile, network.Id);
        var current = new Dictionary<string, float[]>(StringComparer.Ordinal);
        var images = new List<(string, float[])>();
        var notes = new List<string>();
        foreach (var path in paths)
        {
            var file = new FileInfo(path);
            var key = string.Create(CultureInfo.InvariantCulture, $"{Path.GetRelativePath(folder, path)}|{file.Length}|{file.LastWriteTimeUtc.Ticks}");
            try
            {
                if (!cached.TryGetValue(key, out var descriptor))
                    descriptor = Describe(network, path);
                current[key] = descriptor;
                images.Add((path, descriptor));
            }
            catch (VideoStyleException e) when (e.Kind == ErrorKind.Input)
            {
                notes.Add(e.Message);
            }
        }

        if (images.Count == 0)
            throw new VideoStyleException(ErrorKind.Input, $"{folder}: {(paths.Count == 1 ? "its only image cannot" : $"none of its {paths.Count} images can")} be used as a style; {notes[0]}");
        if (!current.Keys.ToHashSet(StringComparer.Ordinal).SetEquals(cached.Keys))
            WriteCache(cacheFile, network.Id, current);
        return new StyleImageIndex(network, images) { Notes = notes };
    }

    private static float[] Describe(StyleEmbedding network, string path)
    {
        using var scope = NewDisposeScope();
        return network.Describe(StyleImage.Read(path, StyleEmbedding.ShorterSide)).Descriptor;
    }

    private string SimilarIn(float[] query, float[] descriptor, int[] ends)
    {
        var best = Enumerable.Range(0, ends.Length).MaxBy(i => Cosine(query, descriptor, i == 0 ? 0 : ends[i - 1], ends[i]));
        return StyleEmbedding.Parts[best];
    }

    private double Cosine(float[] a, float[] b, int from, int to)
    {
        double product = 0, first = 0, second = 0;
        for (var i = from; i < to; i++)
        {
            var (u, v) = (a[i] - _mean[i], b[i] - _mean[i]);
            (product, first, second) = (product + u * v, first + u * u, second + v * v);
        }

        return product / Math.Max(Math.Sqrt(first * second), 1e-12);
    }

    private static Dictionary<string, float[]> ReadCache(string path, string network)
    {
        var none = new Dictionary<string, float[]>(StringComparer.Ordinal);
        if (!File.Exists(path))
            return none;
        try
        {
            using var scope = NewDisposeScope();
            var file = TensorFile.Read(path);
            return string.Equals(file.Metadata.GetValueOrDefault("network"), network, StringComparison.Ordinal)
                ? file.Tensors.ToDictionary(t => t.Key, t => t.Value.ToTensor().ToArray<float>(), StringComparer.Ordinal)
                : none;
        }
        catch (VideoStyleException)
        {
            return none; // written by another version, or damaged: computed again
        }
    }

    private static void WriteCache(string path, string network, Dictionary<string, float[]> descriptors)
    {
        using var scope = NewDisposeScope();
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            SafetensorsWriter.Write(
                path,
                descriptors.ToDictionary(k => k.Key, k => HostTensor.From<float>(k.Value, k.Value.Length), StringComparer.Ordinal),
                ScalarType.Float32,
                new Dictionary<string, string>(StringComparer.Ordinal) { ["network"] = network }
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or VideoStyleException)
        {
            // Without the cache the next run is slower, nothing else.
        }
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
}
