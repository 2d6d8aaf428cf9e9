using VideoStyle.Native;
using VideoStyle.Networks.Arbitrary;

namespace VideoStyle.Training.Tests;

/// <summary>The gradients of attention and of SANet's losses against central differences in double precision.</summary>
public sealed class SanetGradientTests : IDisposable
{
    private const long Channels = 12;
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [NativeFact(NativeUnits.Kernels)]
    public void Attention_ToThePictureTheStyleAndEachOfItsWeights()
    {
        using var scope = NewDisposeScope();
        using var encoder = Encoder();
        var (picture, style) = (Features(1, 6, 4), Features(2, 4, 8));
        var weights = Transform();
        Tensor Loss(Tensor[] c, Tensor[] s, IReadOnlyDictionary<string, Tensor> transform)
        {
            var network = new SanetNetwork(encoder, encoder, transform);
            return network.Transfer(c, network.Queries(c), network.KeysAndValues(s)).pow(2).mean();
        }

        for (var level = 3; level <= 4; level++)
        {
            GradientTests.Check(picture[level], x => Loss(With(picture, level, x), style, weights));
            GradientTests.Check(style[level], x => Loss(picture, With(style, level, x), weights));
        }

        foreach (var name in weights.Keys.Where(n => !n.EndsWith(".g.bias", StringComparison.Ordinal))) // softmax takes away what all keys share
            GradientTests.Check(weights[name], x => Loss(picture, style, new Dictionary<string, Tensor>(weights, StringComparer.Ordinal) { [name] = x }));
    }

    [NativeFact(NativeUnits.Kernels)]
    public void Losses_ThroughTheEncoderToThePainting()
    {
        using var scope = NewDisposeScope();
        using var encoder = Encoder();
        var network = new SanetNetwork(encoder, encoder, Transform());
        var (painted, original, style) = (Picture(3), network.Features(Picture(4)), network.Features(Picture(5)));
        GradientTests.Check(painted, x => SanetLosses.Content(network.Features(x), original));
        GradientTests.Check(painted, x => SanetLosses.Style(network.Features(x), style, [1, 2, 3, 4, 5]));
        GradientTests.Check(painted, x => SanetLosses.Features(network.Features(x), original));
        GradientTests.Check(painted, x => SanetLosses.Pixels(x, Picture(6)));
    }

    private ConvolutionChain Encoder() => VggEncoder.Load(RandomEncoder.Write(_folder["SE5.safetensors"]), VggEncoder.ToRelu51, CPU, ScalarType.Float64);

    private static Tensor Picture(long seed)
    {
        manual_seed(seed);
        return rand(1, 3, 32, 32).to(ScalarType.Float64);
    }

    private static Tensor[] Features(long seed, long height, long width)
    {
        manual_seed(seed);
        var fine = randn(1, Channels, height, width).to(ScalarType.Float64);
        return [fine, fine, fine, fine, randn(1, Channels, height / 2, width / 2).to(ScalarType.Float64)];
    }

    private static Dictionary<string, Tensor> Transform()
    {
        manual_seed(7);
        return SanetNetwork.TransformOf(Channels).ToDictionary(p => p.Key, p => (randn(p.Value) * 0.2).to(ScalarType.Float64), StringComparer.Ordinal);
    }

    private static Tensor[] With(Tensor[] features, int level, Tensor x) => [.. features.Select((f, i) => i == level ? x : f)];
}
