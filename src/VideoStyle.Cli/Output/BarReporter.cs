using System.Globalization;
using Spectre.Console;
using VideoStyle.Core.Pipeline;
using VideoStyle.Networks.Arbitrary;

namespace VideoStyle.Cli.Output;

/// <summary>Reports a conversion as a bar on the terminal's standard error, so that standard output stays clean.</summary>
internal sealed class BarReporter(StylerOptions options, bool benchmark) : ConversionReporter(options)
{
    private readonly IAnsiConsole _console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<ProgressTask> _bar = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _drawing = Task.CompletedTask;

    protected override void Started(ConversionStarted started)
    {
        _console.WriteLine(PrintableText.Line(Summary.Start(started, Options.Mode)));
        _drawing = _console.Progress().AutoClear(enabled: true)
            .Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .StartAsync(async context =>
            {
                _bar.SetResult(context.AddTask("starting", maxValue: Frames ?? 1));
                await _ended.Task.ConfigureAwait(false);
            });
    }

    protected override void Noted(string note) => _console.WriteLine($"note: {PrintableText.Line(note)}");

    protected override void Chosen(StyleChoice choice) => _console.WriteLine(PrintableText.Line(choice.ToString()));

    protected override void Progressed(PipelineReport report)
    {
        if (!_bar.Task.IsCompletedSuccessfully)
            return;
        var bar = _bar.Task.GetAwaiter().GetResult();
        bar.IsIndeterminate = Frames is null;
        bar.Value = Math.Min(report.FramesWritten, bar.MaxValue);
        bar.Description = string.Create(CultureInfo.InvariantCulture, $"frame {report.FramesWritten}{Pacing()}, slowest: {Summary.Name(report.Times.Slowest)}");
    }

    public override void Finished(ConversionResult result)
    {
        Close();
        _console.WriteLine(Summary.End(result.Report));
        if (benchmark)
            _console.WriteLine(Summary.Benchmark(result.Report));
        if (result.Output is not "-")
            Console.Out.WriteLine(result.Output);
    }

    public override void Dispose()
    {
        Close();
        base.Dispose();
    }

    // The bar must be gone before anything else is written, an error message above all.
    private void Close()
    {
        _ended.TrySetResult();
        _drawing.GetAwaiter().GetResult();
    }
}
