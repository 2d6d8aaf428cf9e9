using VideoStyle.Core.Flow;
using VideoStyle.Metrics.Frames;
using VideoStyle.Metrics.Registry;

namespace VideoStyle.Metrics.Truth;

/// <summary>The sharpness of all colors, of what moves by itself, and of the worst frames, over that of the per-frame rendering.</summary>
internal sealed class MovingSharpnessMetric(MetricContext context) : TruthMetric(Definition, context)
{
    /// <summary>A pixel moves by itself where its motion differs from the frame's median by more than this.</summary>
    private const double OwnMotionPx = 1.5;

    private readonly double[] _sums = new double[context.Clips.Count];
    private readonly double[] _moving = new double[context.Clips.Count];
    private readonly List<double>[] _ratios = [.. context.Clips.Select(_ => new List<double>())];

    public static MetricInfo Definition { get; } = new()
    {
        Name = "moving-sharpness",
        IsDefault = false,
        Inputs = MetricInputs.Stylized | MetricInputs.PerFrame | MetricInputs.TrueMotion,
        Figures =
        [
            new()
            {
                Key = "sharp",
                Title = "RGB sharpness × per frame",
                Direction = MetricDirection.CloserToOneIsBetter,
                Definition = "Mean squared Sobel gradient over pixels, colors and frames (reflection at the borders), over that of the per-frame rendering.",
            },
            new()
            {
                Key = "sharpMoving",
                Title = "moving",
                Direction = MetricDirection.CloserToOneIsBetter,
                Definition = "The same over the pixels whose known motion to the next frame differs from the frame's median by more than 1.5 px.",
            },
            new()
            {
                Key = "sharpWorst",
                Title = "worst tenth",
                Direction = MetricDirection.CloserToOneIsBetter,
                Definition = "The mean of the ratio over the tenth of the frames, rounded up, in which it is lowest.",
            },
        ],
        Series = [],
    };

    public override Action? MeasureFrame(FrameContext frame)
    {
        var moves = Moving(frame.Frames);
        (double All, double Moving)[] sums = [.. frame.Frames.Images.Select(image => Energy(image, moves))];
        return () =>
        {
            for (var clip = 0; clip < sums.Length; clip++)
            {
                _sums[clip] += sums[clip].All;
                _moving[clip] += sums[clip].Moving;
                if (Context.PerFrame is { } perFrame && sums[perFrame].All > 0)
                    _ratios[clip].Add(sums[clip].All / sums[perFrame].All);
            }
        };
    }

    public override IReadOnlyList<double?> Summarize(int clip)
    {
        var ratios = _ratios[clip];
        return [RatioToPerFrame(_sums, clip), RatioToPerFrame(_moving, clip), ratios.Count == 0 ? null : ratios.Order().Take((ratios.Count + 9) / 10).Average()];
    }

    // The last frame has no motion to a next one.
    private bool[] Moving(FrameSet frames)
    {
        var moving = new bool[frames.Source.Width * frames.Source.Height];
        if (Context.Flow.TryRead(frames.Source.Luma, frames.Index, frames.Index + 1) is not { } flow)
            return moving;
        var (u, v) = (Median(flow.Vectors, 0), Median(flow.Vectors, 1));
        for (var i = 0; i < moving.Length; i++)
            moving[i] = Math.Sqrt(Math.Pow(flow.Vectors[2 * i] - u, 2) + Math.Pow(flow.Vectors[2 * i + 1] - v, 2)) > OwnMotionPx;
        FlowBuffers.Return(flow.Vectors);
        return moving;
    }

    private static double Median(float[] vectors, int axis)
    {
        var values = new float[vectors.Length / 2];
        for (var i = 0; i < values.Length; i++)
            values[i] = vectors[2 * i + axis];
        Array.Sort(values);
        return ((double)values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
    }

    private static (double All, double Moving) Energy(FrameImage image, bool[] moving)
    {
        var (all, own, width) = (0.0, 0.0, image.Width);
        for (var y = 0; y < image.Height; y++)
        {
            var (above, here, below) = (width * Mirrored(y - 1, image.Height), width * y, width * Mirrored(y + 1, image.Height));
            for (var x = 0; x < width; x++)
            {
                var (left, right, sum) = (Mirrored(x - 1, width), Mirrored(x + 1, width), 0);
                for (var c = 0; c < 3; c++)
                {
                    var (a, b, low, high) = (At(above + left), At(above + right), At(below + left), At(below + right));
                    var gx = b - a + 2 * (At(here + right) - At(here + left)) + high - low;
                    var gy = low - a + 2 * (At(below + x) - At(above + x)) + high - b;
                    sum += gx * gx + gy * gy;

                    int At(int pixel) => image.Rgb[3 * pixel + c];
                }

                all += sum;
                own += moving[here + x] ? sum : 0;
            }
        }

        return (all, own);
    }

    private static int Mirrored(int at, int length) => length == 1 ? 0 : at < 0 ? -at : at < length ? at : 2 * length - 2 - at;
}
