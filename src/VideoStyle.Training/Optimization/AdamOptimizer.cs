using System.Globalization;
using TorchSharp.Modules;

namespace VideoStyle.Training.Optimization;

/// <summary>Adam over the pixels of one picture.</summary>
internal sealed class AdamOptimizer : IOptimizer
{
    private const double LastShare = 0.05; // of the rate, at the end

    private readonly Parameter _x;
    private readonly Func<Evaluation> _evaluate;
    private readonly double _rate;
    private readonly int _steps;
    private readonly Training.Adam _adam;
    private int _step;

    /// <summary>Begins at the values of a tensor.</summary>
    /// <param name="x">Changed in place; owned by the caller.</param>
    /// <param name="evaluate">Gives the loss at the present values; the optimiser owns the gradient.</param>
    /// <param name="rate">The first learning rate; it falls by a cosine.</param>
    /// <param name="steps">The number of steps that will be taken.</param>
    internal AdamOptimizer(Tensor x, Func<Evaluation> evaluate, double rate, int steps)
    {
        using var scope = NewDisposeScope();
        (_evaluate, _rate, _steps) = (evaluate, rate, steps);
        // The same memory: a step changes the picture itself.
        _x = scope.Detach(new Parameter(x.detach()));
        _adam = new Training.Adam([_x]);
    }

    /// <inheritdoc />
    public bool Step()
    {
        using var scope = NewDisposeScope();
        var (_, gradient) = _evaluate();
        var share = (double)_step / _steps;
        _step++;
        _x.grad = gradient;
        _adam.Step(_step, _rate * (LastShare + (1 - LastShare) * 0.5 * (1 + Math.Cos(Math.PI * share))), double.PositiveInfinity);
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
