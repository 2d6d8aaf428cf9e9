using Shouldly;
using VideoStyle.Core.Media;
using VideoStyle.Networks.Inference;
using VideoStyle.Networks.Models;
using VideoStyle.Torch.Files;
using VideoStyle.Torch.Tensors;
using Xunit;

namespace VideoStyle.Networks.Tests;

/// <summary>The networks against outputs that PyTorch computed from the same weights in its plain way.</summary>
public sealed class ParityTests
{
    [SharedDataTheory]
    [InlineData("starry_night")]
    [InlineData("great_wave")]
    [InlineData("the_scream")]
    [InlineData("composition_vii")]
    [InlineData("water_lilies")]
    [InlineData("woman_with_a_hat")]
    public void Paint_LiteInFloat_EqualsTheReferenceOutput(string style)
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        using var network = StyleModel
            .Load(SharedData.Path($"models/lite/{style}.safetensors"))
            .CreateNetwork(CPU, ScalarType.Float32);
        var input = Read("models/lite/ref_input.npy");
        var expected = Read($"models/lite/{style}_ref_output.npy");

        var output = network.Forward(input);

        output.shape.ShouldBe(expected.shape);
        output.ToArray<float>().Zip(expected.ToArray<float>(), (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThan(1e-4f);
    }

    [SharedDataTheory]
    [InlineData(Precision.F32, 80)]
    [InlineData(Precision.BF16, 38)]
    public void Paint_LiteFromAFrame_EqualsTheReferenceOutput(Precision precision, double minimumPsnrDb)
    {
        using var scope = NewDisposeScope();
        var input = Read("models/lite/ref_input.npy").ToArray<float>();
        var expected = Read("models/lite/starry_night_ref_output.npy").ToArray<float>();
        using var frame = new FramePool().Rent(256, 256);
        for (var i = 0; i < 256 * 256; i++)
            for (var c = 0; c < 3; c++)
                frame.Pixels[3 * i + c] = (byte)Math.Round(input[c * 256 * 256 + i] * 255);
        var model = StyleModel.Load(SharedData.Path("models/lite/starry_night.safetensors"));
        using var stylizer = TorchStylizer.Create(model, new StylizerOptions { Device = "cpu", Precision = precision });

        using var painting = stylizer.Paint(frame);

        var (planar, rgb) = (new float[expected.Length], painting.ToRgb());
        for (var i = 0; i < 256 * 256; i++)
            for (var c = 0; c < 3; c++)
                planar[c * 256 * 256 + i] = rgb[3 * i + c];
        PsnrDb(planar, expected).ShouldBeGreaterThan(minimumPsnrDb);
    }

    [PythonTorchTheory]
    [InlineData(Precision.F32, 50)]
    [InlineData(Precision.BF16, 38)]
    public void Paint_JohnsonCheckpoint_EqualsPyTorch(Precision precision, double minimumPsnrDb)
    {
        const int Width = 403;
        const int Height = 298; // 403 is no multiple of 4, so that mirroring and cropping take part
        var folder = Directory.CreateTempSubdirectory("videostyle-parity");
        try
        {
            var checkpoint = SharedData.Path("models/johnson/mosaic_fp16.pth");
            var picture = System.IO.Path.Combine(folder.FullName, "in.rgb");
            var result = System.IO.Path.Combine(folder.FullName, "out.f32");
            string[] arguments = [checkpoint, SharedData.Path("photos/kodak/23.jpg"), $"{Width}", $"{Height}", picture, result];
            PythonTorchTheoryAttribute.Run("johnson.py", arguments);
            using var frame = new FramePool().Rent(Width, Height);
            File.ReadAllBytes(picture).CopyTo(frame.Pixels);
            var expected = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(result)).ToArray();
            using var stylizer = TorchStylizer.Create(
                StyleModel.Load(checkpoint),
                new StylizerOptions { Device = "cpu", Precision = precision }
            );

            using var painting = stylizer.Paint(frame);

            PsnrDb(painting.ToRgb(), expected).ShouldBeGreaterThan(minimumPsnrDb);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Tensor Read(string file) => TensorFile.Read(SharedData.Path(file)).Tensors.Values.Single().ToTensor();

    private static double PsnrDb(float[] actual, float[] expected)
    {
        actual.Length.ShouldBe(expected.Length);
        return -10 * Math.Log10(actual.Zip(expected, (a, b) => (double)(a - b) * (a - b)).Average());
    }
}
