namespace VideoStyle.Networks.Models;

/// <summary>The classic network: 32, 64 and 128 channels, five residual blocks, 9×9 kernels at both ends.</summary>
/// <remarks>
/// Johnson, Alahi and Fei-Fei, "Perceptual Losses for Real-Time Style Transfer and Super-Resolution", 2016, in the form
/// of PyTorch's <c>fast_neural_style</c> example, whose checkpoints it loads: instance normalization, reflection padding,
/// nearest-neighbour upsampling. 1,679,235 parameters. RGB 0–255 in and out.
/// </remarks>
internal sealed class JohnsonArchitecture : NetworkArchitecture
{
    private const int ResidualBlocks = 5;

    public override string Name => "johnson";

    public override int Stride => 4;

    public override int MinSize => 8;

    internal override int Block => 1;

    internal override int InputPad => 4;

    internal override int White => 255;

    internal override bool Sigmoid => false;

    internal override string Head => "deconv3.conv2d";

    internal override IReadOnlyList<string> UpsampledConvolutions => ["deconv1.conv2d", "deconv2.conv2d"];

    internal override int ActivationsPerPixel => 64;

    public override IReadOnlyDictionary<string, long[]> Parameters { get; } = Shapes();

    internal override T Run<T>(ILayers<T> layers, T x)
    {
        x = layers.ConvNorm(x, "conv1.conv2d", "in1");
        x = layers.ConvNorm(x, "conv2.conv2d", "in2", stride: 2);
        x = layers.ConvNorm(x, "conv3.conv2d", "in3", stride: 2);
        for (var i = 1; i <= ResidualBlocks; i++)
        {
            var next = i == ResidualBlocks ? NextLayer.Upsampling : NextLayer.Convolution;
            x = layers.Residual(x, ($"res{i}.conv1.conv2d", $"res{i}.in1"), ($"res{i}.conv2.conv2d", $"res{i}.in2"), next);
        }

        x = layers.UpsampleConvNorm(x, "deconv1.conv2d", "in4", NextLayer.Upsampling);
        x = layers.UpsampleConvNorm(x, "deconv2.conv2d", "in5", NextLayer.WideConvolution);
        return layers.Conv(x, Head);
    }

    private static Dictionary<string, long[]> Shapes()
    {
        var shapes = new Dictionary<string, long[]>(StringComparer.Ordinal);
        AddConvNorm(shapes, "conv1.conv2d", "in1", 3, 32, kernel: 9);
        AddConvNorm(shapes, "conv2.conv2d", "in2", 32, 64);
        AddConvNorm(shapes, "conv3.conv2d", "in3", 64, 128);
        for (var i = 1; i <= ResidualBlocks; i++)
        {
            AddConvNorm(shapes, $"res{i}.conv1.conv2d", $"res{i}.in1", 128, 128);
            AddConvNorm(shapes, $"res{i}.conv2.conv2d", $"res{i}.in2", 128, 128);
        }

        AddConvNorm(shapes, "deconv1.conv2d", "in4", 128, 64);
        AddConvNorm(shapes, "deconv2.conv2d", "in5", 64, 32);
        AddConv(shapes, "deconv3.conv2d", 32, 3, 9);
        return shapes;
    }
}
