using VideoStyle.Native.Torch;

namespace VideoStyle.Networks.Training;

/// <summary>Kingma and Ba, "Adam: A Method for Stochastic Optimization", 2015, algorithm 1, with gradient clipping.</summary>
internal sealed class Adam : IDisposable
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.99;
    private const double Epsilon = 1e-8;

    private static readonly AtenOperator Multiply = new("aten::_foreach_mul_", "Scalar");
    private static readonly AtenOperator AddList = new("aten::_foreach_add_", "List");
    private static readonly AtenOperator AddScalar = new("aten::_foreach_add_", "Scalar");
    private static readonly AtenOperator AddProduct = new("aten::_foreach_addcmul_", "Scalar");
    private static readonly AtenOperator AddQuotient = new("aten::_foreach_addcdiv_", "Scalar");
    private static readonly AtenOperator SquareRoots = new("aten::_foreach_sqrt");
    private static readonly AtenOperator Divide = new("aten::_foreach_div_", "Scalar");
    private static readonly AtenOperator Norms = new("aten::_foreach_norm", "Scalar");

    private readonly Tensor[] _parameters;

    /// <summary>Begins with moments of 0.</summary>
    /// <param name="parameters">The weights to change; owned by the caller.</param>
    internal Adam(IReadOnlyList<Tensor> parameters)
    {
        _parameters = [.. parameters];
        First = [.. parameters.Select(ZerosLike)];
        Second = [.. parameters.Select(ZerosLike)];
    }

    /// <summary>Gets the running means of the gradients, in the order of the weights.</summary>
    internal Tensor[] First { get; }

    /// <summary>Gets the running means of the squared gradients.</summary>
    internal Tensor[] Second { get; }

    /// <summary>Changes the weights by one step and forgets their gradients.</summary>
    /// <param name="step">Number of the step, from 1.</param>
    /// <param name="rate">Learning rate.</param>
    /// <param name="maxNorm">Longer gradients, all weights taken together, are shortened to this.</param>
    internal void Step(long step, double rate, double maxNorm)
    {
        using var scope = new TensorScope();
        // A style of several has no gradient in a step that draws others.
        Apply([.. _parameters.Select(p => p.Grad ?? ZerosLike(p))], step, rate, maxNorm);
        foreach (var parameter in _parameters)
            parameter.ClearGrad();
    }

    /// <summary>Changes the weights by one step along gradients that were computed elsewhere.</summary>
    /// <param name="gradients">In the order of the weights; changed where they are too long.</param>
    /// <param name="step">Number of the step, from 1.</param>
    /// <param name="rate">Learning rate.</param>
    /// <param name="maxNorm">Longer gradients, all weights taken together, are shortened to this.</param>
    internal void Apply(Tensor[] gradients, long step, double rate, double maxNorm)
    {
        using var scope = new TensorScope();
        using var noGrad = LibTorch.NoGrad();
        var norm = Math.Sqrt(Norms.CallMany(gradients, 2.0).Sum(n => Math.Pow(n.Item(), 2)));
        // A flat crop, an even sky say, leaves channels without variance to normalise, and its slope overflows. One such
        // step is left out; where they go on, the loss tells.
        if (!double.IsFinite(norm))
            return;

        if (norm > maxNorm)
            Multiply.Run(gradients, maxNorm / (norm + 1e-6));

        Multiply.Run(First, Beta1);
        AddList.Run(First, gradients, 1 - Beta1);
        Multiply.Run(Second, Beta2);
        AddProduct.Run(Second, gradients, gradients, 1 - Beta2);
        var roots = SquareRoots.CallMany(Second);
        Divide.Run(roots, Math.Sqrt(1 - Math.Pow(Beta2, step)));
        AddScalar.Run(roots, Epsilon);
        AddQuotient.Run(_parameters, First, roots, -rate / (1 - Math.Pow(Beta1, step)));
    }

    public void Dispose()
    {
        foreach (var tensor in First.Concat(Second))
            tensor.Dispose();
    }

    private static Tensor ZerosLike(Tensor parameter)
    {
        using var noGrad = LibTorch.NoGrad();
        using var scope = new TensorScope();
        return TensorScope.Release((parameter * 0).Detach());
    }
}
