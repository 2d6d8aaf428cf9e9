namespace VideoStyle.Networks.Models;

/// <summary>The smallest network: pixel-unshuffle by 4, 24 and 48 channels, three residual blocks.</summary>
/// <remarks>
/// 167,088 parameters, 6.8 GFLOP at 1280×720. <c>lite</c> spends a third of its time on layers of half the frame's size, which
/// are limited by memory bandwidth; here no layer is larger than a quarter of it. The residual blocks work at 1/8 of the
/// frame's size, as those of <c>lite</c> do. RGB 0–1 in and out.
/// </remarks>
internal sealed class SwiftArchitecture : NetworkArchitecture
{
    private const int ResidualBlocks = 3;
    private const int Narrow = 24;
    private const int Wide = 48;

    public override string Name => "swift";

    public override int Stride => 8;

    public override int MinSize => 16;

    internal override int Block => 4;

    internal override int InputPad => 1;

    internal override int White => 1;

    internal override bool Sigmoid => true;

    internal override string Head => "head.conv";

    internal override IReadOnlyList<string> UpsampledConvolutions => ["up.0.conv"];

    internal override int ActivationsPerPixel => 6;

    public override IReadOnlyDictionary<string, long[]> Parameters { get; } = Shapes();

    internal override T Run<T>(ILayers<T> layers, T x)
    {
        x = layers.ConvNorm(x, "down.0.conv", "down.0.norm");
        x = layers.ConvNorm(x, "down.1.conv", "down.1.norm", stride: 2);
        for (var i = 0; i < ResidualBlocks; i++)
        {
            var next = i == ResidualBlocks - 1 ? NextLayer.Upsampling : NextLayer.Convolution;
            x = layers.Residual(x, ($"res.{i}.a.conv", $"res.{i}.a.norm"), ($"res.{i}.b.conv", $"res.{i}.b.norm"), next);
        }

        x = layers.UpsampleConvNorm(x, "up.0.conv", "up.0.norm", NextLayer.Convolution);
        return layers.Conv(x, Head);
    }

    private static Dictionary<string, long[]> Shapes()
    {
        var shapes = new Dictionary<string, long[]>(StringComparer.Ordinal);
        AddConvNorm(shapes, "down.0.conv", "down.0.norm", 48, Narrow);
        AddConvNorm(shapes, "down.1.conv", "down.1.norm", Narrow, Wide);
        for (var i = 0; i < ResidualBlocks; i++)
        {
            AddConvNorm(shapes, $"res.{i}.a.conv", $"res.{i}.a.norm", Wide, Wide);
            AddConvNorm(shapes, $"res.{i}.b.conv", $"res.{i}.b.norm", Wide, Wide);
        }

        AddConvNorm(shapes, "up.0.conv", "up.0.norm", Wide, Narrow);
        AddConv(shapes, "head.conv", Narrow, 48, 3);
        return shapes;
    }
}
