namespace VideoStyle.Networks.Color;

/// <summary>What a stylized frame preserves of its input frame's colors.</summary>
public enum ColorPreservation
{
    /// <summary>Nothing: the style's colors.</summary>
    None,

    /// <summary>The chrominance of each pixel; only the luma is stylized.</summary>
    Luminance,

    /// <summary>The palette: the stylized frame gets the mean and covariance of the input frame's colors.</summary>
    Histogram,
}
