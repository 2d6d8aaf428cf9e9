namespace VideoStyle.Torch.Tensors;

/// <summary>Pictures at other sizes and along grids.</summary>
internal static class Sampling
{
    /// <summary>Shrinks or enlarges pictures bicubically, averaging over all pixels that fall into one.</summary>
    /// <param name="x"><c>[N, C, H, W]</c>, float.</param>
    /// <param name="height">New height.</param>
    /// <param name="width">New width.</param>
    /// <remarks>PyTorch's <c>interpolate(mode='bicubic', antialias=True, align_corners=False)</c>.</remarks>
    internal static Tensor Resize(Tensor x, long height, long width) =>
        F.interpolate(x, [height, width], mode: InterpolationMode.Bicubic, align_corners: false, antialias: true);

    /// <summary>Samples pictures bilinearly.</summary>
    /// <param name="x">Pictures, <c>[N, C, H, W]</c>.</param>
    /// <param name="grid">Where to look, <c>[N, H', W', 2]</c>, (x, y) with −1 and 1 at the outer edges of the outer pixels.</param>
    /// <remarks>What lies outside is mirrored at the edge, as PyTorch's <c>padding_mode='reflection'</c>.</remarks>
    internal static Tensor GridSample(Tensor x, Tensor grid) =>
        F.grid_sample(x, grid, GridSampleMode.Bilinear, GridSamplePaddingMode.Reflection, align_corners: false);

    /// <summary>What stands between two convolutions: nearest-neighbour enlargement, then reflection padding.</summary>
    /// <param name="x">Pictures, <c>[N, C, H, W]</c>.</param>
    /// <param name="scale">At least 1.</param>
    /// <param name="pad">On each side, less than the enlarged picture is wide and high.</param>
    /// <param name="dtype">That of the result.</param>
    /// <returns><c>[N, C, H·scale + 2·pad, W·scale + 2·pad]</c>, channels-last.</returns>
    internal static Tensor EnlargeAndPad(Tensor x, int scale, int pad, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        var y = scale > 1 ? F.interpolate(x, scale_factor: [scale, scale]) : x;
        return scope.MoveToOuter(ReflectionPad(y, pad).to(dtype).ToChannelsLast());
    }

    /// <summary>Mirrors a border around pictures, the edge not repeated; narrower than the picture.</summary>
    internal static Tensor ReflectionPad(Tensor x, long pad) => F.pad(x, [pad, pad, pad, pad], PaddingModes.Reflect);
}
