using VideoStyle.Core.Compositing;
using VideoStyle.Core.Media;
using VideoStyle.Core.Stylizers;

namespace VideoStyle.Core.Color;

/// <summary>Gives paintings the colours of their frames.</summary>
/// <remarks>
/// Gatys, Bethge, Hertzmann and Shechtman, "Preserving Color in Neural Artistic Style Transfer", 2016: luminance-only transfer (section
/// 5, in YIQ) and linear colour matching (section 4, with the symmetric roots of Image Analogies). Both are applied to the painting,
/// where the paper changes the style picture before: so they serve styles that are trained as well.
/// </remarks>
/// <param name="inner">Paints; disposed here.</param>
/// <param name="keeping">What is kept.</param>
public sealed class ColorPreservingStylizer(IStylizer inner, ColorPreservation keeping) : IStylizer
{
    // Half a grey level squared: a painting of one colour has no covariance to divide by.
    private const double LeastVariance = 0.5 / 255 * (0.5 / 255);
    private const float ByteStep = StylizedFrame.White / 255f;

    /// <inheritdoc />
    public int Workers => inner.Workers;

    /// <inheritdoc />
    public string Description => $"{inner.Description}, colours kept by {keeping.ToString().ToLowerInvariant()}";

    /// <inheritdoc />
    public void Follow(Frame frame) => inner.Follow(frame);

    /// <inheritdoc />
    public StylizedFrame Paint(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        var painting = inner.Paint(frame);
        if (keeping == ColorPreservation.Luminance)
            KeepPixels(painting, frame);
        else if (keeping == ColorPreservation.Histogram)
            KeepPalette(painting, frame);
        return painting;
    }

    /// <inheritdoc />
    public void Dispose() => inner.Dispose();

    // In YIQ, as in every space of luma and colour differences, exchanging the luma adds the same to red, green and blue.
    private static void KeepPixels(StylizedFrame painting, Frame frame) =>
        Rows.For(painting.Height, (top, bottom) =>
        {
            for (var y = top; y < bottom; y++)
            {
                var row = painting.Row(y);
                var pixels = frame.Pixels.Slice(3 * y * painting.Width, 3 * painting.Width);
                for (var (i, j) = (0, 0); i < row.Length; i += StylizedFrame.Channels, j += 3)
                {
                    var (r, g, b) = (pixels[j] * ByteStep, pixels[j + 1] * ByteStep, pixels[j + 2] * ByteStep);
                    var lighter = row[i + 3] - (0.299f * r + 0.587f * g + 0.114f * b);
                    StylizedFrame.SetPixel(row, i, r + lighter, g + lighter, b + lighter);
                }
            }
        });

    private static void KeepPalette(StylizedFrame painting, Frame frame)
    {
        var (from, to) = (new ColorMoments(), new ColorMoments());
        var values = painting.Values;
        var pixels = frame.Pixels;
        for (var (i, j) = (0, 0); i < values.Length; i += StylizedFrame.Channels, j += 3)
        {
            from.Add(Bounded(values[i]), Bounded(values[i + 1]), Bounded(values[i + 2]));
            to.Add(pixels[j] / 255.0, pixels[j + 1] / 255.0, pixels[j + 2] / 255.0);
        }

        // A = Σ_frame^½ Σ_painting^−½
        var matrix = to.Covariance(LeastVariance).Power(0.5).Times(from.Covariance(LeastVariance).Power(-0.5));
        var (mean, target) = (from.Mean, to.Mean);
        var a = Array.ConvertAll(matrix.Values, v => (float)v);
        float[] offset = [.. Enumerable.Range(0, 3).Select(k => (float)(target[k] - a[3 * k] * mean[0] - a[3 * k + 1] * mean[1] - a[3 * k + 2] * mean[2]))];
        Rows.For(painting.Height, (top, bottom) =>
        {
            for (var y = top; y < bottom; y++)
            {
                var row = painting.Row(y);
                for (var i = 0; i < row.Length; i += StylizedFrame.Channels)
                {
                    var (r, g, b) = (Bounded(row[i]), Bounded(row[i + 1]), Bounded(row[i + 2]));
                    StylizedFrame.SetPixel(row, i, StylizedFrame.White * Mix(0), StylizedFrame.White * Mix(1), StylizedFrame.White * Mix(2));

                    float Mix(int k) => a[3 * k] * r + a[3 * k + 1] * g + a[3 * k + 2] * b + offset[k];
                }
            }
        });
    }

    private static float Bounded(short value) => Math.Clamp((float)value / StylizedFrame.White, 0, 1);
}
