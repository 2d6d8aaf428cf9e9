using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Native;
using VideoStyle.Torch.Operators;
using VideoStyle.Torch.Runtime;

namespace VideoStyle.Torch.Tests.Runtime;

public sealed class TorchFailureTests
{
    [NativeFact(NativeUnits.Kernels)]
    public void Translate_MoreMemoryThanThereIs_ThrowsRuntimeErrorWithAHint()
    {
        TorchRuntime.Load();
        var error = Should.Throw<VideoStyleException>(() => TorchFailure.Translate(() => zeros(1L << 40, 1L << 20)));

        error.Kind.ShouldBe(ErrorKind.Runtime);
        error.Hint.ShouldNotBeNull();
        error.Message.ShouldNotContain("frame #");
    }

    [NativeFact(NativeUnits.Kernels)]
    public void Translate_ShapesThatDoNotFit_ThrowsOneSentence()
    {
        TorchRuntime.Load();
        using var scope = NewDisposeScope();
        var error = Should.Throw<VideoStyleException>(() => TorchFailure.Translate(() => zeros(2, 3).mm(zeros(2, 3))));

        error.Kind.ShouldBe(ErrorKind.Internal);
        error.Message.ShouldContain("2x3");
        error.Message.Split('\n').Length.ShouldBe(1);
    }

    [NativeFact(NativeUnits.Kernels)]
    public void Run_GradientThatThrows_ThrowsItHereAndNotInCpp()
    {
        TorchRuntime.Load();
        using var scope = NewDisposeScope();
        var x = randn(1, 2, 3, 3).requires_grad_();

        Should.Throw<InvalidOperationException>(() => Backpropagation.Run(FailingFunction.Of(x).sum())).Message.ShouldBe("on the way back");
        // What comes later is not affected.
        Backpropagation.Run((x * 2.0).sum());
        x.grad!.sum().ToDouble().ShouldBe(36, 1e-6);
    }

    private sealed class FailingFunction : autograd.SingleTensorFunction<FailingFunction>
    {
        public override string Name => nameof(FailingFunction);

        public static Tensor Of(Tensor x) => apply(x);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars) => ((Tensor)vars[0]) * 3.0;

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) =>
            Backpropagation.Guard(1, [grad_output], () => throw new InvalidOperationException("on the way back"));
    }
}
