using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Torch.Files;
using Xunit;

namespace VideoStyle.Torch.Tests;

/// <summary>Whatever happens to a model file, reading it gives tensors or one sentence that names the file.</summary>
public sealed class DamagedFileTests
{
    private const int Trials = 150;

    [Theory]
    [InlineData("starry_night_swift")]
    [InlineData("models/zip.pth")]
    [InlineData("models/legacy.pth")]
    [InlineData("models/arrays.npz")]
    [InlineData("models/compressed.npz")]
    [InlineData("models/array.npy")]
    [SharedInlineData("models/lite/starry_night.safetensors")]
    [SharedInlineData("models/johnson/mosaic_fp16.pth")]
    [SharedInlineData("weights/vgg19_pruned16x/SE2.pth")]
    [SharedInlineData("weights/lpips/v0.1_squeeze.pth")]
    [SharedInlineData("weights/squeezenet/squeezenet_v1.0_imagenet.npz")]
    [SharedInlineData("models/lite/ref_input.npy")]
    public void Read_TruncatedAnywhere_NeverThrowsAnythingElse(string file)
    {
        var bytes = Read(file);
        var random = new Random(1);
        for (var i = 0; i < Trials; i++)
        {
            // Short cuts as often as long ones: most of the structure is at the beginning.
            var length = (int)Math.Pow(bytes.Length, random.NextDouble());
            Check(file, bytes.AsMemory(0, length));
        }
    }

    [Theory]
    [InlineData("starry_night_swift")]
    [InlineData("models/zip.pth")]
    [InlineData("models/legacy.pth")]
    [InlineData("models/arrays.npz")]
    [InlineData("models/compressed.npz")]
    [InlineData("models/array.npy")]
    [SharedInlineData("models/lite/starry_night.safetensors")]
    [SharedInlineData("models/johnson/mosaic_fp16.pth")]
    [SharedInlineData("weights/vgg19_pruned16x/SE2.pth")]
    [SharedInlineData("weights/lpips/v0.1_squeeze.pth")]
    [SharedInlineData("weights/squeezenet/squeezenet_v1.0_imagenet.npz")]
    [SharedInlineData("models/lite/ref_input.npy")]
    public void Read_WithFlippedBits_NeverThrowsAnythingElse(string file)
    {
        var original = Read(file);
        var random = new Random(2);
        for (var i = 0; i < Trials; i++)
        {
            var bytes = (byte[])original.Clone();
            for (var flips = random.Next(1, 6); flips > 0; flips--)
            {
                // Structure lies at both ends; numbers between them may have any value.
                var distance = (int)Math.Pow(Math.Min(bytes.Length, 16384), random.NextDouble());
                var at = random.Next(2) == 0 ? distance - 1 : bytes.Length - distance;
                bytes[at] ^= (byte)(1 << random.Next(8));
            }

            Check(file, bytes);
        }
    }

    private static byte[] Read(string file) => File.ReadAllBytes(file.Contains('.', StringComparison.Ordinal) ? Fixtures.Path(file) : Fixtures.Style(file));

    private static void Check(string file, ReadOnlyMemory<byte> bytes)
    {
        var before = GC.GetTotalAllocatedBytes();
        try
        {
            foreach (var tensor in TensorFile.Parse(file, bytes).Tensors.Values)
                tensor.ToBytes().Length.ShouldBeLessThanOrEqualTo(64 << 20);
        }
        catch (VideoStyleException e)
        {
            e.Kind.ShouldBe(ErrorKind.Model);
            e.Message.ShouldContain(file);
        }

        (GC.GetTotalAllocatedBytes() - before).ShouldBeLessThan(256 << 20);
    }
}
