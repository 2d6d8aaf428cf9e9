namespace VideoStyle.Native.Vision;

/// <summary>The optical-flow methods of OpenCV that VideoStyle uses, each with fixed settings.</summary>
public enum FlowMethod
{
    /// <summary>Dense inverse search (Kroeger et al. 2016), preset ultrafast: the cheapest.</summary>
    DisUltrafast,

    /// <summary>Dense inverse search, preset fast: a quarter of the medium preset's time, and half more warping error in a blend.</summary>
    DisFast,

    /// <summary>Dense inverse search, preset medium with patches 5 pixels apart and 3 steps of refinement: nearly as good, in 3/5 of its time.</summary>
    DisLight,

    /// <summary>Dense inverse search, preset medium: half the resolution, then refined.</summary>
    DisMedium,

    /// <summary>Dense inverse search, preset medium with 15 steps of refinement instead of 5: smoother where there is little to go by.</summary>
    DisRefined,

    /// <summary>Dense inverse search down to single pixels: the medium preset with finest scale 0 and patch stride 2.</summary>
    DisFine,

    /// <summary>Farneback (2003) with the settings that TecoGAN's tOF is defined by: scale 0.5, 3 levels, window 15, 3 iterations, n 5, σ 1.2.</summary>
    Farneback,

    /// <summary>Farneback over a wider window, for judging blends made with DIS: scale 0.5, 5 levels, window 21, 3 iterations, n 7, σ 1.5.</summary>
    FarnebackWide,
}
