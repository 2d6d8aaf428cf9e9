using VideoStyle.Core.Errors;
using VideoStyle.Torch.Files;

namespace VideoStyle.Networks.Arbitrary;

/// <summary>Whitening and colouring: features of the frame lose their covariance and get the style picture's, level by level.</summary>
/// <remarks>
/// Li, Fang, Yang, Wang, Lu and Yang, "Universal Style Transfer via Feature Transforms", 2017: eq. 1–2, coarse to fine. Encoders are
/// computed in float, since whitening enlarges what their features differ by; decoders may be coarser.
/// </remarks>
internal sealed class WctModel : ArbitraryStyleModel
{
    private readonly IReadOnlyList<(ConvolutionChain Encoder, ConvolutionChain Decoder)> _levels;
    private readonly ScalarType _scalarType;

    private WctModel(string name, IReadOnlyList<(ConvolutionChain, ConvolutionChain)> levels, int stride, Device device, ScalarType scalarType) =>
        (Name, _levels, Stride, Device, _scalarType) = (name, levels, stride, device, scalarType);

    public override string Name { get; }

    public override Device Device { get; }

    public override int Stride { get; }

    public override int MinSize => 2 * Stride;

    /// <summary>Loads the distilled network of Wang et al., "Collaborative Distillation for Ultra-Resolution Universal Style Transfer", 2020.</summary>
    /// <param name="encoders">The encoders of levels 1 to n, relu1_1 to relu<i>n</i>_1.</param>
    /// <param name="decoders">Their decoders.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="scalarType">What decoders convolve in.</param>
    /// <exception cref="VideoStyleException">A file is missing, damaged or holds something else (Model).</exception>
    internal static WctModel LoadDistilled(IReadOnlyList<string> encoders, IReadOnlyList<string> decoders, Device device, ScalarType scalarType)
    {
        int[] lengths = [1, 3, 5, 9, 13];
        var levels = new List<(ConvolutionChain, ConvolutionChain)>();
        for (var level = encoders.Count - 1; level >= 0; level--)
        {
            var (encoder, decoder) = (TensorFile.Read(encoders[level]), TensorFile.Read(decoders[level]));
            var steps = VggEncoder.DistilledSteps(lengths[level]);
            var forward = ConvolutionChain.Load(encoder, steps, 3, device, ScalarType.Float32, InputForm.Read(encoder, "conv0"));
            levels.Add((forward, ConvolutionChain.Load(decoder, Mirror(steps), forward.OutputChannels, device, scalarType)));
        }

        return new WctModel("wct", levels, 1 << (encoders.Count - 1), device, scalarType);
    }

    /// <summary>Loads one level, relu3_1 of the whole VGG-19.</summary>
    /// <param name="vgg">A file that <see cref="VggEncoder"/> reads.</param>
    /// <param name="decoder">The decoder of relu3_1.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="scalarType">What the decoder convolves in.</param>
    /// <exception cref="VideoStyleException">A file is missing, damaged or holds something else (Model).</exception>
    internal static WctModel LoadVgg(string vgg, string decoder, Device device, ScalarType scalarType)
    {
        var steps = ChainStep.Of("block3_conv1", "↑block2_conv1", "block2_conv2", "↑block1_conv1", "block1_conv2");
        steps[^1] = steps[^1] with { Relu = false };
        var forward = VggEncoder.Load(vgg, VggEncoder.ToRelu31, device, ScalarType.Float32);
        return new WctModel("wct-vgg", [(forward, ConvolutionChain.Load(TensorFile.Read(decoder), steps, 256, device, scalarType))], 4, device, scalarType);
    }

    public override StyleStatistics Measure(Tensor picture)
    {
        using var scope = NewDisposeScope();
        var x = picture.to(ScalarType.Float32, Device);
        List<Tensor> statistics = [];
        foreach (var (encoder, _) in _levels)
        {
            using var features = encoder.Run(x);
            var (mean, covariance) = Whitening.Moments(features);
            statistics.AddRange([mean, Whitening.Power(covariance, 0.5)]);
        }

        return new StyleStatistics(statistics);
    }

    public override Tensor Paint(Tensor rgb, StyleField styles)
    {
        var x = rgb;
        for (var level = 0; level < _levels.Count; level++)
        {
            using var scope = NewDisposeScope();
            var (encoder, decoder) = _levels[level];
            using var features = encoder.Run(x);
            var (mean, covariance) = Whitening.Moments(features);
            var whiten = Whitening.Power(covariance, -0.5);
            var (at, device) = (2 * level, Device);
            // Both transforms of a level are linear in each pixel, and so one convolution of single pixels.
            using var coloured = styles.Transfer(features, style =>
            {
                var matrix = style[at + 1].mm(whiten);
                var offset = style[at] - matrix.mm(mean);
                return F.conv2d(features, AsKernel(matrix), offset.reshape(-1).to(ScalarType.Float32, device));
            });
            var painted = scope.MoveToOuter(decoder.Run(coloured).to(ScalarType.Float32));
            if (level > 0)
                x.Dispose();
            x = painted;
        }

        return x;

        Tensor AsKernel(Tensor matrix) => matrix.to(ScalarType.Float32, Device).unsqueeze(2).unsqueeze(3);
    }

    protected override void Dispose(bool disposing)
    {
        foreach (var (encoder, decoder) in _levels)
        {
            encoder.Dispose();
            decoder.Dispose();
        }
    }

    // What an encoder halves before a convolution, its decoder doubles behind the one of the same name.
    private static ChainStep[] Mirror(ChainStep[] steps)
    {
        var mirrored = new ChainStep[steps.Length];
        for (var i = 0; i < steps.Length; i++)
        {
            var behind = i == 0 ? ChainSampling.None : steps[^i].Before;
            mirrored[i] = new ChainStep(steps[^(i + 1)].Name, behind == ChainSampling.Pool ? ChainSampling.Enlarge : ChainSampling.None, i < steps.Length - 1);
        }

        return mirrored;
    }
}
