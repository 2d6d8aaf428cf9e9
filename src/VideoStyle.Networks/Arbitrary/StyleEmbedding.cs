using System.Security.Cryptography;
using VideoStyle.Core.Errors;
using VideoStyle.Networks.Models;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Networks.Arbitrary;

/// <summary>Describes an image by its style: the statistics from which the network that ships with the program predicts styles.</summary>
/// <remarks>
/// Mean and covariance of the colours, and mean and standard deviation of each channel at four scales (<see cref="PredictedStyleParameterization"/>).
/// They were trained to tell styles apart, and need no file beside the program's own.
/// </remarks>
internal sealed class StyleEmbedding : IDisposable
{
    /// <summary>The shorter side that images are brought to, in pixels.</summary>
    internal const int ShorterSide = PredictedStyleParameterization.StyleImageSize;

    /// <summary>What each part of a descriptor tells of.</summary>
    internal static readonly string[] Parts = ["colour and light", "fine texture", "texture", "shapes"];

    private readonly Dictionary<string, Tensor> _parameters;

    private StyleEmbedding(Dictionary<string, Tensor> parameters, string id) => (_parameters, Id) = (parameters, id);

    /// <summary>Gets what changes with the network, and with it every descriptor.</summary>
    internal string Id { get; }

    /// <summary>Loads the network.</summary>
    /// <exception cref="VideoStyleException">It is not there or damaged (Model).</exception>
    internal static StyleEmbedding Load()
    {
        var path = MultiStyleModel.BuiltInArbitrary;
        if (!File.Exists(path))
            throw new VideoStyleException(ErrorKind.Model, $"{path}: the network that compares styles is not there.", "Build or install VideoStyle again.");
        using var scope = NewDisposeScope();
        var tensors = MultiStyleModel.LoadArbitrary(path).Tensors()
            .Where(t => PredictedStyleParameterization.IsOfPrediction(t.Key))
            .ToDictionary(t => t.Key, t => t.Value.to(ScalarType.Float32).DetachFromDisposeScope(), StringComparer.Ordinal);
        return new StyleEmbedding(tensors, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))));
    }

    /// <summary>Describes an image.</summary>
    /// <param name="image"><c>[1, 3, H, W]</c>, 0–1, the shorter side <see cref="ShorterSide"/>.</param>
    /// <returns>The descriptor, and where each of its <see cref="Parts"/> ends; each part has unit length.</returns>
    internal (float[] Descriptor, int[] Ends) Describe(Tensor image)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var statistics = PredictedStyleParameterization.Statistics(_parameters, image);
        List<float> descriptor = [];
        List<int> ends = [];
        // Three tensors of the colours, then mean and deviation of each layer; the first two layers see strokes and grain.
        foreach (var part in (IEnumerable<Tensor>[])[statistics[..3], statistics[3..7], statistics[7..9], statistics[9..]])
        {
            var values = part.SelectMany(t => t.ToArray<float>()).ToArray();
            var length = Math.Max(MathF.Sqrt(values.Sum(v => v * v)), 1e-12f);
            descriptor.AddRange(values.Select(v => v / length));
            ends.Add(descriptor.Count);
        }

        return ([.. descriptor], [.. ends]);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var tensor in _parameters.Values)
            tensor.Dispose();
    }
}
