using System.Globalization;
using VideoStyle.Core.Pipeline;
using VideoStyle.Networks.Arbitrary;

namespace VideoStyle.Cli.Output;

/// <summary>Tells people or scripts what a conversion does.</summary>
/// <param name="options">The conversion's.</param>
internal abstract class ConversionReporter(StylerOptions options) : IProgress<ConversionEvent>, IDisposable
{
    /// <summary>Gets the conversion's options.</summary>
    protected StylerOptions Options => options;

    /// <summary>Gets how fast it is.</summary>
    protected Pace Pace { get; } = new();

    /// <summary>Gets the number of frames of the input, or null where it is not known.</summary>
    protected long? Frames { get; private set; }

    /// <summary>JSON events when asked for, a bar on a terminal, plain lines elsewhere.</summary>
    public static ConversionReporter For(StylerOptions options, bool json, bool benchmark) =>
        json ? new JsonReporter(options)
        : Chatter.IsQuiet ? new QuietReporter(options)
        : Console.IsErrorRedirected ? new PlainReporter(options, benchmark)
        : new BarReporter(options, benchmark);

    /// <inheritdoc />
    public void Report(ConversionEvent value)
    {
        switch (value)
        {
            case ConversionStarted started:
                Frames = started.Video.FrameCount;
                Started(started);
                break;
            case ConversionNote note:
                Noted(note.Text);
                break;
            case StyleChosen chosen:
                Chosen(chosen.Choice);
                break;
            case FrameWritten written:
                Pace.Add(written.Report.Elapsed, written.Report.FramesWritten);
                Progressed(written.Report);
                break;
        }
    }

    /// <summary>Tells the end.</summary>
    public abstract void Finished(ConversionResult result);

    /// <inheritdoc />
    public virtual void Dispose()
    {
        // Most hold nothing.
    }

    protected abstract void Started(ConversionStarted started);

    protected abstract void Noted(string note);

    protected abstract void Chosen(StyleChoice choice);

    protected abstract void Progressed(PipelineReport report);

    /// <summary>Writes the pace and what is left: <c>, 3.2 fps, 12.0 s left</c>; nothing before both can be told honestly.</summary>
    protected string Pacing() =>
        Pace.FramesPerSecond is { } pace
            ? string.Create(CultureInfo.InvariantCulture, $", {pace:0.0} fps{(Pace.Left(Frames) is { } rest ? $", {Summary.Time(rest)} left" : "")}")
            : "";
}
