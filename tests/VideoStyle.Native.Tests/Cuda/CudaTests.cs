using Shouldly;
using VideoStyle.Core.Media;
using VideoStyle.Core.Styling;
using VideoStyle.Networks;
using VideoStyle.Networks.Files;
using VideoStyle.Networks.Models;
using VideoStyle.Networks.Training;
using VideoStyle.Tests.Training;
using Xunit;

namespace VideoStyle.Tests.Cuda;

[Collection(RunAlone.Name)]
public sealed class CudaTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // On an H200 with libtorch 2.11, lite: 68.7, 64.0 and 55.2 dB. cuDNN convolves float in TF32 where it may.
    [CudaTheory]
    [InlineData("starry_night", Precision.F32, 50)]
    [InlineData("starry_night", Precision.F16, 45)]
    [InlineData("starry_night", Precision.BF16, 38)]
    [InlineData("udnie_swift", Precision.F32, 50)]
    [InlineData("udnie_swift", Precision.F16, 45)]
    [InlineData("udnie_johnson", Precision.F32, 50)]
    [InlineData("udnie_johnson", Precision.F16, 40)]
    public void Paint_OnAGpu_EqualsTheProcessor(string style, Precision precision, double minimumPsnrDb)
    {
        using var frame = new FramePool().Rent(161, 121);
        for (var i = 0; i < frame.Pixels.Length; i++)
            frame.Pixels[i] = (byte)(127 + 100 * Math.Sin(i / 3 % 161 / 9.0 + i / 483 / 7.0 + i % 3));

        var (there, here) = (Paint("cuda", precision), Paint("cpu", Precision.F32));

        var error = there.Zip(here, (a, b) => Math.Pow((a - b) / (double)Painting.White, 2)).Average();
        (-10 * Math.Log10(Math.Max(error, 1e-12))).ShouldBeGreaterThan(minimumPsnrDb);

        short[] Paint(string device, Precision type)
        {
            var options = new StylizerOptions { Device = device, Precision = type };
            using var stylizer = TorchStylizer.Create(StyleCatalog.BuiltIn.Resolve(style), options);
            using var painting = stylizer.Paint(frame);
            return painting.Values.ToArray();
        }
    }

    // Paintings are measured before the first step, on whatever device the loss network is.
    [CudaTheory]
    [InlineData("lite")]
    [InlineData("swift")]
    [InlineData("johnson")]
    [InlineData("any")]
    public void Train_OnAGpu_WritesAModelOfFiniteWeights(string network)
    {
        var options = new TrainingOptions
        {
            Styles =
            [
                (_folder.Picture("paintings/one.png", 96, 80, i => (byte)(i * 37 % 251)), 1),
                (_folder.Picture("paintings/two.png", 80, 96, i => (byte)(i / 9 % 4 * 60)), 1),
            ],
            Content = [System.IO.Path.GetDirectoryName(_folder.Picture("content/one.png", 90, 70, i => (byte)(i * i % 253)))!],
            Output = _folder["trained.safetensors"],
            LossWeights = TinyVgg.Path,
            Architecture = network,
            Size = 64,
            StyleSize = 64,
            Steps = 6,
            Device = "cuda",
            Card = new Dictionary<string, string>(StringComparer.Ordinal) { ["name"] = "trained" },
        };
        using (var trainer = new Trainer(options))
            trainer.Run(report: null, CancellationToken.None).Completed.ShouldBeTrue();

        foreach (var (name, tensor) in TensorFile.Read(options.Output).Tensors)
            System.Runtime.InteropServices.MemoryMarshal.Cast<byte, Half>(tensor.ToBytes()).ToArray().ShouldAllBe(v => Half.IsFinite(v), name);
    }
}
