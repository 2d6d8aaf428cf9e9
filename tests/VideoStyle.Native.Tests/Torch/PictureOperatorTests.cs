using Shouldly;
using VideoStyle.Native;
using VideoStyle.Native.Torch;
using Xunit;

namespace VideoStyle.Tests.Torch;

/// <summary>Pictures into the network and out of it, against libtorch's plain operators.</summary>
public sealed class PictureOperatorTests
{
    private static readonly AtenOperator FrameToInput = new("videostyle::frame_to_input");
    private static readonly AtenOperator OutputToFrame = new("videostyle::output_to_frame");

    [NativeTheory(NativeUnits.Torch)]
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

    [NativeTheory(NativeUnits.Torch)]
    [InlineData(1, 17, 11)]
    [InlineData(2, 19, 23)]
    public void OutputToFrame_CroppedInsideABlock_EqualsShuffleAndSigmoid(int block, int height, int width)
    {
        using var scope = new TensorScope();
        LibTorch.ManualSeed(2);
        var y = (Tensor.Randn(1, 3 * block * block, 20 / block + 4, 24 / block + 4) * 20).Contiguous(MemoryFormat.ChannelsLast);
        var picture = Tensor.Zeros(height, width, 3);

        OutputToFrame.Run(y, block, true, 1.0, picture);

        var planar = Functional.Sigmoid(block > 1 ? Functional.PixelShuffle(y, block) : y);
        var expected = planar.Narrow(2, 0, height).Narrow(3, 0, width).Permute(0, 2, 3, 1);
        (picture - expected).Abs().ToArray<float>().Max().ShouldBeLessThan(5e-7f);
    }

    [NativeFact(NativeUnits.Torch)]
    public void OutputToFrame_ExtremesAndNotANumber_StayWhatTheyAre()
    {
        using var scope = new TensorScope();
        var y = Tensor.From<float>([float.NaN, float.PositiveInfinity, float.NegativeInfinity, 1000, -1000, 0], 1, 3, 1, 2);
        var picture = Tensor.Zeros(1, 2, 3);
        OutputToFrame.Run(y, 1, true, 1.0, picture);
        var values = picture.ToArray<float>();
        values[0].ShouldBe(float.NaN); // pixel 0: NaN, −∞, −1000; pixel 1: ∞, 1000, 0
        values[1].ShouldBeLessThan(1e-30f);
        values[2].ShouldBeLessThan(1e-30f);
        values[3..].ShouldBe([1, 1, 0.5f]);
        OutputToFrame.Run(y, 1, false, 1.0, picture);
        picture.ToArray<float>().ShouldBe([float.NaN, 0, 0, 1, 1, 0]);
    }
}
