using System.Runtime.CompilerServices;
using System.Threading.Channels;
using VideoStyle.Converting;
using VideoStyle.Core.Media;
using VideoStyle.Core.Pipeline;

namespace VideoStyle.Streaming;

/// <summary>Connects the pipeline, which pulls frames from a source and pushes them into a sink, to asynchronous streams on both sides.</summary>
internal static class FrameStream
{
    /// <summary>Stylizes a stream of frames.</summary>
    public static async IAsyncEnumerable<Frame> RunAsync(
        Conversion conversion, StylerOptions options, VideoInfo video, IAsyncEnumerable<Frame> frames, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Converting.Conversion.RequireUnits(options);
        var pipeline = Converting.Conversion.Pipeline(options, video);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var input = Stage.Link<Frame>(pipeline.QueueLength);
        var output = Stage.Link<Frame>(pipeline.QueueLength);
        var work = Stage.RunAllAsync(
            stop.Token,
            token => FeedAsync(frames, input.Writer, token),
            async token =>
            {
                using ChannelSource source = new(video, input.Reader, token);
                using ChannelSink sink = new(output.Writer, token);
                await conversion.RunAsync(source, sink, pipeline, report: null, token).ConfigureAwait(false);
                output.Writer.Complete();
            });
        try
        {
            await foreach (var frame in UntilFailureAsync(output, work, stop.Token).ConfigureAwait(false))
                yield return frame;
            await work.ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Stage.Drain(input);
            Stage.Drain(output);
        }
    }

    private static async Task FeedAsync(IAsyncEnumerable<Frame> frames, ChannelWriter<Frame> output, CancellationToken cancellationToken)
    {
        await foreach (var frame in frames.WithCancellation(cancellationToken).ConfigureAwait(false))
            await Stage.SendAsync(output, frame, cancellationToken).ConfigureAwait(false);
        output.Complete();
    }

    // A pipeline that fails completes its output too, and the caller sees why when it awaits the work.
    private static async IAsyncEnumerable<Frame> UntilFailureAsync(Channel<Frame> output, Task work, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _ = work.ContinueWith(_ => output.Writer.TryComplete(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        await foreach (var frame in output.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            yield return frame;
    }
}
