using VideoStyle.Core.Media;

namespace VideoStyle.Core.MotionEstimation;

/// <summary>The global change of gain and bias between two images: <c>p = (1 + Gain) y + Bias</c>.</summary>
/// <param name="Gain">The change of contrast; 0 where it is the same.</param>
/// <param name="Bias">The change of brightness in units of luma (0–255).</param>
/// <remarks>
/// Automatic exposure changes every pixel when, for example, a white car drives by. A network with instance normalization stylizes the
/// frame as before, so the change must not lower the confidence.
/// </remarks>
internal readonly record struct PhotometricCompensation(float Gain, float Bias)
{
    /// <summary>The distance of the rows that are measured.</summary>
    private const int RowStep = 4;

    /// <summary>The maximum residuals in units of luma, for the first and the second fit.</summary>
    private const float CoarseResidual = 48;
    private const float FineResidual = 12;

    /// <summary>The minimum confidence of the pixels that are measured, as an exponent.</summary>
    private const float MinExponent = -1;

    /// <summary>The maximum changes that automatic exposure causes, and the minimum change that is compensated.</summary>
    private const float MaxGain = 0.25f;
    private const float MaxBias = 48;
    private const float MinChange = 0.5f;

    /// <summary>Pixels match within this many units of luma, and a step is accepted if it makes this many times as many pixels match.</summary>
    private const int MatchTolerance = 2;
    private const double MinMatchRatio = 1.25;

    /// <summary>The minimum fraction of the measured pixels that fit with the change and not without it.</summary>
    private const double MinExplained = 0.02;

    /// <summary>Gets the change of a mid-gray, 128.</summary>
    public float OfMidGray => 128 * Gain + Bias;

    /// <summary>Estimates the change of brightness before the motion is known: the median of the differences.</summary>
    /// <param name="image">The first image.</param>
    /// <param name="other">The second image, of the same size.</param>
    /// <returns>The first image's brightness minus the second's in units of luma; 0 where that makes few more pixels match.</returns>
    public static int BrightnessStep(LumaImage image, LumaImage other)
    {
        Span<int> counts = stackalloc int[511];
        counts.Clear();
        var total = 0;
        for (var row = 0; row < image.Height; row += RowStep, total += image.Width)
            for (var i = row * image.Width; i < (row + 1) * image.Width; i++)
                counts[255 + image.Pixels[i] - other.Pixels[i]]++;
        var (median, below) = (-1, 0);
        while (2 * below < total)
            below += counts[++median];
        return Math.Abs(median - 255) <= MaxBias && Near(counts, median) > MinMatchRatio * Near(counts, 255) ? median - 255 : 0;

        static int Near(ReadOnlySpan<int> counts, int at)
        {
            var near = 0;
            foreach (var count in counts[Math.Max(at - MatchTolerance, 0)..Math.Min(at + MatchTolerance + 1, counts.Length)])
                near += count;
            return near;
        }
    }

    /// <summary>Fits the change to the differences of two images.</summary>
    /// <param name="image"><c>y</c>.</param>
    /// <param name="differences"><c>p − y</c> along the flow, one value for each pixel.</param>
    /// <param name="exponents">The exponent of the confidence, at most 0, one value for each pixel.</param>
    /// <returns>The change; default where it explains few more pixels than no change.</returns>
    public static PhotometricCompensation Fit(LumaImage image, ReadOnlySpan<float> differences, ReadOnlySpan<float> exponents)
    {
        var (first, _) = Solve(image, differences, exponents, default, CoarseResidual);
        var (change, seen) = Solve(image, differences, exponents, first, FineResidual);
        if (Math.Abs(change.Gain) > MaxGain || Math.Abs(change.Bias) > MaxBias || Math.Abs(change.OfMidGray) + 64 * Math.Abs(change.Gain) < MinChange)
            return default;
        var with = Count(image, differences, exponents, change);
        var without = Count(image, differences, exponents, default);
        return with - without > MinExplained * seen ? change : default;
    }

    /// <summary>Subtracts the change from differences.</summary>
    /// <param name="image"><c>y</c>.</param>
    /// <param name="exponents">As for <see cref="Fit"/>; pixels whose vector leaves the image are not changed.</param>
    /// <param name="differences">Changed.</param>
    public void Apply(LumaImage image, ReadOnlySpan<float> exponents, Span<float> differences)
    {
        for (var i = 0; i < differences.Length; i++)
            if (exponents[i] > FlowConsistency.Outside)
                differences[i] -= Gain * image.Pixels[i] + Bias;
    }

    // Least squares over the pixels whose residual to an earlier estimate is within a limit, and their number.
    private static (PhotometricCompensation Change, int Count) Solve(
        LumaImage image, ReadOnlySpan<float> differences, ReadOnlySpan<float> exponents, PhotometricCompensation about, float limit)
    {
        var (count, sumY, sumD, sumYY, sumYD) = (0, 0.0, 0.0, 0.0, 0.0);
        for (var row = 0; row < image.Height; row += RowStep)
        {
            for (var i = row * image.Width; i < (row + 1) * image.Width; i++)
            {
                var (y, d) = ((float)image.Pixels[i], differences[i]);
                if (!(exponents[i] >= MinExponent) || Math.Abs(d - about.Gain * y - about.Bias) > limit)
                    continue;
                count++;
                (sumY, sumD, sumYY, sumYD) = (sumY + y, sumD + d, sumYY + y * y, sumYD + y * d);
            }
        }

        if (count == 0)
            return (default, 0);
        // Regularized: a uniform image has no contrast to change.
        var variance = sumYY - sumY * sumY / count + 16.0 * count;
        var gain = (sumYD - sumY * sumD / count) / variance;
        return (new PhotometricCompensation((float)gain, (float)((sumD - gain * sumY) / count)), count);
    }

    // The number of pixels that the change explains; each counts 1 at residual 0 and 0 at the limit.
    private static double Count(LumaImage image, ReadOnlySpan<float> differences, ReadOnlySpan<float> exponents, PhotometricCompensation change)
    {
        var sum = 0.0;
        for (var row = 0; row < image.Height; row += RowStep)
            for (var i = row * image.Width; i < (row + 1) * image.Width; i++)
                if (exponents[i] >= MinExponent)
                    sum += Math.Max(0, 1 - Math.Abs(differences[i] - change.Gain * image.Pixels[i] - change.Bias) / FineResidual);
        return sum;
    }
}
