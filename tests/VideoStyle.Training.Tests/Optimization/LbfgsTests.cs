using System.Globalization;
using Shouldly;
using VideoStyle.Native;
using VideoStyle.Torch.Operators;
using VideoStyle.Torch.Tensors;
using VideoStyle.Training.Optimization;
using Xunit;

namespace VideoStyle.Training.Tests.Optimization;

public sealed class LbfgsTests
{
    [NativeTheory(NativeUnits.Kernels)]
    [InlineData("rosenbrock", false, 5, 0.01, 30)]
    [InlineData("rosenbrock", true, 5, 1.0, 40)]
    [InlineData("rosenbrock", true, 100, 0.5, 40)]
    [InlineData("quartic", false, 3, 1.0, 30)]
    [InlineData("quartic", true, 100, 1.0, 30)]
    public void Step_EveryOne_LeadsWherePyTorchsDoes(string function, bool search, int history, double rate, int iterations)
    {
        var lineSearch = search ? "strong_wolfe" : "none";
        var expected = Recorded
            .Text($"lbfgs.{function}.{lineSearch}.{history}.txt", "lbfgs.py", function, lineSearch, $"{history}", rate.ToString(CultureInfo.InvariantCulture), $"{iterations}")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ').Select(v => double.Parse(v, CultureInfo.InvariantCulture)).ToArray())
            .ToList();
        using var scope = NewDisposeScope();
        var x = Start(function);
        using var optimizer = new Lbfgs(x, () => Evaluate(function, x), new LbfgsOptions { StrongWolfe = search, History = history, Rate = rate });
        var more = true;
        foreach (var line in expected)
        {
            more = more && optimizer.Step();
            Evaluate(function, x).Loss.ShouldBe(line[0], 1e-9 * Math.Max(1, Math.Abs(line[0])));
            var at = x.ToArray<double>();
            for (var i = 0; i < at.Length; i++)
                at[i].ShouldBe(line[i + 1], 1e-7);
        }
    }

    [NativeFact(NativeUnits.Kernels)]
    public void Restore_InTheMiddle_GoesOnToTheBit()
    {
        using var scope = NewDisposeScope();
        var whole = Start("rosenbrock");
        using var first = new Lbfgs(whole, () => Evaluate("rosenbrock", whole), new LbfgsOptions { StrongWolfe = true, History = 4 });
        for (var i = 0; i < 9; i++)
            first.Step();
        var copy = whole.clone();
        using var second = new Lbfgs(copy, () => Evaluate("rosenbrock", copy), new LbfgsOptions { StrongWolfe = true, History = 4 });
        var (tensors, texts) = first.State();
        second.Restore(tensors, texts);
        for (var i = 0; i < 6; i++)
        {
            first.Step();
            second.Step();
        }

        copy.ToArray<double>().ShouldBe(whole.ToArray<double>());
    }

    [NativeFact(NativeUnits.Kernels)]
    public void Step_AtTheMinimum_SaysThatNothingIsToBeGained()
    {
        using var scope = NewDisposeScope();
        var x = HostTensor.From<double>([1, 1, 1], 3);
        using var optimizer = new Lbfgs(x, () => Evaluate("rosenbrock", x), new LbfgsOptions());
        optimizer.Step().ShouldBeFalse();
        x.ToArray<double>().ShouldBe([1, 1, 1]);
    }

    private static Tensor Start(string function) =>
        function is "rosenbrock"
            ? HostTensor.From<double>([.. Enumerable.Range(0, 10).Select(i => -1.2 + 0.3 * (i % 5))], 10)
            : HostTensor.From<double>([.. Enumerable.Range(0, 20).Select(i => Math.Sin(i + 1))], 20);

    private static Evaluation Evaluate(string function, Tensor at)
    {
        using var scope = NewDisposeScope();
        var x = at.clone().requires_grad_();
        Tensor loss;
        if (function is "rosenbrock")
        {
            var (head, tail) = (x.narrow(0, 0, x.size(0) - 1), x.narrow(0, 1, x.size(0) - 1));
            loss = ((tail - head.pow(2)).pow(2) * 100 + (head * -1 + 1).pow(2)).sum();
        }
        else
        {
            var weights = HostTensor.From<double>([.. Enumerable.Range(1, 20).Select(i => (double)i)], 20);
            loss = (weights * (x - 1).pow(2)).sum() / 2 + x.pow(4).sum() / 4;
        }

        Backpropagation.Run(loss);
        return new Evaluation(loss.ToDouble(), scope.MoveToOuter(x.grad!));
    }
}
