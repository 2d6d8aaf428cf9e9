using VideoStyle.Metrics;
using VideoStyle.Metrics.Perceptual;
using VideoStyle.Native;
using VideoStyle.Networks.Weights;

namespace VideoStyle.Cli.Measuring;

/// <summary>The networks of a measurement: those whose weights are on this machine or were given.</summary>
internal sealed class DistanceNetworks : IDisposable
{
    private VggDistances? _vgg;
    private LpipsDistances? _lpips;
    private string _weights = "";

    /// <summary>Loads what there is.</summary>
    /// <exception cref="Core.Errors.VideoStyleException">What the user asked for by name is missing or damaged.</exception>
    public static DistanceNetworks Open(MeasureRequest request)
    {
        if (request.StyleImage is not null || request.LpipsBackbone is not null)
            VideoStyleNative.Require(NativeUnits.Kernels);
        DistanceNetworks networks = new();
        if (!VideoStyleNative.Units.HasFlag(NativeUnits.Kernels))
            return networks;
        try
        {
            var store = WeightsStore.User;
            var weights = request.StyleImage is null ? store.Find() : store.Require();
            var hasPerFrame = request.PerFrame is not null;
            if (weights is not null)
                (networks._vgg, networks._weights) = (new VggDistances(weights, request.StyleImage, hasPerFrame), Path.GetFileName(weights));
            if (request is { LpipsBackbone: { } backbone, LpipsHeads: { } heads })
                networks._lpips = LpipsDistances.Load(backbone, heads, hasPerFrame);
            return networks;
        }
        catch
        {
            networks.Dispose();
            throw;
        }
    }

    public PerceptualMeter ToMeter()
    {
        PerceptualMeter[] meters =
        [
            _vgg?.ToMeter(_weights) ?? Nothing("style, content and feature distance", "the weights of VGG-19 are not on this machine; fetch them with `videostyle weights`"),
            _lpips?.ToMeter() ?? Nothing("LPIPS, tLP", "no backbone was given (--lpips-backbone)"),
        ];
        var described = meters.Select(meter => meter.Description).OfType<string>().ToList();
        return new PerceptualMeter(
            described.Count == 0 ? null : string.Join("; ", described),
            [.. meters.SelectMany(meter => meter.LeftOut)],
            (pictures, previous) => Merge([.. meters.Select(meter => meter.Measure(pictures, previous))])
        );
    }

    public void Dispose()
    {
        _vgg?.Dispose();
        _lpips?.Dispose();
    }

    private static PerceptualMeter Nothing(string metric, string reason) =>
        new(Description: null, [new LeftOutReport(metric, reason)], (pictures, _) => [.. pictures.Select(_ => new Dictionary<string, double>(StringComparer.Ordinal))]);

    private static List<IReadOnlyDictionary<string, double>> Merge(IReadOnlyList<IReadOnlyDictionary<string, double>>[] parts) =>
        [.. Enumerable.Range(0, parts[0].Count).Select(clip => parts.SelectMany(part => part[clip]).ToDictionary(StringComparer.Ordinal))];
}
