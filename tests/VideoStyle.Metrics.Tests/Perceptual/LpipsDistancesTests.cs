using System.Globalization;
using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Metrics.Frames;
using VideoStyle.Metrics.Perceptual;
using VideoStyle.Native;
using VideoStyle.Torch.Runtime;
using Xunit;

namespace VideoStyle.Metrics.Tests.Perceptual;

public sealed class LpipsDistancesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("videostyle-lpips-").FullName;

    // Whoever opens a network of VideoStyle.Torch before has libtorch loaded; these tests open none.
    public LpipsDistancesTests() => TorchRuntime.Load();

    [NativeTheory(NativeUnits.Kernels)]
    [InlineData(97, 71)]
    [InlineData(63, 64)]
    public void Distance_WithTheSameBackbone_AgreesWithPyTorch(int width, int height)
    {
        var (a, b) = (Noise(width, height, 1), Noise(width, height, 2));
        File.WriteAllBytes(At("a"), a.Rgb.ToArray());
        File.WriteAllBytes(At("b"), b.Rgb.ToArray());
        RandomWeights.Write(_folder, "lpips/");
        var (backbone, heads) = (At("lpips/alexnet.pth.safetensors"), At("lpips/heads.pth.safetensors"));
        string[] arguments = [backbone, heads, $"{width}", $"{height}", At("a"), At("b")];
        var expected = double.Parse(Recorded.Text($"lpips.{width}x{height}.txt", "lpips.py", arguments), CultureInfo.InvariantCulture);

        using var network = LpipsDistances.Load(backbone, heads, hasPerFrame: true);

        network.Distance(a, b).ShouldBe(expected, 1e-4 * expected);
        network.Distance(a, a).ShouldBe(0);
        // The source moves from a to b, the output stands still: tLP is a hundred times the source's step.
        var distances = network.Measure([b, a, a], [a, a, a]);
        distances[1]["tLP"].ShouldBe(100 * expected, 1e-2 * expected);
        distances[1]["LPIPS to per frame"].ShouldBe(0);
        distances[2].Keys.ShouldBe(["tLP"]);
    }

    [Fact]
    public void Load_HeadsInPlaceOfTheBackbone_ThrowsModelErrorThatNamesTheFile()
    {
        RandomWeights.Write(_folder, "lpips/");
        var heads = At("lpips/heads.pth.safetensors");

        var error = Should.Throw<VideoStyleException>(() => LpipsDistances.Load(heads, heads, hasPerFrame: false));

        error.Kind.ShouldBe(ErrorKind.Model);
        error.Message.ShouldContain(heads);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static ImageView Noise(int width, int height, int seed)
    {
        var rgb = new byte[3 * width * height];
        new Random(seed).NextBytes(rgb);
        return new ImageView(width, height, rgb);
    }

    private string At(string name) => Path.Combine(_folder, name);
}
