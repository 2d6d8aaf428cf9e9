using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Networks.Loss;
using VideoStyle.Torch.Files;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Networks.Arbitrary;

/// <summary>A folder of pictures, each known by what VGG-19 sees in it, so that the one most like a frame can be found.</summary>
/// <remarks>
/// A picture is known by mean and deviation of its features at four layers, each layer's part brought to length 1. Likeness is the
/// cosine of two such vectors less the collection's mean: so what all its pictures share does not count. What was computed is kept
/// in a file beside the weights, and again for the pictures that have changed.
/// </remarks>
public sealed class StyleFolder : IDisposable
{
    private const int ShorterSide = 256;
    private const int MostPictures = 10_000;
    private static readonly string[] LayerMeanings = ["colour and light", "fine texture", "texture", "shapes"];

    private readonly LossNetwork _network;
    private readonly List<float[]> _known;
    private readonly float[] _mean;
    private readonly int[] _layerEnds;

    private StyleFolder(LossNetwork network, List<(string Path, float[] Known)> pictures, int[] layerEnds)
    {
        (_network, _layerEnds) = (network, layerEnds);
        Pictures = [.. pictures.Select(p => p.Path)];
        _known = [.. pictures.Select(p => p.Known)];
        _mean = [.. Enumerable.Range(0, _known[0].Length).Select(i => _known.Count > 1 ? _known.Average(k => k[i]) : 0)];
    }

    /// <summary>Gets the pictures.</summary>
    public IReadOnlyList<string> Pictures { get; }

    /// <summary>Gets the pictures that were left out because they cannot be read, one sentence each.</summary>
    public IReadOnlyList<string> Notes { get; private init; } = [];

    /// <summary>Reads a folder, and what is known of it.</summary>
    /// <param name="folder">Holds pictures, itself or in folders.</param>
    /// <param name="weights">Finds a file that <see cref="LossNetwork.Load"/> reads.</param>
    /// <param name="cache">The folder to keep what was computed in.</param>
    /// <exception cref="VideoStyleException">There is no such folder, or no picture in it that can be painted after (Input).</exception>
    public static StyleFolder Open(string folder, Func<string> weights, string cache)
    {
        ArgumentNullException.ThrowIfNull(weights);
        if (!Directory.Exists(folder))
            throw new VideoStyleException(ErrorKind.Input, $"{folder}: there is no such folder of pictures.");
        var paths = StylePicture.List(folder);
        if (paths.Count is 0 or > MostPictures)
            throw new VideoStyleException(
                ErrorKind.Input,
                $"{folder}: holds {(paths.Count == 0 ? "no pictures" : $"{paths.Count} pictures, more than {MostPictures}")}.",
                "A collection is a folder of paintings as .jpg, .png or .webp."
            );
        var network = LossNetwork.Load(weights(), CPU, ScalarType.Float32);
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

    /// <summary>Finds the pictures most like a frame.</summary>
    /// <param name="frame">Of any size; 16 pixels and more on each side.</param>
    /// <param name="count">How many.</param>
    /// <returns>Number, likeness from −1 to 1, and in what they are most alike; the best first.</returns>
    public IReadOnlyList<(int Picture, double Likeness, string AlikeIn)> FindNearest(Frame frame, int count)
    {
        using var scope = NewDisposeScope();
        var rgb = Pixels.ToTensor(frame).to(ScalarType.Float32).contiguous() / 255;
        var scale = (double)ShorterSide / Math.Min(frame.Width, frame.Height);
        var sized = Sampling.Resize(rgb, Math.Max(16, (long)Math.Round(frame.Height * scale)), Math.Max(16, (long)Math.Round(frame.Width * scale)));
        var seen = Know(_network, sized.clamp(0, 1)).Known;
        return
        [
            .. Enumerable.Range(0, Pictures.Count)
                .Select(i => (Picture: i, Likeness: Cosine(seen, _known[i], 0, seen.Length), AlikeIn: AlikeIn(seen, _known[i])))
                .OrderByDescending(p => p.Likeness)
                .Take(count),
        ];
    }

    /// <inheritdoc />
    public void Dispose() => _network.Dispose();

    private static StyleFolder Read(LossNetwork network, string folder, IReadOnlyList<string> paths, string cacheFile)
    {
        var kept = ReadCache(cacheFile, network.Path);
        var known = new Dictionary<string, float[]>(StringComparer.Ordinal);
        var pictures = new List<(string, float[])>();
        var notes = new List<string>();
        int[] ends = [128, 384, 896, 1920];
        foreach (var path in paths)
        {
            var file = new FileInfo(path);
            var key = string.Create(CultureInfo.InvariantCulture, $"{Path.GetRelativePath(folder, path)}|{file.Length}|{file.LastWriteTimeUtc.Ticks}");
            try
            {
                if (!kept.TryGetValue(key, out var vector))
                    (vector, ends) = Know(network, path);
                known[key] = vector;
                pictures.Add((path, vector));
            }
            catch (VideoStyleException e) when (e.Kind == ErrorKind.Input)
            {
                notes.Add(e.Message);
            }
        }

        if (pictures.Count == 0)
            throw new VideoStyleException(ErrorKind.Input, $"{folder}: none of its {paths.Count} pictures can be painted after; {notes[0]}");
        if (!known.Keys.ToHashSet(StringComparer.Ordinal).SetEquals(kept.Keys))
            WriteCache(cacheFile, network.Path, known);
        return new StyleFolder(network, pictures, ends) { Notes = notes };
    }

    private static (float[] Known, int[] Ends) Know(LossNetwork network, string path)
    {
        using var scope = NewDisposeScope();
        return Know(network, StylePicture.Read(path, ShorterSide));
    }

    private static (float[] Known, int[] Ends) Know(LossNetwork network, Tensor picture)
    {
        using var noGrad = no_grad();
        var vector = new List<float>();
        var ends = new List<int>();
        foreach (var features in network.Features(picture))
        {
            var (mean, deviation) = FeatureStatistics.Of(features);
            float[] part = [.. mean.ToArray<float>(), .. deviation.ToArray<float>()];
            var length = MathF.Sqrt(part.Sum(v => v * v));
            vector.AddRange(part.Select(v => v / Math.Max(length, 1e-12f)));
            ends.Add(vector.Count);
        }

        return ([.. vector], [.. ends]);
    }

    private string AlikeIn(float[] seen, float[] known)
    {
        var best = Enumerable.Range(0, _layerEnds.Length).MaxBy(i => Cosine(seen, known, i == 0 ? 0 : _layerEnds[i - 1], _layerEnds[i]));
        return LayerMeanings[Math.Min(best, LayerMeanings.Length - 1)];
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

    private static Dictionary<string, float[]> ReadCache(string path, string weights)
    {
        var none = new Dictionary<string, float[]>(StringComparer.Ordinal);
        if (!File.Exists(path))
            return none;
        try
        {
            using var scope = NewDisposeScope();
            var file = TensorFile.Read(path);
            return string.Equals(file.Metadata.GetValueOrDefault("weights"), weights, StringComparison.Ordinal)
                ? file.Tensors.ToDictionary(t => t.Key, t => t.Value.ToTensor().ToArray<float>(), StringComparer.Ordinal)
                : none;
        }
        catch (VideoStyleException)
        {
            return none; // written by another version, or damaged: computed again
        }
    }

    private static void WriteCache(string path, string weights, Dictionary<string, float[]> known)
    {
        using var scope = NewDisposeScope();
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            SafetensorsWriter.Write(
                path,
                known.ToDictionary(k => k.Key, k => HostTensor.From<float>(k.Value, k.Value.Length), StringComparer.Ordinal),
                ScalarType.Float32,
                new Dictionary<string, string>(StringComparer.Ordinal) { ["weights"] = weights }
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or VideoStyleException)
        {
            // Without it the next run is slower, no more.
        }
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
}
