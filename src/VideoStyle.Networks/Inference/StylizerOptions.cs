namespace VideoStyle.Networks.Inference;

/// <summary>Where and how a style is painted.</summary>
public sealed record StylizerOptions
{
    /// <summary>Gets the device: <c>auto</c> (a GPU where there is one), <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>Gets the kind of number.</summary>
    public Precision Precision { get; init; } = Precision.Auto;

    /// <summary>Gets how many pictures are painted at once, from 1 to 64; null for up to 4, by the number of cores.</summary>
    public int? Workers { get; init; }

    /// <summary>Gets about how many bytes of memory the process may use, or null for most of the machine's.</summary>
    /// <remarks>
    /// Where several large pictures do not fit, they are painted one after another, each on all cores, and where one does not
    /// fit, in strips; the paintings are the same.
    /// </remarks>
    public long? MaxMemory { get; init; }
}
