namespace VideoStyle.Native.Media;

/// <summary>Finds where in a source a stylized clip was taken from.</summary>
/// <remarks>
/// Paint changes colours and strokes but leaves light and dark about where they were. Compared is how each pixel differs from its own mean over the
/// clip, so that the motion decides and not what stands still; where nothing moves, the pictures themselves.
/// </remarks>
internal static class ClipPlace
{
    private const int MaxSamples = 32;
    private const double Still = 2; // gray levels
    private const double Tie = 0.003;

    /// <summary>Finds the frame of the source that the clip begins with.</summary>
    /// <param name="source">The source.</param>
    /// <param name="clip">The clip, or its beginning.</param>
    /// <param name="byNumber">Whether the frames of both correspond by number and not by time.</param>
    /// <returns>The frame, and the correlation there, −1 to 1; of equal places the first.</returns>
    public static (int Frame, double Correlation) Find(LumaThumbnails source, LumaThumbnails clip, bool byNumber)
    {
        var samples = Enumerable.Range(0, Math.Min(MaxSamples, clip.Count)).Select(i => i * clip.Count / Math.Min(MaxSamples, clip.Count)).Distinct().ToArray();
        var length = clip.Times[^1];
        var wanted = samples.Select(i => clip[i].ToArray()).ToArray();
        var (deviations, energy) = Deviations(wanted);
        var isStill = energy < Still * Still;
        (int Frame, double Correlation) best = (0, double.NegativeInfinity);
        var pictures = new byte[samples.Length][];
        for (var first = 0; first < source.Count && (first == 0 || Fits(first)); first++)
        {
            for (var i = 0; i < samples.Length; i++)
                pictures[i] = source[byNumber ? Math.Min(source.Count - 1, first + samples[i]) : source.FrameAt(source.Times[first] + clip.Times[samples[i]])].ToArray();
            var correlation = isStill ? Plain(pictures, wanted) : Correlation(Deviations(pictures).Values, deviations);
            if (correlation > best.Correlation + Tie)
                best = (first, correlation);
        }

        return best;

        bool Fits(int first) => byNumber ? first + clip.Count <= source.Count : source.Times[first] + length <= source.Times[^1] + 1e-3;
    }

    private static (float[] Values, double Energy) Deviations(byte[][] pictures)
    {
        var values = new float[pictures.Length * LumaThumbnails.Length];
        var energy = 0.0;
        for (var at = 0; at < LumaThumbnails.Length; at++)
        {
            var mean = 0f;
            foreach (var picture in pictures)
                mean += picture[at];
            mean /= pictures.Length;
            for (var i = 0; i < pictures.Length; i++)
            {
                var deviation = pictures[i][at] - mean;
                values[i * LumaThumbnails.Length + at] = deviation;
                energy += deviation * deviation;
            }
        }

        return (values, energy / values.Length);
    }

    private static double Plain(byte[][] first, byte[][] second) =>
        first.Zip(second, (a, b) => Correlation(Centered(a), Centered(b))).Average();

    private static float[] Centered(byte[] picture)
    {
        var mean = (float)picture.Average(value => (double)value);
        return [.. picture.Select(value => value - mean)];
    }

    private static double Correlation(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double product = 0, first = 0, second = 0;
        for (var i = 0; i < a.Length; i++)
            (product, first, second) = (product + a[i] * b[i], first + a[i] * a[i], second + b[i] * b[i]);
        return product / Math.Max(Math.Sqrt(first * second), 1e-9);
    }
}
