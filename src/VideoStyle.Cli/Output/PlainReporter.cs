using System.Globalization;
using VideoStyle.Cli.Converting;
using VideoStyle.Core.Media;
using VideoStyle.Core.Pipeline;

namespace VideoStyle.Cli.Output;

/// <summary>Reports a conversion in plain lines, after 16 s, 32 s, 64 s and so on: a log stays short.</summary>
internal sealed class PlainReporter(bool benchmark) : IConversionReporter
{
    private long? _frames;
    private double _nextLine = 16;

    public void Started(ConversionRequest request, VideoInfo input, string stylizer)
    {
        _frames = input.FrameCount;
        Console.Error.WriteLine(Summary.Start(request, input, stylizer));
    }

    public void Noted(string note) => Console.Error.WriteLine($"note: {note}");

    public void Progressed(PipelineReport report)
    {
        if (report.Elapsed.TotalSeconds < _nextLine)
            return;
        _nextLine *= 2;
        var eta = Eta.Of(report, _frames) is { } rest ? $", {Summary.Time(rest)} left" : "";
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"frame {report.FramesWritten}{(_frames is { } n ? $" of {n}" : "")}, {report.FramesPerSecond:0.0} fps{eta}, slowest: {Summary.Name(report.Times.Slowest)}"));
    }

    public void Finished(ConversionRequest request, PipelineReport report)
    {
        Console.Error.WriteLine(Summary.End(report));
        if (benchmark)
            Console.Error.WriteLine(Summary.Benchmark(report));
        if (request.Output is not "-")
            Console.Out.WriteLine(request.Output);
    }

    public void Dispose()
    {
        // Nothing is held.
    }
}
