using VideoStyle.Core.Compositing;
using VideoStyle.Core.Media;
using VideoStyle.Core.Stylizers;

namespace VideoStyle.Networks.Color;

/// <summary>An affine map of colors, <c>x ↦ A x + b</c>, that gives a stylized frame the mean and covariance of its input frame.</summary>
/// <remarks>
/// Gatys, Bethge, Hertzmann and Shechtman, "Preserving Color in Neural Artistic Style Transfer", 2016, section 4: linear color matching
/// with the symmetric roots of Image Analogies, <c>A = Σ_frame^½ Σ_stylized^−½</c> and <c>b = μ_frame − A μ_stylized</c>.
/// </remarks>
internal sealed class LinearColorMatch
{
    // The square of half a byte step: a stylized frame of one color has no covariance to divide by.
    private const double MinVariance = 0.5 / 255 * (0.5 / 255);

    private readonly float[] _matrix;
    private readonly float[] _offset;

    private LinearColorMatch(float[] matrix, float[] offset) => (_matrix, _offset) = (matrix, offset);

    /// <summary>Measures the map from a stylized frame to its input frame, of the same size.</summary>
    public static LinearColorMatch Between(StylizedFrame stylized, Frame frame)
    {
        var (from, to) = (new ColorMoments(), new ColorMoments());
        var values = stylized.Values;
        var pixels = frame.Pixels;
        for (var (i, j) = (0, 0); i < values.Length; i += StylizedFrame.Channels, j += 3)
        {
            from.Add(Clamped(values[i]), Clamped(values[i + 1]), Clamped(values[i + 2]));
            to.Add(pixels[j] / 255.0, pixels[j + 1] / 255.0, pixels[j + 2] / 255.0);
        }

        var matrix = to.Covariance(MinVariance).Power(0.5).Times(from.Covariance(MinVariance).Power(-0.5));
        var (mean, target) = (from.Mean, to.Mean);
        var a = Array.ConvertAll(matrix.Values, v => (float)v);
        float[] offset = [.. Enumerable.Range(0, 3).Select(k => (float)(target[k] - a[3 * k] * mean[0] - a[3 * k + 1] * mean[1] - a[3 * k + 2] * mean[2]))];
        return new LinearColorMatch(a, offset);
    }

    /// <summary>Maps all pixels of a stylized frame or of a region of one.</summary>
    public void Apply(StylizedFrame stylized) =>
        Rows.For(stylized.Height, (top, bottom) =>
        {
            for (var y = top; y < bottom; y++)
            {
                var row = stylized.Row(y);
                for (var i = 0; i < row.Length; i += StylizedFrame.Channels)
                {
                    var (r, g, b) = (Clamped(row[i]), Clamped(row[i + 1]), Clamped(row[i + 2]));
                    StylizedFrame.SetPixel(row, i, StylizedFrame.White * Map(0), StylizedFrame.White * Map(1), StylizedFrame.White * Map(2));

                    float Map(int k) => _matrix[3 * k] * r + _matrix[3 * k + 1] * g + _matrix[3 * k + 2] * b + _offset[k];
                }
            }
        });

    private static float Clamped(short value) => Math.Clamp((float)value / StylizedFrame.White, 0, 1);
}
