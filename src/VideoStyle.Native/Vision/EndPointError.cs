using VideoStyle.Core.Flow;

namespace VideoStyle.Native.Vision;

/// <summary>How far an estimated flow is from the true one.</summary>
/// <param name="MeanPx">Mean length of the difference over the pixels whose truth is known, in pixels.</param>
/// <param name="Over3Px">Share of these pixels with more than 3 pixels of it.</param>
/// <param name="KnownPixels">The number of these pixels.</param>
/// <remarks>Baker et al., "A Database and Evaluation Methodology for Optical Flow", 2011, section 4.1.</remarks>
public sealed record EndPointError(double MeanPx, double Over3Px, int KnownPixels)
{
    /// <summary>Compares two fields.</summary>
    /// <param name="estimate">The estimated flow; a vector unknown in it counts as zero.</param>
    /// <param name="truth">The true flow, of the same size.</param>
    /// <returns>The error; NaN where no pixel's truth is known.</returns>
    /// <exception cref="ArgumentException">The fields differ in size.</exception>
    public static EndPointError Of(FlowField estimate, FlowField truth)
    {
        ArgumentNullException.ThrowIfNull(estimate);
        ArgumentNullException.ThrowIfNull(truth);
        if (estimate.Width != truth.Width || estimate.Height != truth.Height)
            throw new ArgumentException("The fields differ in size.", nameof(estimate));

        double sum = 0;
        var (known, wrong) = (0, 0);
        for (var i = 0; i < truth.Vectors.Length; i += 2)
        {
            var (trueX, trueY) = (truth.Vectors[i], truth.Vectors[i + 1]);
            if (!FlowVector.IsKnown(trueX, trueY))
                continue;
            var (x, y) = (estimate.Vectors[i], estimate.Vectors[i + 1]);
            var length = FlowVector.IsKnown(x, y)
                ? Math.Sqrt((double)(x - trueX) * (x - trueX) + (double)(y - trueY) * (y - trueY))
                : Math.Sqrt((double)trueX * trueX + (double)trueY * trueY);
            sum += length;
            known++;
            if (length > 3)
                wrong++;
        }

        return new EndPointError(sum / known, (double)wrong / known, known);
    }
}
