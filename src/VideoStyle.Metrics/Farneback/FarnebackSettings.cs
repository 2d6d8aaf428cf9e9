namespace VideoStyle.Metrics.Farneback;

/// <summary>The settings of <see cref="FarnebackFlow"/>; each level of the pyramid is half as large as the one before.</summary>
public sealed record FarnebackSettings
{
    /// <summary>Gets the settings that TecoGAN's tOF is defined by.</summary>
    public static FarnebackSettings Tof { get; } = new() { Levels = 3, Window = 15, Iterations = 3, PolyN = 5, PolySigma = 1.2 };

    /// <summary>Gets those of a wider window.</summary>
    public static FarnebackSettings Wide { get; } = new() { Levels = 5, Window = 21, Iterations = 3, PolyN = 7, PolySigma = 1.5 };

    /// <summary>Gets the reduced levels beside the image itself; levels with a side under 32 pixels are left out.</summary>
    public required int Levels { get; init; }

    /// <summary>Gets the side of the averaging window in pixels, an odd multiple of 3.</summary>
    public required int Window { get; init; }

    /// <summary>Gets the iterations at each level.</summary>
    public required int Iterations { get; init; }

    /// <summary>Gets the radius of the neighborhood that a polynomial is fitted to, in pixels, 1 to 16.</summary>
    public required int PolyN { get; init; }

    /// <summary>Gets σ of the Gaussian that weights it, in pixels.</summary>
    public required double PolySigma { get; init; }
}
