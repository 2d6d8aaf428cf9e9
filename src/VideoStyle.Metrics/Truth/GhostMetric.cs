using VideoStyle.Metrics.Frames;
using VideoStyle.Metrics.Registry;

namespace VideoStyle.Metrics.Truth;

/// <summary>The difference to the per-frame rendering where something new shows, and elsewhere.</summary>
internal sealed class GhostMetric(MetricContext context) : TruthMetric(Definition, context)
{
    // Of each clip: where something is new, and elsewhere.
    private readonly long[] _new = new long[context.Clips.Count];
    private readonly long[] _rest = new long[context.Clips.Count];
    private (long New, long All) _values;

    public static MetricInfo Definition { get; } = new()
    {
        Name = "ghost",
        IsDefault = false,
        Inputs = MetricInputs.Stylized | MetricInputs.PerFrame | MetricInputs.TrueMotion,
        Figures =
        [
            new()
            {
                Key = "ghost",
                Title = "ghost",
                Unit = "levels",
                Direction = MetricDirection.LowerIsBetter,
                Decimals = 2,
                Definition = "Mean absolute difference to the per-frame rendering, RGB 0–255, over the pixels that show what the frame before did not: nothing painted before belongs there.",
            },
            new()
            {
                Key = "rest",
                Title = "rest",
                Unit = "levels",
                Decimals = 2,
                Definition = "The same over all other pixels of these frames: what ghost is to be compared with.",
            },
        ],
        Series = [],
    };

    public override Action? MeasureFrame(FrameContext frame)
    {
        if (frame.Frames.Index == 0 || Context.PerFrame is not { } perFrame)
            return null;
        var isNew = Truth.New(frame.Frames.Index, Size).Certainty;
        (long New, long Other)[] sums = [.. frame.Frames.Images.Select(image => Sum(image, frame.Frames.Images[perFrame], isNew))];
        return () =>
        {
            _values = (_values.New + 3 * isNew.Count(value => value > 0), _values.All + 3 * isNew.Length);
            for (var clip = 0; clip < sums.Length; clip++)
                (_new[clip], _rest[clip]) = (_new[clip] + sums[clip].New, _rest[clip] + sums[clip].Other);
        };
    }

    public override IReadOnlyList<double?> Summarize(int clip) =>
        clip == 0 || _values.All == 0 ? [null, null] : [Mean(_new[clip], _values.New), Mean(_rest[clip], _values.All - _values.New)];

    private static double? Mean(long sum, long count) => count == 0 ? null : (double)sum / count;

    private static (long New, long Other) Sum(FrameImage image, FrameImage perFrame, byte[] isNew)
    {
        var (sum, rest) = (0L, 0L);
        for (var i = 0; i < isNew.Length; i++)
        {
            var difference = 0;
            for (var c = 3 * i; c < 3 * i + 3; c++)
                difference += Math.Abs(image.Rgb[c] - perFrame.Rgb[c]);
            sum += isNew[i] > 0 ? difference : 0;
            rest += isNew[i] > 0 ? 0 : difference;
        }

        return (sum, rest);
    }
}
