using VideoStyle.Core.Errors;

namespace VideoStyle.Training;

/// <summary>Notices a run that leads nowhere: a loss that is no number, or paintings without any contrast.</summary>
internal sealed class DivergenceWatch
{
    private const int CheckSteps = 25;
    private const int Patience = 8;
    private const int FirstStep = 200; // before, a network that begins from nothing may well be grey
    private const double LeastContrast = 0.02; // standard deviation, 0–1; a fog has more

    private int _flat;

    /// <exception cref="VideoStyleException">The run diverged (Model).</exception>
    internal void Check(long step, double loss, Tensor painted)
    {
        if (!double.IsFinite(loss))
            throw Diverged(step, "the loss is no longer a number");
        if (step % CheckSteps != 0)
            return;

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var centred = painted.detach() - painted.detach().mean([2, 3]).unsqueeze(2).unsqueeze(3);
        _flat = centred.pow(2).mean().sqrt().ToDouble() < LeastContrast ? _flat + 1 : 0;
        if (step >= FirstStep && _flat >= Patience)
            throw Diverged(step, "the paintings are an even grey");
    }

    private static VideoStyleException Diverged(long step, string what) =>
        new(
            ErrorKind.Model,
            $"The training went astray at step {step}: {what}.",
            "Start again with a lower --learning-rate, or another --seed."
        );
}
