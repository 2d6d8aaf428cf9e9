using Shouldly;
using VideoStyle.Core.Media;
using VideoStyle.Core.Stylizers;
using VideoStyle.Networks.Inference;
using VideoStyle.Networks.Models;
using Xunit;

namespace VideoStyle.Networks.Tests.Cuda;

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

        var error = there.Zip(here, (a, b) => Math.Pow((a - b) / (double)StylizedFrame.White, 2)).Average();
        (-10 * Math.Log10(Math.Max(error, 1e-12))).ShouldBeGreaterThan(minimumPsnrDb);

        short[] Paint(string device, Precision type)
        {
            var options = new StylizerOptions { Device = device, Precision = type };
            using var stylizer = TorchStylizer.Create(StyleCatalog.BuiltIn.Resolve(style), options);
            using var painting = stylizer.Stylize(frame);
            return painting.Values.ToArray();
        }
    }
}
