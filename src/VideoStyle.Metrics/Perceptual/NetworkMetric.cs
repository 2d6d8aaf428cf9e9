using VideoStyle.Metrics.Frames;
using VideoStyle.Metrics.Registry;

namespace VideoStyle.Metrics.Perceptual;

/// <summary>Distances by a network, at every <see cref="MeasureSettings.NetworkEvery"/>-th frame, averaged over these frames.</summary>
internal abstract class NetworkMetric(MetricInfo info, MetricContext context) : Metric(info, context)
{
    /// <summary>Gets whether there is a network; without one, nothing has a value.</summary>
    protected abstract bool IsAvailable { get; }

    // Measured when the frame is added: a network runs on several threads by itself, and one frame after another.
    public sealed override Action? MeasureFrame(FrameContext frame) =>
        IsAvailable && frame.Frames.Index % Context.Settings.NetworkEvery == 0 ? () => Add(frame) : null;

    public sealed override IReadOnlyList<double?> Summarize(int clip) => [.. Info.Figures.Select(figure => Average(clip, figure.Key))];

    /// <summary>Measures one frame of every clip.</summary>
    /// <param name="images">The frame of each clip: the source's first, that of the per-frame rendering last where there is one.</param>
    /// <param name="previous">The frames before in the same shot, or null.</param>
    /// <returns>The distances of each clip by key, empty for the source.</returns>
    protected abstract IReadOnlyList<IReadOnlyDictionary<string, double>> Measure(IReadOnlyList<ImageView> images, IReadOnlyList<ImageView>? previous);

    private static ImageView[] ViewsOf(FrameSet frames) => [.. frames.Images.Select(image => image.View)];

    private void Add(FrameContext frame)
    {
        var distances = Measure(ViewsOf(frame.Frames), frame.Previous is null ? null : ViewsOf(frame.Previous));
        for (var clip = 0; clip < distances.Count; clip++)
            foreach (var (key, value) in distances[clip])
                Context.Series.Set(clip, key, value);
    }

    private double? Average(int clip, string key)
    {
        var known = Context.Series.Known(clip, key).Select(item => (double)item.Value).ToList();
        return known.Count == 0 ? null : known.Average();
    }
}
