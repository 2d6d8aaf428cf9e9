namespace VideoStyle.Networks.Paint;

/// <summary>What becomes of the picture's colours.</summary>
public enum ColorKeeping
{
    /// <summary>The painting takes the style's.</summary>
    None,

    /// <summary>Only the brightness is painted; hue and saturation stay the picture's.</summary>
    Luminance,

    /// <summary>The style's colours are matched to the picture's before it is painted after.</summary>
    Histogram,
}
