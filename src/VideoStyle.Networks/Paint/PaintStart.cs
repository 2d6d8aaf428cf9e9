namespace VideoStyle.Networks.Paint;

/// <summary>What a painting begins with.</summary>
public enum PaintStart
{
    /// <summary>The picture itself.</summary>
    Content,

    /// <summary>Grey noise from the seed.</summary>
    Noise,
}
