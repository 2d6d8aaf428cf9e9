using System.Runtime.CompilerServices;
using System.Threading.Channels;
using VideoStyle.Core.Media;
using VideoStyle.Core.MotionEstimation;

namespace VideoStyle.Core.Pipeline;

/// <summary>Groups frames into keyframe intervals and decides where segments begin.</summary>
internal sealed class KeyframeStage(KeyframeSelector selector, PipelineOptions options)
{
    private int _segmentLength;

    /// <summary>Groups frames as the next stage asks for them, so that no further frames wait in memory.</summary>
    /// <param name="input">The frames.</param>
    /// <param name="cancellationToken">Stops waiting for frames.</param>
    /// <returns>The intervals, each owned by the caller.</returns>
    public async IAsyncEnumerable<KeyframeInterval> SelectAsync(
        ChannelReader<FrameWithMotion> input, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Queue<KeyframeInterval> selected = new();
        try
        {
            await foreach (var item in input.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                var (frame, motion) = await item.TakeAsync().ConfigureAwait(false);
                selector.Add(Plan(frame, motion), selected);
                while (selected.TryDequeue(out var interval))
                    yield return interval;
            }

            selector.Finish(selected);
            while (selected.TryDequeue(out var interval))
                yield return interval;
        }
        finally
        {
            selector.Abandon();
            foreach (var interval in selected)
                interval.Dispose();
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
