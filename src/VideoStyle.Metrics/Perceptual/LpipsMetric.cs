using VideoStyle.Metrics.Frames;
using VideoStyle.Metrics.Registry;
using VideoStyle.Metrics.Reports;
using VideoStyle.Native;

namespace VideoStyle.Metrics.Perceptual;

/// <summary>LPIPS to the per-frame rendering, and tLP, where AlexNet and the linear heads are given.</summary>
internal sealed class LpipsMetric : NetworkMetric
{
    private static readonly IReadOnlyList<FigureDefinition> Figures =
    [
        PerceptualFigures.Figure("LPIPS to per frame", "Perceptual distance to the per-frame rendering; Zhang et al. 2018, v0.1 over AlexNet, as in Lai et al. 2018."),
        PerceptualFigures.Figure("tLP", "100 |LPIPS(source t−1, t) − LPIPS(stylized t−1, t)|; Chu et al. 2020 (TecoGAN)."),
    ];

    private readonly LpipsDistances? _network;

    /// <summary>Loads the network, if it is given.</summary>
    /// <exception cref="Core.Errors.VideoStyleException">A file is missing or damaged.</exception>
    public LpipsMetric(MetricContext context)
        : base(Definition, context)
    {
        if (context.Networks is not { LpipsBackbone: { } backbone, LpipsHeads: { } heads })
            return;
        VideoStyleNative.Require(NativeUnits.Kernels);
        _network = LpipsDistances.Load(backbone, heads, context.HasPerFrame);
    }

    public static MetricInfo Definition { get; } = new()
    {
        Name = "lpips",
        Inputs = MetricInputs.Source | MetricInputs.Stylized | MetricInputs.PerFrame | MetricInputs.Network,
        Figures = Figures,
        Series = PerceptualFigures.SeriesOf(Figures),
    };

    public override string? Network => _network is null ? null : "LPIPS v0.1, AlexNet";

    protected override bool IsAvailable => _network is not null;

    public override IEnumerable<LeftOutReport> ListLeftOut()
    {
        if (_network is null)
            yield return new LeftOutReport("LPIPS, tLP", "no backbone was given; set LpipsBackbone and LpipsHeads");
        else if (!Context.HasPerFrame)
            yield return new LeftOutReport("LPIPS to per frame", "no per-frame rendering was given");
    }

    public override void Dispose()
    {
        _network?.Dispose();
        base.Dispose();
    }

    protected override IReadOnlyList<IReadOnlyDictionary<string, double>> Measure(IReadOnlyList<ImageView> images, IReadOnlyList<ImageView>? previous) =>
        _network!.Measure(images, previous);
}
