using Shouldly;
using VideoStyle.Native.Torch;
using Xunit;

namespace VideoStyle.Tests.Torch;

/// <summary>The pass between two convolutions against libtorch's own operators, one after another.</summary>
public sealed class ReluPadTests
{
    [NativeTheory]
    [InlineData(true, 1, 1, ScalarType.Float32, ScalarType.Float32)]
    [InlineData(false, 1, 4, ScalarType.Float32, ScalarType.Float32)]
    [InlineData(true, 2, 1, ScalarType.Float32, ScalarType.BFloat16)]
    [InlineData(true, 2, 1, ScalarType.BFloat16, ScalarType.BFloat16)]
    [InlineData(true, 1, 0, ScalarType.BFloat16, ScalarType.Float32)]
    [InlineData(true, 2, 3, ScalarType.Float64, ScalarType.Float32)]
    public void ReluPad_AnyPicture_EqualsTheOperatorsInARow(bool relu, int scale, int pad, ScalarType from, ScalarType to)
    {
        using var scope = new TensorScope();
        LibTorch.ManualSeed(7);
        foreach (var (count, channels, height, width) in new[] { (1, 3, 7, 5), (2, 64, 9, 33), (1, 24, 5, 6) })
        {
            foreach (var format in new[] { MemoryFormat.ChannelsLast, MemoryFormat.Contiguous })
            {
                var x = Tensor.Randn(count, channels, height, width).To(from).Contiguous(format);
                var expected = relu ? Functional.Relu(x) : x;
                expected = expected.To(ScalarType.Float32);
                if (scale > 1)
                    expected = Functional.UpsampleNearest(expected, scale);
                if (pad > 0)
                    expected = Functional.ReflectionPad2d(expected, pad);

                var actual = Functional.ReluPad(x, relu, scale, pad, to);

                actual.ScalarType.ShouldBe(to);
                actual.Shape.ShouldBe(expected.Shape);
                actual.ToArray<float>().ShouldBe(expected.To(to).ToArray<float>());
            }
        }
    }

    [NativeTheory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void ReluPad_NotANumber_StaysOne(ScalarType type)
    {
        using var scope = new TensorScope();
        var x = Tensor.From<float>([float.NaN, -float.NaN, -1, 2], 1, 1, 2, 2).To(type);

        var values = Functional.ReluPad(x, relu: true, 1, 0, type).ToArray<float>();

        values[..2].ShouldAllBe(v => float.IsNaN(v));
        values[2..].ShouldBe([0, 2]);
    }

    [NativeFact]
    public void ReluPad_BorderAsWideAsThePicture_IsRefused() =>
        Should.Throw<Core.Errors.VideoStyleException>(() => Functional.ReluPad(Tensor.Zeros(1, 2, 3, 3), relu: false, 1, 3, ScalarType.Float32));

    [NativeFact]
    public void ReluPad_WithGradient_PassesItOn()
    {
        using var scope = new TensorScope();
        var x = Tensor.From<float>([-1, 2, 3, 4, 5, 6, 7, 8, 9], 1, 1, 3, 3).RequiresGrad_();

        Functional.ReluPad(x, relu: true, 1, 1, ScalarType.Float32).Sum().Backward();

        // How often each pixel is read; the middle ones are reflected into the border.
        x.Grad!.ToArray<float>().ShouldBe([0, 3, 1, 3, 9, 3, 1, 3, 1]);
    }
}
