using VideoStyle.Core.Flow;
using VideoStyle.Metrics.Frames;
using VideoStyle.Metrics.Registry;
using VideoStyle.Metrics.Reports;

namespace VideoStyle.Metrics.Flow;

/// <summary>TecoGAN's tOF: the motion of each clip between neighboring frames against the source's.</summary>
internal sealed class TofMetric(MetricContext context) : Metric(Definition, context)
{
    private const string Key = "tof";

    /// <summary>TecoGAN leaves out the frames at both ends; its first pair ends at this frame.</summary>
    private const int FirstFrame = 3;

    private readonly FlowProvider? _flow = context.TofFlow;

    /// <summary>Whether the reference flow between neighbors is what tOF estimates in the source.</summary>
    private readonly bool _sharesFlow = context.Flow.IsEstimated
        && !context.Settings.ComposeFlow
        && string.Equals(context.Flow.Description, context.TofFlow?.Description, StringComparison.Ordinal);

    private long _frames;

    public static MetricInfo Definition { get; } = new()
    {
        Name = Key,
        Inputs = MetricInputs.Source | MetricInputs.Stylized | MetricInputs.StylizedFlow,
        Figures =
        [
            new()
            {
                Key = Key,
                Title = "tOF",
                Unit = "px",
                Direction = MetricDirection.LowerIsBetter,
                Definition = "Mean length of the difference between the motion seen in the stylized clip and in the source; Chu et al. 2020 (TecoGAN), Farneback flow.",
            },
        ],
        Series = [new() { Key = Key, Description = "tOF: mean length in pixels of the difference between the motion seen in the stylized clip and in the source" }],
    };

    public override Action? MeasureFrame(FrameContext frame)
    {
        var differences = _flow is not null && frame.Previous is { } previous && Wants(frame.Frames.Index) ? Compare(_flow, frame, previous) : [];
        return () =>
        {
            _frames++;
            for (var clip = 1; clip < differences.Length; clip++)
                Context.Series.Set(clip, Key, differences[clip]);
        };
    }

    /// <summary>Averages as TecoGAN does, without the ends; over all pairs where nothing else is left.</summary>
    public override IReadOnlyList<double?> Summarize(int clip)
    {
        var known = Context.Series.Known(clip, Key).ToList();
        var inner = known.Where(item => item.Frame >= FirstFrame && item.Frame <= _frames - FirstFrame).ToList();
        var used = inner.Count > 0 ? inner : known;
        return [used.Count == 0 ? null : used.Average(item => (double)item.Value)];
    }

    public override IEnumerable<LeftOutReport> ListLeftOut() => _flow is null ? [new LeftOutReport("tOF", "it was switched off")] : [];

    private bool Wants(long frame) => frame < FirstFrame || (frame - FirstFrame) % Context.Settings.TofEvery == 0;

    private double[] Compare(FlowProvider flow, FrameContext frame, FrameSet previous)
    {
        var shared = _sharesFlow ? frame.Pairs.FirstOrDefault(pair => pair.Earlier == previous)?.Flow.Forward.Value : null;
        var source = shared ?? Estimate(0);
        var differences = new double[frame.Frames.Images.Length];
        for (var clip = 1; clip < differences.Length; clip++)
        {
            var own = Estimate(clip);
            differences[clip] = FlowDifference.Mean(source, own);
            FlowBuffers.Return(own.Vectors);
        }

        if (shared is null)
            FlowBuffers.Return(source.Vectors);
        return differences;

        FlowField Estimate(int clip) =>
            flow.Get(previous.Images[clip].Luma, previous.Index, frame.Frames.Images[clip].Luma, frame.Frames.Index);
    }
}
