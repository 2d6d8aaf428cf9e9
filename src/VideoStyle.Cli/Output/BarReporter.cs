using System.Globalization;
using Spectre.Console;
using VideoStyle.Cli.Converting;
using VideoStyle.Core.Media;
using VideoStyle.Core.Pipeline;

namespace VideoStyle.Cli.Output;

/// <summary>Reports a conversion as a bar on the terminal's standard error, so that standard output stays clean.</summary>
internal sealed class BarReporter(bool benchmark) : IConversionReporter
{
    private readonly IAnsiConsole _console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<ProgressTask> _bar = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _drawing = Task.CompletedTask;
    private long? _frames;

    public void Started(ConversionRequest request, VideoInfo input, string stylizer)
    {
        _frames = input.FrameCount;
        _console.WriteLine(Summary.Start(request, input, stylizer));
        _drawing = _console.Progress().AutoClear(enabled: true)
            .Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .StartAsync(async context =>
            {
                _bar.SetResult(context.AddTask("starting", maxValue: _frames ?? 1));
                await _ended.Task.ConfigureAwait(false);
            });
    }

    public void Noted(string note) => _console.WriteLine($"note: {note}");

    public void Progressed(PipelineReport report)
    {
        if (!_bar.Task.IsCompletedSuccessfully)
            return;
        var bar = _bar.Task.GetAwaiter().GetResult();
        bar.IsIndeterminate = _frames is null;
        bar.Value = Math.Min(report.FramesWritten, bar.MaxValue);
        var eta = Eta.Of(report, _frames) is { } rest ? $", {Summary.Time(rest)} left" : "";
        bar.Description = string.Create(CultureInfo.InvariantCulture,
            $"frame {report.FramesWritten}, {report.FramesPerSecond:0.0} fps{eta}, slowest: {Summary.Name(report.Times.Slowest)}");
    }

    public void Finished(ConversionRequest request, PipelineReport report)
    {
        Close();
        _console.WriteLine(Summary.End(report));
        if (benchmark)
            _console.WriteLine(Summary.Benchmark(report));
        if (request.Output is not "-")
            Console.Out.WriteLine(request.Output);
    }

    public void Dispose() => Close();

    // The bar must be gone before anything else is written, an error message above all.
    private void Close()
    {
        _ended.TrySetResult();
        _drawing.GetAwaiter().GetResult();
    }
}
