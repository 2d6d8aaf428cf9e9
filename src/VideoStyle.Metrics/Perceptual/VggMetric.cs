using VideoStyle.Metrics.Frames;
using VideoStyle.Metrics.Registry;
using VideoStyle.Metrics.Reports;
using VideoStyle.Native;
using VideoStyle.Networks.Weights;

namespace VideoStyle.Metrics.Perceptual;

/// <summary>Style, content and feature distances by VGG-19, where its weights are on this machine.</summary>
internal sealed class VggMetric : NetworkMetric
{
    /// <summary>The layers of the style distance. They stand here because naming them must not load TorchSharp.</summary>
    internal static readonly string[] LayerNames = ["relu1_1", "relu2_1", "relu3_1", "relu4_1"];

    private static readonly IReadOnlyList<FigureDefinition> Figures =
    [
        PerceptualFigures.Figure("content", "Squared feature difference to the source at relu3_1, over the source's square; Gatys et al. 2015, content loss."),
        PerceptualFigures.Figure("features to per frame", "The same to the per-frame rendering, mean of relu1_1, relu2_1, relu3_1 and relu4_1."),
        .. LayerNames.Select(layer => PerceptualFigures.Part($"style.{layer}", $"The style distance of {layer} alone.")),
        PerceptualFigures.Figure("style", "Σ (G − A)² / 4N² with Gram matrices per pixel, summed over relu1_1 to relu4_1; Gatys et al. 2015, style loss."),
    ];

    private readonly VggDistances? _network;
    private readonly string _weights = "";

    /// <summary>Loads the network, if its weights can be found.</summary>
    /// <exception cref="Core.Errors.VideoStyleException">What the settings name is missing or damaged.</exception>
    public VggMetric(MetricContext context)
        : base(Definition, context)
    {
        if (context.Networks is not { } networks)
            return;
        if (networks.StyleImage is not null || networks.Weights is not null)
            VideoStyleNative.Require(NativeUnits.Kernels);
        if (!VideoStyleNative.Units.HasFlag(NativeUnits.Kernels))
            return;
        var store = WeightsStore.User;
        var weights = networks.Weights ?? (networks.StyleImage is null ? store.Find() : store.Require());
        if (weights is not null)
            (_network, _weights) = (new VggDistances(weights, networks.StyleImage, context.HasPerFrame), Path.GetFileName(weights));
    }

    public static MetricInfo Definition { get; } = new()
    {
        Name = "vgg",
        Inputs = MetricInputs.Source | MetricInputs.Stylized | MetricInputs.PerFrame | MetricInputs.Network,
        Figures = Figures,
        Series = PerceptualFigures.SeriesOf(Figures),
    };

    public override string? Network => _network is null ? null : $"VGG-19 ({_weights}), shorter side {VggDistances.ShorterSide}";

    protected override bool IsAvailable => _network is not null;

    public override IEnumerable<LeftOutReport> ListLeftOut()
    {
        if (_network is null)
        {
            yield return new LeftOutReport(
                "style, content and feature distance",
                Context.Networks is null ? "no network was given" : "the weights of VGG-19 are not on this machine; set Weights, or fetch them with `videostyle weights`");
            yield break;
        }

        if (Context.Networks?.StyleImage is null)
            yield return new LeftOutReport("style distance", "no style image was given");
        if (!Context.HasPerFrame)
            yield return new LeftOutReport("feature distance to per frame", "no per-frame rendering was given");
    }

    public override void Dispose()
    {
        _network?.Dispose();
        base.Dispose();
    }

    protected override IReadOnlyList<IReadOnlyDictionary<string, double>> Measure(IReadOnlyList<ImageView> images, IReadOnlyList<ImageView>? previous) =>
        _network!.Measure(images);
}
