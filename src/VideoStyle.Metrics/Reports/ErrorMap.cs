using VideoStyle.Metrics.Flow;

namespace VideoStyle.Metrics.Reports;

/// <summary>Renders the difference of two images as colors: black, violet, orange, yellow.</summary>
public static class ErrorMap
{
    /// <summary>The root mean squared difference of the channels, of 1, that is shown as yellow.</summary>
    public const double FullScale = 0.25;

    /// <summary>The brightness of pixels that are not valid.</summary>
    private const double InvalidShare = 0.3;

    private static readonly (double R, double G, double B)[] Ramp =
        [(0, 0, 4), (87, 16, 110), (188, 55, 84), (249, 142, 9), (252, 255, 164)];

    internal static byte[] Render(ReadOnlySpan<byte> image, ReadOnlySpan<byte> other, ValidityMask mask)
    {
        var result = new byte[3 * mask.Certainty.Length];
        for (var i = 0; i < mask.Certainty.Length; i++)
        {
            double squares = 0;
            for (var j = 3 * i; j < 3 * i + 3; j++)
                squares += (image[j] - other[j]) * (image[j] - other[j]);
            var color = At(Math.Sqrt(squares / 3) / 255 / FullScale);
            var share = InvalidShare + (1 - InvalidShare) * mask.Certainty[i] / 255.0;
            (result[3 * i], result[3 * i + 1], result[3 * i + 2]) = ((byte)(share * color.R), (byte)(share * color.G), (byte)(share * color.B));
        }

        return result;
    }

    internal static byte[] RenderMask(ValidityMask mask)
    {
        var result = new byte[3 * mask.Certainty.Length];
        for (var i = 0; i < result.Length; i++)
            result[i] = mask.Certainty[i / 3];
        return result;
    }

    private static (double R, double G, double B) At(double value)
    {
        var position = Math.Clamp(value, 0, 1) * (Ramp.Length - 1);
        var index = Math.Min((int)position, Ramp.Length - 2);
        var (a, b, t) = (Ramp[index], Ramp[index + 1], position - index);
        return (a.R + t * (b.R - a.R), a.G + t * (b.G - a.G), a.B + t * (b.B - a.B));
    }
}
