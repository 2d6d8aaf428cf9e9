using System.Globalization;
using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Metrics.Frames;
using VideoStyle.Metrics.Perceptual;
using VideoStyle.Torch.Tensors;
using Xunit;

namespace VideoStyle.Metrics.Tests.Perceptual;

public sealed class LpipsDistancesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("videostyle-lpips-").FullName;

    [PythonTorchTheory]
    [InlineData(97, 71)]
    [InlineData(63, 64)]
    public void Distance_WithTheSameBackbone_AgreesWithPyTorch(int width, int height)
    {
        var (a, b) = (Noise(width, height, 1), Noise(width, height, 2));
        File.WriteAllBytes(At("a"), a.Rgb.ToArray());
        File.WriteAllBytes(At("b"), b.Rgb.ToArray());
        var heads = SharedData.Path("weights/lpips/v0.1_alex.pth");
        var size = new[] { width, height }.Select(n => n.ToString(CultureInfo.InvariantCulture)).ToArray();
        var expected = double.Parse(PythonTorchTheoryAttribute.Run("lpips.py", At("alexnet.pth"), heads, size[0], size[1], At("a"), At("b")), CultureInfo.InvariantCulture);

        using var network = LpipsDistances.Load(At("alexnet.pth"), heads, hasPerFrame: true);

        network.Distance(a, b).ShouldBe(expected, 1e-4 * expected);
        network.Distance(a, a).ShouldBe(0);
        // The source moves from a to b, the output stands still: tLP is a hundred times the source's step.
        var distances = network.Measure([b, a, a], [a, a, a]);
        distances[1]["tLP"].ShouldBe(100 * expected, 1e-2 * expected);
        distances[1]["LPIPS to per frame"].ShouldBe(0);
        distances[2].Keys.ShouldBe(["tLP"]);
    }

    [SharedDataFact]
    public void Load_HeadsInPlaceOfTheBackbone_ThrowsModelErrorThatNamesTheFile()
    {
        var heads = SharedData.Path("weights/lpips/v0.1_alex.pth");

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
