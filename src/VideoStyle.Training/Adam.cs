using TorchSharp.Modules;

namespace VideoStyle.Training;

/// <summary>TorchSharp's Adam with gradient clipping, skipped steps, and moments that a checkpoint can save.</summary>
/// <remarks>Kingma and Ba, "Adam: A Method for Stochastic Optimization", 2015, algorithm 1, β₂ = 0.99.</remarks>
internal sealed class Adam : IDisposable
{
    private readonly Parameter[] _parameters;
    private readonly TorchSharp.Modules.Adam _optimizer;
    private readonly TorchSharp.Modules.Adam.State[] _states;

    /// <summary>Initializes the moments to 0.</summary>
    /// <param name="parameters">The parameters to optimize; owned by the caller.</param>
    internal Adam(IReadOnlyList<Parameter> parameters)
    {
        using var scope = NewDisposeScope();
        _parameters = [.. parameters];
        _optimizer = optim.Adam(_parameters, lr: 0, beta1: 0.9, beta2: 0.99, eps: 1e-8);
        _states = [.. _optimizer.state_dict().State.Cast<TorchSharp.Modules.Adam.State>()];
        (First, Second) = (Array.ConvertAll(_states, s => s.exp_avg), Array.ConvertAll(_states, s => s.exp_avg_sq));
        scope.Detach(First.Concat(Second));
    }

    /// <summary>Gets the first moments, in the order of the parameters; owned here.</summary>
    internal IReadOnlyList<Tensor> First { get; }

    /// <summary>Gets the second moments.</summary>
    internal IReadOnlyList<Tensor> Second { get; }

    /// <summary>Takes one step and clears the gradients.</summary>
    /// <param name="step">Number of the step, from 1.</param>
    /// <param name="rate">Learning rate.</param>
    /// <param name="maxNorm">The norm that the gradient of all parameters together is clipped to.</param>
    internal void Step(long step, double rate, double maxNorm)
    {
        using var scope = NewDisposeScope();
        using var recording = no_grad();
        // A style has no gradient in a step that draws another one; its moments decay all the same.
        foreach (var parameter in _parameters)
            parameter.grad ??= zeros_like(parameter);
        // A flat crop, such as an even sky, has channels without variance, and the gradient of their normalization overflows. Such a
        // step is skipped; where they persist, the loss shows it.
        if (double.IsFinite(nn.utils.clip_grad_norm_(_parameters, maxNorm)))
        {
            foreach (var group in _optimizer.ParamGroups)
                group.LearningRate = rate;
            foreach (var state in _states)
                state.step = step - 1;
            _optimizer.step();
        }

        foreach (var parameter in _parameters)
            parameter.grad = null;
    }

    public void Dispose() => _optimizer.Dispose();
}
