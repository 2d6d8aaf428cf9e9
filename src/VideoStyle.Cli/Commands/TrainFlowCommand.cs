using System.CommandLine;
using VideoStyle.Cli.Binding;
using VideoStyle.Cli.Training;
using VideoStyle.Core;
using VideoStyle.Training.Flow;

namespace VideoStyle.Cli.Commands;

/// <summary><c>videostyle train flow OUTPUT --content DIR</c>.</summary>
internal static class TrainFlowCommand
{
    private static readonly Argument<string> Output = new("output") { Description = "The network to write, .safetensors." };

    private static readonly OptionBinder<FlowTrainingOptions> Options = new OptionBinder<FlowTrainingOptions>().Require("content");

    private static readonly Option<bool> Force = new("--force", "-f") { Description = "Replace an existing output." };

    private static readonly Option<bool> Json = new("--json") { Description = "Write events as one JSON object a line to standard output." };

    private static readonly Option<bool> Verbose = new("--verbose") { Description = "Print the stack trace of a defect." };

    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        Output.Validators.Add(Arguments.RefuseOptionLike);
        Command command = new("flow", "Trains an optical-flow network on scenes made of photos, whose motion is known exactly.") { Output };
        Options.AddTo(command);
        foreach (var option in (Option[])[Force, Json, Verbose])
            command.Options.Add(option);
        command.SetAction(Run);
        return command;
    }

    private static Task<int> Run(ParseResult parse, CancellationToken cancellationToken)
    {
        var options = Options.Read(parse, new FlowTrainingOptions { Content = [], Output = parse.GetRequiredValue(Output) });
        TrainCommand.CheckOutput(options.Output, parse.GetValue(Force) || options.Resume);
        options.Validate();
        return Task.Run(() => Train(options, new FlowTrainReporter(options, parse.GetValue(Json)), cancellationToken), CancellationToken.None);
    }

    private static int Train(FlowTrainingOptions options, FlowTrainReporter reporter, CancellationToken cancellationToken)
    {
        using var trainer = new FlowTrainer(options, cancellationToken: cancellationToken);
        reporter.Started(trainer.PhotoCount, trainer.Skipped, trainer.ScoreDis());
        var result = trainer.Run(reporter.Progressed, cancellationToken);
        if (!result.Completed)
            throw new StoppedException($"Stopped after {Counted.Of(result.Steps, "step")}; what was done is kept in {options.CheckpointPath}.", "Add --resume to go on.");
        reporter.Finished(result);
        return ExitCode.Success;
    }
}
