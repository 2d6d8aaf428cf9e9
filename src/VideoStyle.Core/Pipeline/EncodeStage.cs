using System.Diagnostics;
using System.Threading.Channels;
using VideoStyle.Core.Media;

namespace VideoStyle.Core.Pipeline;

/// <summary>Writes finished frames to the sink.</summary>
internal sealed class EncodeStage(IFrameSink sink, PipelineProgress progress, Action<PipelineReport>? reportProgress)
{
    public async Task RunAsync(ChannelReader<Frame> input, CancellationToken cancellationToken)
    {
        await foreach (var frame in input.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            using (frame)
                Time(() => sink.Write(frame));
            progress.AddFrameWritten();
            reportProgress?.Invoke(progress.Report());
        }

        Time(sink.Finish);
    }

    private void Time(Action action)
    {
        var begin = Stopwatch.GetTimestamp();
        action();
        progress.Times.Add(PipelineStage.Encode, begin);
    }
}
