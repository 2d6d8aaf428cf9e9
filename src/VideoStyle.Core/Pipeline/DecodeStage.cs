using System.Diagnostics;
using System.Threading.Channels;
using VideoStyle.Core.Media;

namespace VideoStyle.Core.Pipeline;

/// <summary>Reads frames from the source and numbers them.</summary>
internal sealed class DecodeStage(IFrameSource source, PipelineOptions options, PipelineProgress progress)
{
    public async Task RunAsync(ChannelWriter<Frame> output, CancellationToken cancellationToken)
    {
        using var stopping = cancellationToken.Register(() => options.StopReading?.Invoke());
        var firstPts = 0L;
        for (var index = 0L; Read() is { } frame; index++)
        {
            if (index == 0)
                firstPts = frame.Pts;
            frame.Index = index;
            frame.Time = TimeSpan.FromSeconds((frame.Pts - firstPts) * source.Info.TimeBase.Value);
            progress.AddFrameRead();
            await Stage.SendAsync(output, frame, cancellationToken).ConfigureAwait(false);
        }

        output.Complete();
    }

    private Frame? Read()
    {
        var begin = Stopwatch.GetTimestamp();
        var frame = source.Read(options.Pool);
        progress.Times.Add(PipelineStage.Decode, begin);
        return frame;
    }
}
