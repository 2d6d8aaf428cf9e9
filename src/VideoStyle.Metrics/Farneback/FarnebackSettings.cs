namespace VideoStyle.Metrics.Farneback;

/// <summary>The settings of <see cref="FarnebackFlow"/>; each level is half as large as the one before.</summary>
/// <param name="Levels">Reduced levels beside the image itself; levels with a side under 32 pixels are left out.</param>
/// <param name="Window">Side of the area whose pixels move alike, an odd multiple of 3.</param>
/// <param name="Iterations">Improvements at each level.</param>
/// <param name="PolyN">Radius of the neighborhood that a polynomial is fitted to, in pixels, 1 to 16.</param>
/// <param name="PolySigma">σ of the Gaussian that weighs it.</param>
public sealed record FarnebackSettings(int Levels, int Window, int Iterations, int PolyN, double PolySigma)
{
    /// <summary>Gets the settings that TecoGAN's tOF is defined by.</summary>
    public static FarnebackSettings Tof { get; } = new(Levels: 3, Window: 15, Iterations: 3, PolyN: 5, PolySigma: 1.2);

    /// <summary>Gets those of a wider window.</summary>
    public static FarnebackSettings Wide { get; } = new(Levels: 5, Window: 21, Iterations: 3, PolyN: 7, PolySigma: 1.5);
}
