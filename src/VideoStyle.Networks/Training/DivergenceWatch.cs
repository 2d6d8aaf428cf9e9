using VideoStyle.Core.Errors;
using VideoStyle.Native.Torch;

namespace VideoStyle.Networks.Training;

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

        using var scope = new TensorScope();
        using var noGrad = LibTorch.NoGrad();
        var centred = painted.Detach() - painted.Detach().Mean(2, 3).Unsqueeze(2).Unsqueeze(3);
        _flat = centred.Pow(2).Mean().Sqrt().Item() < LeastContrast ? _flat + 1 : 0;
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
