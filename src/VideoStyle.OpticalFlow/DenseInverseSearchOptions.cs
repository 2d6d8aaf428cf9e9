namespace VideoStyle.OpticalFlow;

/// <summary>The settings of <see cref="DenseInverseSearch"/>.</summary>
public sealed record DenseInverseSearchOptions
{
    /// <summary>Gets the level that the search ends at: 0 is the images' own size, 1 half of it. Default 0.</summary>
    public int FinestLevel { get; init; }

    /// <summary>Gets the distance between two patches of 8×8 pixels, 1–8. Default 4.</summary>
    public int PatchStride { get; init; } = 4;

    /// <summary>Gets the most Gauss–Newton steps of a patch above the finest level, at least 1. Default 4.</summary>
    public int Steps { get; init; } = 4;

    /// <summary>Gets the most Gauss–Newton steps of a patch at the finest level, at least 1. Default 1: nearly all have arrived there.</summary>
    public int FinestSteps { get; init; } = 1;

    /// <summary>Gets how strongly a patch is held to where it began, against its sums of squared derivatives. Default 32.</summary>
    public float Prior { get; init; } = 32;

    /// <summary>Gets the iterations of the variational refinement at the finest level, which a median filter follows. Default 0: neither.</summary>
    public int RefinementIterations { get; init; }
}
