using VideoStyle.Torch.Tensors;

namespace VideoStyle.Torch.Operators;

/// <summary>A 3×3 convolution of a picture that was enlarged twofold, computed on the small picture.</summary>
/// <remarks>
/// Of a row of three taps over repeated pixels, two fall on the same pixel: on the second of the pair for even places,
/// on the first for odd ones. So a 2×2 convolution with four results a pixel, one for each of its sub-pixels, gives the same
/// for 4/9 of the work. Shi et al., "Is the deconvolution layer the same as a convolutional layer?", 2016, applied to
/// enlargement by repetition.
/// </remarks>
internal static class SubPixelConvolution
{
    /// <summary>Folds the enlargement into a kernel.</summary>
    /// <param name="weight"><c>[out, in, 3, 3]</c>, for pictures enlarged twofold by repetition.</param>
    /// <returns><c>[4·out, in, 2, 2]</c>, float, channels-last, for the small picture padded with its outermost pixel, sub-pixels first.</returns>
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
        var phases = weight.reshape(output * input, 9).to(ScalarType.Float32).mm(HostTensor.From<float>(map, 9, 16).to(weight.device));
        var ordered = phases.reshape(output, input, 4, 2, 2).permute(2, 0, 1, 3, 4).reshape(4 * output, input, 2, 2);
        return scope.MoveToOuter(ordered.ToChannelsLast());
    }
}
