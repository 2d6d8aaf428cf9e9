using VideoStyle.Core.Flow;

namespace VideoStyle.Native.Vision;

/// <summary>How far estimated flow is from the true one, over the pixels whose truth is known.</summary>
/// <param name="MeanPx">Mean length of the difference in pixels; NaN where no pixel is known.</param>
/// <param name="Over1Px">Share of the pixels with more than 1 pixel of it.</param>
/// <param name="Over3Px">Share of the pixels with more than 3 pixels of it.</param>
/// <param name="ByMotionPx">The mean where the true motion is below 8 pixels, 8 to 20, 20 to 40, and above; NaN where there is none such.</param>
/// <param name="KnownPixels">The number of pixels.</param>
/// <remarks>Baker et al., "A Database and Evaluation Methodology for Optical Flow", 2011, section 4.1.</remarks>
public sealed record EndPointError(double MeanPx, double Over1Px, double Over3Px, IReadOnlyList<double> ByMotionPx, long KnownPixels)
{
    /// <summary>Compares two fields.</summary>
    /// <param name="estimate">The estimated flow; a vector unknown in it counts as zero.</param>
    /// <param name="truth">The true flow, of the same size.</param>
    /// <exception cref="ArgumentException">The fields differ in size.</exception>
    public static EndPointError Of(FlowField estimate, FlowField truth)
    {
        var sum = new EndPointErrorSum();
        sum.Add(estimate, truth);
        return sum.Mean;
    }
}
