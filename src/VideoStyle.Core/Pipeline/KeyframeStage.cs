using System.Threading.Channels;
using VideoStyle.Core.Media;
using VideoStyle.Core.MotionEstimation;

namespace VideoStyle.Core.Pipeline;

/// <summary>Groups frames into keyframe intervals and decides where segments begin.</summary>
internal sealed class KeyframeStage(KeyframeSelector selector, PipelineOptions options)
{
    private int _segmentLength;

    public async Task RunAsync(ChannelReader<FrameWithMotion> input, ChannelWriter<KeyframeInterval> output, CancellationToken cancellationToken)
    {
        Queue<KeyframeInterval> selected = new();
        try
        {
            await foreach (var item in input.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                var (frame, motion) = await item.TakeAsync().ConfigureAwait(false);
                selector.Add(Plan(frame, motion), selected);
                await SendAsync().ConfigureAwait(false);
            }

            selector.Finish(selected);
            await SendAsync().ConfigureAwait(false);
        }
        catch
        {
            selector.Abandon();
            foreach (var interval in selected)
                interval.Dispose();
            throw;
        }

        output.Complete();

        async Task SendAsync()
        {
            while (selected.TryDequeue(out var interval))
                await Stage.SendAsync(output, interval, cancellationToken).ConfigureAwait(false);
        }
    }

    private PlannedFrame Plan(Frame frame, Motion? motion)
    {
        var isCut = frame.Index == 0 || motion is { IsCut: true };
        var beginsSegment = frame.Index == options.Resume?.Frame
            || (options.Segments is { } rule && (frame.Index == 0 || rule.BeginsSegment(_segmentLength, isCut)));
        _segmentLength = beginsSegment ? 1 : _segmentLength + 1;
        return new PlannedFrame { Frame = frame, Motion = motion, IsCut = isCut, BeginsSegment = beginsSegment };
    }
}
