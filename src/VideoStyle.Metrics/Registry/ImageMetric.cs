using VideoStyle.Metrics.Frames;

namespace VideoStyle.Metrics.Registry;

/// <summary>A metric that looks at each frame of each clip alone, or beside the source's frame, and averages over the frames.</summary>
internal abstract class ImageMetric(MetricInfo info, MetricContext context) : Metric(info, context)
{
    private readonly double[] _sums = new double[context.Clips.Count];
    private long _frames;

    /// <summary>Gets whether the source itself is measured too; otherwise it has no value.</summary>
    protected virtual bool MeasuresSource => false;

    private string SeriesKey => Info.Series[0].Key;

    public sealed override Action? MeasureFrame(FrameContext frame)
    {
        var first = MeasuresSource ? 0 : 1;
        double[] values = [.. frame.Frames.Images.Skip(first).Select(image => Measure(frame.Frames.Source, image))];
        return () =>
        {
            _frames++;
            for (var i = 0; i < values.Length; i++)
            {
                _sums[first + i] += values[i];
                Context.Series.Set(first + i, SeriesKey, ToSeries(values[i]));
            }
        };
    }

    public override IReadOnlyList<double?> Summarize(int clip) => [clip == 0 && !MeasuresSource ? null : Mean(clip)];

    /// <summary>Measures one image; called from several threads at once.</summary>
    protected abstract double Measure(FrameImage source, FrameImage image);

    /// <summary>Turns what is averaged into the value of a frame.</summary>
    protected virtual double ToSeries(double value) => value;

    /// <summary>Averages over all frames.</summary>
    protected double Mean(int clip) => _sums[clip] / _frames;
}
