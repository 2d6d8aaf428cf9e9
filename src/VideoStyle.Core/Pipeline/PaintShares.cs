namespace VideoStyle.Core.Pipeline;

/// <summary>What became of the pixels of an average frame that has one before it in its shot. The three shares add up to 1.</summary>
/// <param name="Followed">The mean confidence: where paint is carried along the motion.</param>
/// <param name="Repainted">What is neither: where paint is renewed because the motion is uncertain.</param>
/// <param name="Disoccluded">The pixels of a confidence below <see cref="MinConfidence"/>, which the frame before does not show, or whose motion is unknown.</param>
public sealed record PaintShares(double Followed, double Repainted, double Disoccluded)
{
    /// <summary>A pixel of less confidence counts as disoccluded.</summary>
    public const float MinConfidence = 0.1f;
}
