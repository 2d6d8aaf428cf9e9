using System.Globalization;
using VideoStyle.Core.Pipeline;
using VideoStyle.Networks.Arbitrary;

namespace VideoStyle.Cli.Output;

/// <summary>Reports a conversion in plain lines, after 16 s, 32 s, 64 s and so on: a log stays short.</summary>
internal sealed class PlainReporter(StylerOptions options, bool benchmark) : ConversionReporter(options)
{
    private double _nextLine = 16;

    protected override void Started(ConversionStarted started) => Console.Error.WriteLine(PrintableText.Line(Summary.Start(started, Options.Mode)));

    protected override void Noted(string note) => Console.Error.WriteLine($"note: {PrintableText.Line(note)}");

    protected override void Chosen(StyleChoice choice) => Console.Error.WriteLine(PrintableText.Line(choice.ToString()));

    protected override void Progressed(PipelineReport report)
    {
        if (report.Elapsed.TotalSeconds < _nextLine)
            return;
        _nextLine *= 2;
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"frame {report.FramesWritten}{(Frames is { } n ? $" of {n}" : "")}{Pacing()}, slowest: {Summary.Name(report.Times.Slowest)}"));
    }

    public override void Finished(ConversionResult result)
    {
        Console.Error.WriteLine(Summary.End(result.Report));
        if (benchmark)
            Console.Error.WriteLine(Summary.Benchmark(result.Report));
        if (result.Output is not "-")
            Console.Out.WriteLine(result.Output);
    }
}
