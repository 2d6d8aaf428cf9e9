namespace VideoStyle.Core.Color;

/// <summary>What a painting keeps of its frame's colours.</summary>
public enum ColorPreservation
{
    /// <summary>Nothing: the style's colours.</summary>
    None,

    /// <summary>The colour of each pixel; only light and dark are painted.</summary>
    Luminance,

    /// <summary>The palette: the painting's colours get the mean and covariance of the frame's.</summary>
    Histogram,
}
