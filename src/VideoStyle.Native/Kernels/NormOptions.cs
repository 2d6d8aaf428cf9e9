using System.Runtime.InteropServices;

namespace VideoStyle.Native;

/// <summary>What follows a normalization in the same pass, in this order; mirrors <c>vs_norm_options</c> of <c>videostyle.h</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct NormOptions
{
    private readonly int _relu;
    private readonly int _scale;
    private readonly int _pad;
    private readonly int _edge;
    private readonly double _eps;

    /// <summary>Initializes a new instance of the <see cref="NormOptions"/> struct: nothing follows the norm.</summary>
    public NormOptions()
        : this(relu: false) { }

    /// <summary>Initializes a new instance of the <see cref="NormOptions"/> struct.</summary>
    /// <param name="relu">Whether ReLU follows; not together with a residual.</param>
    /// <param name="scale">The factor of nearest-neighbour upsampling, at least 1.</param>
    /// <param name="pad">Padding on each side in pixels, narrower than the upsampled image.</param>
    /// <param name="edge">Whether the padding replicates the edge instead of reflecting; only where <paramref name="scale"/> is 1.</param>
    /// <param name="eps">Added to the variance.</param>
    public NormOptions(bool relu = false, int scale = 1, int pad = 0, bool edge = false, double eps = 1e-5) =>
        (_relu, _scale, _pad, _edge, _eps) = (relu ? 1 : 0, scale, pad, edge ? 1 : 0, eps);

    /// <summary>Gets whether ReLU follows.</summary>
    public bool Relu => _relu != 0;

    /// <summary>Gets the factor of the nearest-neighbour upsampling.</summary>
    public int Scale => _scale;

    /// <summary>Gets the padding on each side, in pixels of the upsampled image.</summary>
    public int Pad => _pad;

    /// <summary>Gets whether the padding replicates the edge instead of reflecting.</summary>
    public bool Edge => _edge != 0;

    /// <summary>Gets what is added to the variance.</summary>
    public double Epsilon => _eps;
}
