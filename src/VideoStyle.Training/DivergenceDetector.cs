using VideoStyle.Core.Errors;

namespace VideoStyle.Training;

/// <summary>Detects a diverged run: a loss that is not a number, or stylized images without contrast.</summary>
internal sealed class DivergenceDetector
{
    private const int CheckSteps = 25;
    private const int Patience = 8;
    private const int FirstStep = 200; // a network with random weights may well be uniform gray before
    private const double MinContrast = 0.02; // standard deviation, 0–1; fog has more

    private int _flat;

    /// <summary>Checks a step.</summary>
    /// <exception cref="VideoStyleException">The run diverged (Model).</exception>
    internal void Check(long step, double loss, Tensor stylized)
    {
        if (!double.IsFinite(loss))
            throw Diverged(step, "the loss is no longer a number");
        if (step % CheckSteps != 0)
            return;

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var centred = stylized.detach() - stylized.detach().mean([2, 3]).unsqueeze(2).unsqueeze(3);
        _flat = centred.pow(2).mean().sqrt().ToDouble() < MinContrast ? _flat + 1 : 0;
        if (step >= FirstStep && _flat >= Patience)
            throw Diverged(step, "the stylized images are uniform gray");
    }

    private static VideoStyleException Diverged(long step, string what) =>
        new(
            ErrorKind.Model,
            $"The training diverged at step {step}: {what}.",
            "Set a lower LearningRate, or another Seed, and start again."
        );
}
