using VideoStyle.Core.Pipeline;
using VideoStyle.Networks.Arbitrary;

namespace VideoStyle.Cli.Output;

/// <summary>Reports what is lost or changed and where the result is, and nothing else.</summary>
internal sealed class QuietReporter(StylerOptions options) : ConversionReporter(options)
{
    protected override void Started(ConversionStarted started)
    {
        // Asked to be quiet.
    }

    protected override void Noted(string note) => Console.Error.WriteLine($"note: {note}");

    protected override void Chosen(StyleChoice choice)
    {
        // Asked to be quiet.
    }

    protected override void Progressed(PipelineReport report)
    {
        // Asked to be quiet.
    }

    public override void Finished(ConversionResult result)
    {
        if (result.Output is not "-")
            Console.Out.WriteLine(result.Output);
    }
}
