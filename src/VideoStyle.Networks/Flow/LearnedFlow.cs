using VideoStyle.Core.Errors;
using VideoStyle.Core.Flow;
using VideoStyle.Core.Media;
using VideoStyle.Native.Vision;
using VideoStyle.Networks.Weights;
using VideoStyle.Torch.Runtime;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Networks.Flow;

/// <summary>Optical flow by our network: by itself, or as the initial flow of DIS.</summary>
/// <remarks>
/// The features of the last two images are kept: the flow back costs no second encoder, and of the next frame only one image is new.
/// The network finds large motion that DIS misses; DIS finds the fractions of a pixel.
/// </remarks>
internal sealed class LearnedFlow : IFlowEstimator
{
    private const string FileName = "flow.safetensors";
    private const int Kept = 2;
    private static readonly int[] Steps = [1, 1, 1];

    private readonly Dictionary<string, Tensor> _weights;
    private readonly FlowNetwork _network;
    private readonly OpenCvFlow? _refinement;
    private readonly List<(LumaImage Image, FlowFeatures Features)> _kept = []; // the last used one last

    private LearnedFlow(Dictionary<string, Tensor> weights, ScalarType dtype, OpenCvFlow? refinement, string name)
    {
        (_weights, _refinement) = (weights, refinement);
        _network = new FlowNetwork(weights, dtype);
        Description = refinement is null ? $"flow network {name}" : $"flow network {name}, then {refinement.Description}";
    }

    /// <inheritdoc />
    public string Description { get; }

    /// <summary>Gets a value indicating whether this machine has the weights of a network.</summary>
    internal static bool IsAvailable => Find() is not null;

    /// <summary>Creates an estimator with the weights of this machine.</summary>
    /// <param name="refined">Whether DIS, medium preset, refines the result.</param>
    /// <exception cref="VideoStyleException">There are no weights, or they are damaged (Model); a native library is not there (Runtime).</exception>
    internal static LearnedFlow Create(bool refined) =>
        Load(
            Find()
                ?? throw new VideoStyleException(
                    ErrorKind.Model,
                    $"The weights of the flow network are not on this machine (looked for {FileName} in {string.Join(", ", Folders())}).",
                    $"Set CoherenceOptions.Flow to another estimator, or train a network with: videostyle train flow '{Path.Combine(WeightsStore.User.Cache, FileName)}'"),
            refined);

    /// <summary>Loads a network.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="refined">Whether DIS, medium preset, refines the result.</param>
    /// <param name="precise">Whether convolutions compute in float where bfloat16 would be faster.</param>
    /// <exception cref="VideoStyleException">It is missing or damaged (Model); a native library is not there (Runtime).</exception>
    internal static LearnedFlow Load(string path, bool refined, bool precise = false)
    {
        var file = FlowModelFile.Read(path);
        TorchRuntime.Load();
        var dtype = TorchRuntime.CpuHasBFloat16 && !precise ? ScalarType.BFloat16 : ScalarType.Float32;
        var refinement = refined ? OpenCvFlow.Create(FlowMethod.DisMedium) : null;
        using var scope = NewDisposeScope();
        var weights = FlowNetwork.Parameters.ToDictionary(
            p => p.Key,
            p =>
            {
                var tensor = file.Tensors[p.Key].ToTensor().to(dtype);
                return (p.Value.Length == 4 ? tensor.ToChannelsLast() : tensor).DetachFromDisposeScope();
            },
            StringComparer.Ordinal);
        return new LearnedFlow(weights, dtype, refinement, file.Metadata.GetValueOrDefault("name", Path.GetFileNameWithoutExtension(path)));
    }

    /// <inheritdoc />
    public FlowField Estimate(LumaImage source, LumaImage target)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        if (source.Width != target.Width || source.Height != target.Height)
            throw new ArgumentException($"The pictures differ in size: {source.Width}x{source.Height} and {target.Width}x{target.Height}.", nameof(target));
        return TorchFailure.Translate(() => EstimateOf(source, target));
    }

    /// <inheritdoc />
    public (FlowField Forward, FlowField Backward) EstimateBoth(LumaImage first, LumaImage second) => (Estimate(first, second), Estimate(second, first));

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var (_, features) in _kept)
            features.Dispose();
        _kept.Clear();
        foreach (var weight in _weights.Values)
            weight.Dispose();
        _refinement?.Dispose();
    }

    private FlowField EstimateOf(LumaImage source, LumaImage target)
    {
        // One thread, as DIS has: the stylizer's workers use the others, and results do not depend on the machine.
        TorchThreads.Set(1);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (first, second) = (FeaturesOf(source), FeaturesOf(target));
        var flow = _network.Predict(first, second, Steps).Flow.narrow(2, 0, source.Height).narrow(3, 0, source.Width);
        var vectors = FlowBuffers.Rent(checked(2 * source.Width * source.Height));
        flow[0].permute(1, 2, 0).CopyTo<float>(vectors);
        _refinement?.Refine(source, target, vectors);
        return new FlowField(source.Width, source.Height, vectors);
    }

    private FlowFeatures FeaturesOf(LumaImage image)
    {
        var at = _kept.FindIndex(k => ReferenceEquals(k.Image, image));
        if (at >= 0)
        {
            var found = _kept[at];
            _kept.RemoveAt(at);
            _kept.Add(found);
            return found.Features;
        }

        using var scope = NewDisposeScope();
        var features = _network.Encode(Padded(image)).Detach();
        if (_kept.Count == Kept)
        {
            _kept[0].Features.Dispose();
            _kept.RemoveAt(0);
        }

        _kept.Add((image, features));
        return features;
    }

    /// <summary>The image with its border replicated up to multiples of the network's stride.</summary>
    private static Tensor Padded(LumaImage image)
    {
        var (right, bottom) = (-image.Width & (FlowNetwork.Stride - 1), -image.Height & (FlowNetwork.Stride - 1));
        var luma = HostTensor.From<byte>(image.Pixels, 1, 1, image.Height, image.Width).to(ScalarType.Float32);
        return right + bottom == 0 ? luma : F.pad(luma, [0, right, 0, bottom], PaddingModes.Replicate);
    }

    private static string? Find() => Folders().Select(f => Path.Combine(f, FileName)).FirstOrDefault(File.Exists);

    private static IEnumerable<string> Folders() => WeightsStore.User.Folders.Append(Path.Combine(AppContext.BaseDirectory, "styles", "flow"));
}
