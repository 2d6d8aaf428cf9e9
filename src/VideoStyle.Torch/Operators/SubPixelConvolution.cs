using VideoStyle.Torch.Tensors;

namespace VideoStyle.Torch.Operators;

/// <summary>A 3×3 convolution after nearest-neighbour upsampling by 2, computed at the low resolution.</summary>
/// <remarks>
/// Of three taps over repeated pixels, two fall on the same pixel: on the second of the pair at even positions, on the first at odd
/// ones. A 2×2 convolution with four times the channels, one set for each sub-pixel, gives the same result for 4/9 of the work.
/// Shi et al., "Is the deconvolution layer the same as a convolutional layer?", 2016, applied to nearest-neighbour upsampling.
/// </remarks>
internal static class SubPixelConvolution
{
    /// <summary>Folds the upsampling into a weight.</summary>
    /// <param name="weight"><c>[out, in, 3, 3]</c>, of the convolution after upsampling.</param>
    /// <returns><c>[4·out, in, 2, 2]</c>, float, channels-last, sub-pixels first; for an input with replicate padding.</returns>
    internal static Tensor Weight(Tensor weight)
    {
        using var scope = NewDisposeScope();
        double[][][] taps = [[[1, 0, 0], [0, 1, 1]], [[1, 1, 0], [0, 0, 1]]];
        var map = new float[9 * 16];
        for (var i = 0; i < 9 * 16; i++)
        {
            var (ky, kx, a, b, u, v) = (i / 16 / 3, i / 16 % 3, i / 8 % 2, i / 4 % 2, i / 2 % 2, i % 2);
            map[i] = (float)(taps[a][u][ky] * taps[b][v][kx]);
        }

        var (output, input) = (weight.size(0), weight.size(1));
        var subPixels = weight.reshape(output * input, 9).to(ScalarType.Float32).mm(HostTensor.From<float>(map, 9, 16).to(weight.device));
        var ordered = subPixels.reshape(output, input, 4, 2, 2).permute(2, 0, 1, 3, 4).reshape(4 * output, input, 2, 2);
        return scope.MoveToOuter(ordered.ToChannelsLast());
    }
}
