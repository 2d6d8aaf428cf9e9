namespace VideoStyle.Networks.Models;

/// <summary>A small network for two CPU cores: pixel-unshuffle by 2, 16, 32 and 64 channels, five residual blocks.</summary>
/// <remarks>420,588 parameters, 17.5 GFLOP at 1280×720. RGB 0–1 in and out.</remarks>
internal sealed class LiteArchitecture : NetworkArchitecture
{
    private const int ResidualBlocks = 5;

    public override string Name => "lite";

    public override int Stride => 8;

    public override int MinSize => 16;

    internal override int Block => 2;

    internal override int InputPad => 1;

    internal override int White => 1;

    internal override bool Sigmoid => true;

    internal override string Head => "head.conv";

    internal override IReadOnlyList<string> UpsampledConvolutions => ["up.0.conv", "up.1.conv"];

    internal override int ActivationsPerPixel => 12;

    public override IReadOnlyDictionary<string, long[]> Parameters { get; } = Shapes();

    internal override T Run<T>(ILayers<T> layers, T x)
    {
        x = layers.ConvNorm(x, "down.0.conv", "down.0.norm");
        x = layers.ConvNorm(x, "down.1.conv", "down.1.norm", stride: 2);
        x = layers.ConvNorm(x, "down.2.conv", "down.2.norm", stride: 2);
        for (var i = 0; i < ResidualBlocks; i++)
        {
            var next = i == ResidualBlocks - 1 ? NextLayer.Upsampling : NextLayer.Convolution;
            x = layers.Residual(x, ($"res.{i}.a.conv", $"res.{i}.a.norm"), ($"res.{i}.b.conv", $"res.{i}.b.norm"), next);
        }

        x = layers.UpsampleConvNorm(x, "up.0.conv", "up.0.norm", NextLayer.Upsampling);
        x = layers.UpsampleConvNorm(x, "up.1.conv", "up.1.norm", NextLayer.Convolution);
        return layers.Conv(x, Head);
    }

    private static Dictionary<string, long[]> Shapes()
    {
        var shapes = new Dictionary<string, long[]>(StringComparer.Ordinal);
        long[] widths = [12, 16, 32, 64];
        for (var i = 0; i < 3; i++)
            AddConvNorm(shapes, $"down.{i}.conv", $"down.{i}.norm", widths[i], widths[i + 1]);
        for (var i = 0; i < ResidualBlocks; i++)
        {
            AddConvNorm(shapes, $"res.{i}.a.conv", $"res.{i}.a.norm", 64, 64);
            AddConvNorm(shapes, $"res.{i}.b.conv", $"res.{i}.b.norm", 64, 64);
        }

        AddConvNorm(shapes, "up.0.conv", "up.0.norm", 64, 32);
        AddConvNorm(shapes, "up.1.conv", "up.1.norm", 32, 16);
        AddConv(shapes, "head.conv", 16, 12, 3);
        return shapes;
    }
}
