using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Native;
using VideoStyle.Native.Torch;
using Xunit;

namespace VideoStyle.Tests.Torch;

public sealed class TensorTests
{
    [NativeFact(NativeUnits.Kernels)]
    public void From_Values_ComeBackInEveryKindOfNumber()
    {
        using var tensor = Tensor.From<float>([1, 2, 3, 4, 5, 6], 2, 3);
        tensor.Shape.ShouldBe([2, 3]);
        tensor.NumElements.ShouldBe(6);
        tensor.IsCuda.ShouldBeFalse();
        tensor.ToArray<float>().ShouldBe([1, 2, 3, 4, 5, 6]);
        tensor.ToArray<byte>().ShouldBe([1, 2, 3, 4, 5, 6]);
        using var turned = tensor.Transpose(0, 1);
        turned.ToArray<double>().ShouldBe([1, 4, 2, 5, 3, 6]);
    }

    [NativeFact(NativeUnits.Kernels)]
    public void From_WrongShape_ThrowsBeforeAnythingIsRead() =>
        Should.Throw<ArgumentException>(() => Tensor.From<float>([1, 2, 3], 2, 2));

    [NativeFact(NativeUnits.Kernels)]
    public void Backward_OfASquaredConvolution_GivesTheGradientOfTheFormula()
    {
        using var scope = new TensorScope();
        var x = Tensor.From<float>([2, 3], 1, 1, 1, 2);
        var w = Tensor.From<float>([4], 1, 1, 1, 1).RequiresGrad_();
        Functional.Conv2d(x, w, bias: null).Pow(2).Sum().Backward();
        w.Grad!.Item().ShouldBe(2 * 4 * (4 + 9)); // d/dw Σ (w x)² = 2 w Σ x²
        w.ClearGrad();
        w.Grad.ShouldBeNull();
    }

    [NativeFact(NativeUnits.Kernels)]
    public void NoGrad_Inside_RecordsNothing_AndEndsWithItsScope()
    {
        using var scope = new TensorScope();
        var w = Tensor.From<float>([2], 1).RequiresGrad_();
        using (LibTorch.NoGrad())
            Should.Throw<VideoStyleException>(() => (w * 3).Sum().Backward());
        using (LibTorch.InferenceMode())
        using (LibTorch.InferenceMode())
            (w * 3).Item().ShouldBe(6);
        (w * 3).Sum().Backward();
        w.Grad!.Item().ShouldBe(3);
    }

    [NativeFact(NativeUnits.Kernels)]
    public void Call_WithWrongShapes_ThrowsOneSentenceWithoutABacktrace()
    {
        using var scope = new TensorScope();
        var error = Should.Throw<VideoStyleException>(() => Tensor.Zeros(2, 3).Matmul(Tensor.Zeros(2, 3)));
        error.Kind.ShouldBe(ErrorKind.Internal);
        error.Message.ShouldContain("2x3");
        error.Message.ShouldNotContain("frame #");
    }

    [NativeFact(NativeUnits.Kernels)]
    public void Call_UnknownOperator_ThrowsAndNamesIt() =>
        Should.Throw<VideoStyleException>(() => new AtenOperator("aten::no_such").Run()).Message.ShouldContain("no_such");

    [NativeFact(NativeUnits.Kernels)]
    public void Call_MoreMemoryThanThereIs_ThrowsRuntimeErrorWithAHint()
    {
        var error = Should.Throw<VideoStyleException>(() => Tensor.Zeros(1L << 40, 1L << 20));
        error.Kind.ShouldBe(ErrorKind.Runtime);
        error.Hint.ShouldNotBeNull();
    }

    [NativeFact(NativeUnits.Kernels)]
    public void CallMany_OfSplit_GivesEveryPart()
    {
        using var scope = new TensorScope();
        var parts = new AtenOperator("aten::split", "Tensor").CallMany(Tensor.From<float>([1, 2, 3, 4, 5], 5), 2, 0);
        parts.Select(p => p.NumElements).ShouldBe([2, 2, 1]);
        parts[2].Item().ShouldBe(5);
    }

    [NativeFact(NativeUnits.Kernels)]
    public void TensorScope_Ends_DisposesWhatWasMadeInsideExceptWhatIsKept()
    {
        Tensor kept, dropped, released;
        using (var outer = new TensorScope())
        {
            using (var inner = new TensorScope())
            {
                dropped = Tensor.Zeros(1);
                kept = inner.Keep(Tensor.Zeros(1) + 5);
                released = TensorScope.Release(Tensor.Zeros(1) + 7);
            }

            Should.Throw<ObjectDisposedException>(() => dropped + 1);
            kept.Item().ShouldBe(5);
        }

        Should.Throw<ObjectDisposedException>(() => kept + 1);
        released.Item().ShouldBe(7);
        released.Dispose();
    }

    [NativeFact(NativeUnits.Kernels)]
    public void ManualSeed_SameSeed_GivesTheSameNumbers()
    {
        using var scope = new TensorScope();
        LibTorch.ManualSeed(3);
        var first = Tensor.Randn(5).ToArray<float>();
        LibTorch.ManualSeed(3);
        Tensor.Randn(5).ToArray<float>().ShouldBe(first);
    }

    [NativeTheory(NativeUnits.Kernels)]
    [InlineData("gpu", ErrorKind.Usage)]
    [InlineData("cuda:x", ErrorKind.Usage)]
    [InlineData("cuda:-1", ErrorKind.Usage)]
    [InlineData("cuda:999", ErrorKind.Runtime)]
    public void TorchDevice_ThatIsNotThere_ThrowsAndNamesIt(string text, ErrorKind kind)
    {
        var error = Should.Throw<VideoStyleException>(() => TorchDevice.Parse(text));
        error.Kind.ShouldBe(kind);
        error.Message.ShouldContain(text);
    }

    [NativeFact(NativeUnits.Kernels)]
    public void Configuration_OfTheLibrary_NamesItsVersion() => LibTorch.Configuration.ShouldStartWith("libtorch ");
}
