using Shouldly;
using VideoStyle.Core.Styling;
using VideoStyle.Native;
using VideoStyle.Native.Torch;
using Xunit;

namespace VideoStyle.Tests.Torch;

/// <summary>Pictures into the network and out of it, against libtorch's plain operators.</summary>
public sealed class PictureOperatorTests
{
    private static readonly AtenOperator FrameToInput = new("videostyle::frame_to_input");
    private static readonly AtenOperator OutputToPainting = new("videostyle::output_to_painting");

    [NativeTheory(NativeUnits.Kernels)]
    [InlineData(1, 4)]
    [InlineData(2, 1)]
    public void FrameToInput_WholeBlocks_EqualsUnshuffleAndReflection(int block, int pad)
    {
        using var scope = new TensorScope();
        const int Height = 20;
        const int Width = 28;
        LibTorch.ManualSeed(1);
        var rgb = (Tensor.Rand(Height, Width, 3) * 255).To(ScalarType.UInt8);

        var input = FrameToInput.Call(rgb, Height, Width, block, pad, 1 / 255.0, ScalarType.Float32);

        var planar = rgb.Permute(2, 0, 1).Unsqueeze(0).To(ScalarType.Float32) / 255;
        var blocks = block > 1 ? Functional.PixelUnshuffle(planar, block) : planar;
        (input - Functional.ReflectionPad2d(blocks, pad)).Abs().ToArray<float>().Max().ShouldBeLessThan(1e-6f);
    }

    [NativeTheory(NativeUnits.Kernels)]
    [InlineData(1, 17, 11)]
    [InlineData(2, 19, 23)]
    public void OutputToPainting_CroppedInsideABlock_EqualsShuffleSigmoidAndLuma(int block, int height, int width)
    {
        using var scope = new TensorScope();
        LibTorch.ManualSeed(2);
        var y = (Tensor.Randn(1, 3 * block * block, 20 / block + 4, 24 / block + 4) * 20).Contiguous(MemoryFormat.ChannelsLast);
        var picture = Tensor.Zeros(height, width, 4).To(ScalarType.Int16);

        OutputToPainting.Run(y, block, true, 1.0, picture);

        var planar = Functional.Sigmoid(block > 1 ? Functional.PixelShuffle(y, block) : y);
        var rgb = planar.Narrow(2, 0, height).Narrow(3, 0, width).Permute(0, 2, 3, 1);
        var luma = (rgb * Tensor.From<float>([3 * 0.299f, 3 * 0.587f, 3 * 0.114f], 3)).Mean(-1).Unsqueeze(-1);
        // Half a unit of rounding for a colour, another for the luma of rounded colours.
        (picture.To(ScalarType.Float32) - Tensor.Cat([rgb, luma], 3) * Painting.White).Abs().ToArray<float>().Max().ShouldBeLessThan(1.05f);
    }

    [NativeFact(NativeUnits.Kernels)]
    public void OutputToPainting_ExtremesAndNotANumber_AreCutOff()
    {
        using var scope = new TensorScope();
        var y = Tensor.From<float>([float.NaN, float.PositiveInfinity, float.NegativeInfinity, 1000, -1000, 0], 1, 3, 1, 2);
        var picture = Tensor.Zeros(1, 2, 4).To(ScalarType.Int16);
        OutputToPainting.Run(y, 1, true, 1.0, picture); // pixel 0: NaN, −∞, −1000; pixel 1: ∞, 1000, 0
        picture.ToArray<short>().ShouldBe([0, 0, 0, 0, 16384, 16384, 8192, 15450]);
        OutputToPainting.Run(y, 1, false, 1.0, picture);
        picture.ToArray<short>().ShouldBe([0, 0, 0, 0, 16384, 16384, 0, 14517]);
    }
}
