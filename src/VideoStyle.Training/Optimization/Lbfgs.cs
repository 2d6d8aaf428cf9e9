using System.Globalization;

namespace VideoStyle.Training.Optimization;

/// <summary>L-BFGS, step for step that of PyTorch's <c>torch.optim.LBFGS</c>.</summary>
/// <remarks>
/// Nocedal, "Updating Quasi-Newton Matrices with Limited Storage", 1980 (the two-loop recursion), after Schmidt's minFunc. N calls of
/// <see cref="Step"/> are one <c>step</c> of PyTorch with <c>max_iter = N</c> and no limit on evaluations: history, first step,
/// curvature condition (yᵀs &gt; 1e-10) and tolerances are the same. Without a line search the result of a step is evaluated at the
/// start of the next one, so that a step costs one evaluation, and the last step none. TorchSharp's own <c>LBFGS</c> does not serve:
/// its history cannot be saved and restored, as resuming to the same result requires, and it has no line search.
/// </remarks>
internal sealed class Lbfgs : IOptimizer
{
    private const double MinCurvature = 1e-10;

    private readonly Tensor _x;
    private readonly Func<Evaluation> _evaluate;
    private readonly LbfgsOptions _options;
    private readonly List<(Tensor Y, Tensor S, double Rho)> _history = [];
    private Tensor? _direction;
    private Tensor? _previousGradient;
    private Tensor? _gradient;
    private double _loss;
    private double _length;
    private double _scale = 1;
    private bool _moved; // since the gradient was computed

    /// <summary>Starts at the values of a tensor.</summary>
    /// <param name="x">Changed in place, contiguous, of one dimension; owned by the caller.</param>
    /// <param name="evaluate">The closure: the loss at the current values; the optimizer owns the gradient.</param>
    /// <param name="options">Settings.</param>
    internal Lbfgs(Tensor x, Func<Evaluation> evaluate, LbfgsOptions options) => (_x, _evaluate, _options) = (x, evaluate, options);

    /// <inheritdoc />
    public bool Step()
    {
        using var scope = NewDisposeScope();
        if (!EvaluateLastStep())
            return false;

        var gradient = _gradient!;
        Replace(ref _direction, _direction is null ? gradient * -1 : NextDirection(gradient));
        var first = _previousGradient is null;
        Replace(ref _previousGradient, gradient.clone());
        _length = (first ? FirstLength(gradient) : 1) * _options.Rate;
        var slope = Dot(gradient, _direction!);
        if (slope > -_options.ChangeTolerance)
            return false;

        if (_options.StrongWolfe)
        {
            var before = _loss;
            SearchLine(slope);
            return IsWorthwhile(before);
        }

        Add(_x, _direction!, _length);
        _moved = true;
        return true;
    }

    /// <inheritdoc />
    public (Dictionary<string, Tensor> Tensors, Dictionary<string, string> Texts) State()
    {
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        if (_gradient is not null)
            (tensors["gradient"], tensors["previous_gradient"], tensors["direction"]) = (_gradient, _previousGradient!, _direction!);
        for (var i = 0; i < _history.Count; i++)
            (tensors[Name("y", i)], tensors[Name("s", i)]) = (_history[i].Y, _history[i].S);
        var texts = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["loss"] = Text(_loss),
            ["length"] = Text(_length),
            ["scale"] = Text(_scale),
            ["moved"] = _moved ? "1" : "0",
            ["rho"] = string.Join(' ', _history.Select(h => Text(h.Rho))),
        };
        return (tensors, texts);
    }

    /// <inheritdoc />
    public void Restore(IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> texts)
    {
        if (!tensors.TryGetValue("gradient", out var gradient))
            return;
        using var noGrad = no_grad();
        Replace(ref _gradient, gradient.clone());
        Replace(ref _previousGradient, tensors["previous_gradient"].clone());
        Replace(ref _direction, tensors["direction"].clone());
        (_loss, _length, _scale, _moved) = (Number(texts["loss"]), Number(texts["length"]), Number(texts["scale"]), texts["moved"] is "1");
        var rho = texts["rho"].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < rho.Length; i++)
            _history.Add((tensors[Name("y", i)].clone().DetachFromDisposeScope(), tensors[Name("s", i)].clone().DetachFromDisposeScope(), Number(rho[i])));
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var (y, s, _) in _history)
        {
            y.Dispose();
            s.Dispose();
        }

        _direction?.Dispose();
        _previousGradient?.Dispose();
        _gradient?.Dispose();
    }

    /// <summary>Evaluates the point of the last step, unless it is known.</summary>
    /// <returns>False where it has converged.</returns>
    private bool EvaluateLastStep()
    {
        if (_gradient is null)
        {
            Evaluate();
            return Largest(_gradient!) > _options.GradientTolerance;
        }

        if (!_moved)
            return true;
        var before = _loss;
        Evaluate();
        _moved = false;
        return IsWorthwhile(before);
    }

    private double FirstLength(Tensor gradient) =>
        _options.FirstChange is { } change ? change / Largest(gradient) : Math.Min(1, 1 / gradient.abs().sum().ToDouble());

    private bool IsWorthwhile(double before) =>
        Largest(_gradient!) > _options.GradientTolerance
        && Largest(_direction!) * Math.Abs(_length) > _options.ChangeTolerance
        && Math.Abs(_loss - before) >= _options.ChangeTolerance;

    private Tensor NextDirection(Tensor gradient)
    {
        var y = gradient - _previousGradient!;
        var s = _direction! * _length;
        var curvature = Dot(y, s);
        if (curvature > MinCurvature)
        {
            if (_history.Count == _options.History)
            {
                _history[0].Y.Dispose();
                _history[0].S.Dispose();
                _history.RemoveAt(0);
            }

            _history.Add((y.DetachFromDisposeScope(), s.DetachFromDisposeScope(), 1 / curvature));
            _scale = curvature / Dot(y, y);
        }

        var weights = new double[_history.Count];
        var q = gradient * -1;
        for (var i = _history.Count - 1; i >= 0; i--)
        {
            weights[i] = Dot(_history[i].S, q) * _history[i].Rho;
            Add(q, _history[i].Y, -weights[i]);
        }

        q.mul_(_scale);
        for (var i = 0; i < _history.Count; i++)
            Add(q, _history[i].S, weights[i] - Dot(_history[i].Y, q) * _history[i].Rho);
        return q;
    }

    private void SearchLine(double slope)
    {
        var start = _x.clone();
        var direction = _direction!;
        var found = new StrongWolfe(At, _options.ChangeTolerance).Search(_length, new LinePoint(0, _loss, _gradient!, slope), Largest(direction));
        (_length, _loss) = (found.Length, found.Loss);
        if (!ReferenceEquals(found.Gradient, _gradient))
            Replace(ref _gradient, found.Gradient);
        _x.copy_(start);
        Add(_x, direction, _length);

        LinePoint At(double length)
        {
            _x.copy_(start);
            Add(_x, direction, length);
            var (loss, gradient) = _evaluate();
            return new LinePoint(length, loss, gradient, Dot(gradient, direction));
        }
    }

    private void Evaluate()
    {
        (_loss, var gradient) = _evaluate();
        Replace(ref _gradient, gradient);
    }

    private static void Replace(ref Tensor? field, Tensor value)
    {
        field?.Dispose();
        field = value.DetachFromDisposeScope();
    }

    private static void Add(Tensor target, Tensor other, double factor) => target.add_(other, factor);

    private static double Dot(Tensor a, Tensor b) => a.dot(b).ToDouble();

    private static double Largest(Tensor t) => t.abs().max().ToDouble();

    private static string Name(string kind, int index) => string.Create(CultureInfo.InvariantCulture, $"{kind}.{index}");

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
