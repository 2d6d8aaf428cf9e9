using VideoStyle.Core.Media;

namespace VideoStyle.Core.MotionEstimation;

/// <summary>How much brighter or richer in contrast one picture is than another as a whole: <c>p = y + Gain · y + Offset</c>.</summary>
/// <param name="Gain">The contrast that is more, 0 where it is the same.</param>
/// <param name="Offset">The brightness that is more, in units of luma (0–255).</param>
/// <remarks>
/// A camera adjusts itself when a white car drives by, and from then on no pixel is what it was. A network that normalises by
/// instance paints the same as before, and so nothing has to be painted anew.
/// </remarks>
internal readonly record struct PhotometricCompensation(float Gain, float Offset)
{
    /// <summary>Every so many rows are looked at.</summary>
    private const int RowStep = 4;

    /// <summary>Differences that count at first, and once a change of exposure is taken off.</summary>
    private const float Wide = 48;
    private const float Narrow = 12;

    /// <summary>The doubt from which on a flow shows the same in both pictures, as an exponent.</summary>
    private const float LeastTrust = -1;

    /// <summary>Larger changes are no camera's, and smaller ones none at all.</summary>
    private const float MostGain = 0.25f;
    private const float MostOffset = 48;
    private const float Least = 0.5f;

    /// <summary>Pixels are the same within so many units of luma, and a step brings so many times as many of them together.</summary>
    private const int SameWithin = 2;
    private const double MoreTogether = 1.25;

    /// <summary>What has to be explained with the change and not without it: a share of what is seen.</summary>
    private const double LeastExplained = 0.02;

    /// <summary>Gets the change of a middle grey.</summary>
    public float OfGrey => 128 * Gain + Offset;

    /// <summary>Finds by how much one picture is brighter than another, before it is known what moved: the median of their differences.</summary>
    /// <param name="picture">The one.</param>
    /// <param name="other">The other, of the same size.</param>
    /// <returns>In units of luma; 0 where that brings not many more pixels together than no change does.</returns>
    public static int Step(LumaImage picture, LumaImage other)
    {
        Span<int> counts = stackalloc int[511];
        counts.Clear();
        var total = 0;
        for (var row = 0; row < picture.Height; row += RowStep, total += picture.Width)
            for (var i = row * picture.Width; i < (row + 1) * picture.Width; i++)
                counts[255 + picture.Pixels[i] - other.Pixels[i]]++;
        var (median, below) = (-1, 0);
        while (2 * below < total)
            below += counts[++median];
        return Math.Abs(median - 255) <= MostOffset && Near(counts, median) > MoreTogether * Near(counts, 255) ? median - 255 : 0;

        static int Near(ReadOnlySpan<int> counts, int at)
        {
            var near = 0;
            foreach (var count in counts[Math.Max(at - SameWithin, 0)..Math.Min(at + SameWithin + 1, counts.Length)])
                near += count;
            return near;
        }
    }

    /// <summary>Fits the change to differences of two pictures.</summary>
    /// <param name="picture"><c>y</c>.</param>
    /// <param name="differences"><c>p − y</c> along the flow, one number a pixel.</param>
    /// <param name="trust">How surely both show the same, as an exponent of at most 0, one number a pixel.</param>
    /// <returns>The change; none where it would explain little more than no change does.</returns>
    public static PhotometricCompensation Fit(LumaImage picture, ReadOnlySpan<float> differences, ReadOnlySpan<float> trust)
    {
        var (first, _) = Solve(picture, differences, trust, default, Wide);
        var (change, seen) = Solve(picture, differences, trust, first, Narrow);
        if (Math.Abs(change.Gain) > MostGain || Math.Abs(change.Offset) > MostOffset || Math.Abs(change.OfGrey) + 64 * Math.Abs(change.Gain) < Least)
            return default;
        var with = Count(picture, differences, trust, change);
        var without = Count(picture, differences, trust, default);
        return with - without > LeastExplained * seen ? change : default;
    }

    /// <summary>Takes the change off.</summary>
    /// <param name="picture"><c>y</c>.</param>
    /// <param name="trust">As for <see cref="Fit"/>; where a vector leaves the picture there is no difference.</param>
    /// <param name="differences">Changed.</param>
    public void TakeOff(LumaImage picture, ReadOnlySpan<float> trust, Span<float> differences)
    {
        for (var i = 0; i < differences.Length; i++)
            if (trust[i] > FlowConsistency.Outside)
                differences[i] -= Gain * picture.Pixels[i] + Offset;
    }

    // Least squares over what lies within a limit of an earlier estimate, and how many pixels that are.
    private static (PhotometricCompensation Change, int Count) Solve(
        LumaImage picture, ReadOnlySpan<float> differences, ReadOnlySpan<float> trust, PhotometricCompensation about, float limit)
    {
        var (count, sumY, sumD, sumYY, sumYD) = (0, 0.0, 0.0, 0.0, 0.0);
        for (var row = 0; row < picture.Height; row += RowStep)
        {
            for (var i = row * picture.Width; i < (row + 1) * picture.Width; i++)
            {
                var (y, d) = ((float)picture.Pixels[i], differences[i]);
                if (!(trust[i] >= LeastTrust) || Math.Abs(d - about.Gain * y - about.Offset) > limit)
                    continue;
                count++;
                (sumY, sumD, sumYY, sumYD) = (sumY + y, sumD + d, sumYY + y * y, sumYD + y * d);
            }
        }

        if (count == 0)
            return (default, 0);
        // A few grey levels of variance more: an even picture has no contrast to change.
        var variance = sumYY - sumY * sumY / count + 16.0 * count;
        var gain = (sumYD - sumY * sumD / count) / variance;
        return (new PhotometricCompensation((float)gain, (float)((sumD - gain * sumY) / count)), count);
    }

    // How many pixels are explained, by halves where they are so in part.
    private static double Count(LumaImage picture, ReadOnlySpan<float> differences, ReadOnlySpan<float> trust, PhotometricCompensation change)
    {
        var sum = 0.0;
        for (var row = 0; row < picture.Height; row += RowStep)
            for (var i = row * picture.Width; i < (row + 1) * picture.Width; i++)
                if (trust[i] >= LeastTrust)
                    sum += Math.Max(0, 1 - Math.Abs(differences[i] - change.Gain * picture.Pixels[i] - change.Offset) / Narrow);
        return sum;
    }
}
