using System.Globalization;
using TorchSharp.Modules;

namespace VideoStyle.Training.Optimization;

/// <summary>Adam over the pixels of one image.</summary>
internal sealed class AdamOptimizer : IOptimizer
{
    private const double FinalFactor = 0.05; // of the learning rate

    private readonly Parameter _x;
    private readonly Func<Evaluation> _evaluate;
    private readonly double _rate;
    private readonly int _steps;
    private readonly Training.Adam _adam;
    private int _step;

    /// <summary>Starts at the values of a tensor.</summary>
    /// <param name="x">Changed in place; owned by the caller.</param>
    /// <param name="evaluate">The closure: the loss at the current values; the optimizer owns the gradient.</param>
    /// <param name="rate">The initial learning rate, annealed by a cosine.</param>
    /// <param name="steps">The number of steps that will be taken.</param>
    internal AdamOptimizer(Tensor x, Func<Evaluation> evaluate, double rate, int steps)
    {
        using var scope = NewDisposeScope();
        (_evaluate, _rate, _steps) = (evaluate, rate, steps);
        // The same memory: a step changes the image itself.
        _x = scope.Detach(new Parameter(x.detach()));
        _adam = new Training.Adam([_x]);
    }

    /// <inheritdoc />
    public bool Step()
    {
        using var scope = NewDisposeScope();
        var (_, gradient) = _evaluate();
        var progress = (double)_step / _steps;
        _step++;
        _x.grad = gradient;
        _adam.Step(_step, _rate * (FinalFactor + (1 - FinalFactor) * 0.5 * (1 + Math.Cos(Math.PI * progress))), double.PositiveInfinity);
        return true;
    }

    /// <inheritdoc />
    public (Dictionary<string, Tensor> Tensors, Dictionary<string, string> Texts) State() =>
        (
            new(StringComparer.Ordinal) { ["first"] = _adam.First[0], ["second"] = _adam.Second[0] },
            new(StringComparer.Ordinal) { ["adam_step"] = _step.ToString(CultureInfo.InvariantCulture) }
        );

    /// <inheritdoc />
    public void Restore(IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> texts)
    {
        using var noGrad = no_grad();
        _adam.First[0].copy_(tensors["first"]);
        _adam.Second[0].copy_(tensors["second"]);
        _step = int.Parse(texts["adam_step"], CultureInfo.InvariantCulture);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _adam.Dispose();
        _x.Dispose();
    }
}
