namespace VideoStyle.Torch.Tensors;

/// <summary>Resizing, grid sampling, upsampling and padding of images.</summary>
internal static class Sampling
{
    /// <summary>Resizes images bicubically, with antialiasing.</summary>
    /// <param name="x"><c>[N, C, H, W]</c>, float.</param>
    /// <param name="height">New height.</param>
    /// <param name="width">New width.</param>
    /// <remarks>PyTorch's <c>interpolate(mode='bicubic', antialias=True, align_corners=False)</c>.</remarks>
    internal static Tensor Resize(Tensor x, long height, long width) =>
        F.interpolate(x, [height, width], mode: InterpolationMode.Bicubic, align_corners: false, antialias: true);

    /// <summary>Samples images bilinearly.</summary>
    /// <param name="x">Images, <c>[N, C, H, W]</c>.</param>
    /// <param name="grid">The sampled positions, <c>[N, H', W', 2]</c>, (x, y) with −1 and 1 at the outer edges of the outer pixels.</param>
    /// <remarks>PyTorch's <c>grid_sample</c> with <c>padding_mode='reflection'</c>.</remarks>
    internal static Tensor GridSample(Tensor x, Tensor grid) =>
        F.grid_sample(x, grid, GridSampleMode.Bilinear, GridSamplePaddingMode.Reflection, align_corners: false);

    /// <summary>Nearest-neighbour upsampling, then reflection padding.</summary>
    /// <param name="x">Images, <c>[N, C, H, W]</c>.</param>
    /// <param name="scale">The upsampling factor, at least 1.</param>
    /// <param name="pad">On each side, less than the upsampled image is wide and high.</param>
    /// <param name="dtype">The dtype of the result.</param>
    /// <returns><c>[N, C, H·scale + 2·pad, W·scale + 2·pad]</c>, channels-last.</returns>
    internal static Tensor UpsampleAndPad(Tensor x, int scale, int pad, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        var y = scale > 1 ? F.interpolate(x, scale_factor: [scale, scale]) : x;
        return scope.MoveToOuter(ReflectionPad(y, pad).to(dtype).ToChannelsLast());
    }

    /// <summary>Reflection padding, narrower than the image.</summary>
    internal static Tensor ReflectionPad(Tensor x, long pad) => F.pad(x, [pad, pad, pad, pad], PaddingModes.Reflect);
}
