namespace VideoStyle.Networks.Inference;

/// <summary>Where and how a style network runs.</summary>
public sealed record StylizerOptions
{
    /// <summary>Gets the device: <c>auto</c> (a GPU where there is one), <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>. Default <c>auto</c>.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>Gets the dtype of inference. Default <see cref="Precision.Auto"/>.</summary>
    public Precision Precision { get; init; } = Precision.Auto;

    /// <summary>Gets how many frames are stylized at once, 1–64. Default null: the number of cores, at most 4; 2 on a GPU.</summary>
    public int? Workers { get; init; }

    /// <summary>Gets about how many bytes of memory the process may use. Default null: most of the machine's.</summary>
    /// <remarks>
    /// Where several large frames do not fit, they are stylized one after another, each on all cores. Where one does not fit, it is
    /// stylized by row-tiled inference. The output is the same.
    /// </remarks>
    public long? MaxMemory { get; init; }
}
