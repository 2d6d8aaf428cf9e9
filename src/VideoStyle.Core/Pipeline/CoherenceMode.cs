namespace VideoStyle.Core.Pipeline;

/// <summary>How much work goes into temporal coherence.</summary>
public enum CoherenceMode
{
    /// <summary>Every frame is stylized independently.</summary>
    Off,

    /// <summary>Flow on images of at most 640 pixels, keyframes; less time than <see cref="Off"/> for a heavy network.</summary>
    Fast,

    /// <summary>Refined flow on images of at most 640 pixels, every frame stylized, a larger blend weight; up to twice the time of <see cref="Off"/>.</summary>
    Best,

    /// <summary>As <see cref="Best"/>, with flow on images of at most 1920 pixels and a still larger blend weight; for a film, whatever time it takes.</summary>
    Finest,
}
