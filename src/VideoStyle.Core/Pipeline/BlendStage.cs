using System.Diagnostics;
using System.Threading.Channels;
using VideoStyle.Core.Media;

namespace VideoStyle.Core.Pipeline;

/// <summary>Waits for keyframes and finishes the frames of their intervals in order.</summary>
internal sealed class BlendStage(PipelineOptions options, PipelineProgress progress)
{
    public async Task RunAsync(ChannelReader<PlannedFrame> input, ChannelWriter<Frame> output, CancellationToken cancellationToken)
    {
        using FrameCompositor compositor = new(options);
        Queue<PlannedFrame> interval = new();
        try
        {
            await foreach (var frame in input.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                interval.Enqueue(frame);
                if (!frame.IsKeyframe && !frame.IsPredicted)
                    continue;
                if (frame.IsCut)
                    progress.AddShot();
                if (frame.IsKeyframe)
                    await AddKeyframeAsync(compositor, frame).ConfigureAwait(false);
                for (; interval.TryPeek(out var next); interval.Dequeue())
                {
                    var finished = await FinishAsync(compositor, next).ConfigureAwait(false);
                    next.Dispose();
                    await Stage.SendAsync(output, finished, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            foreach (var frame in interval)
                await frame.DisposeAsync().ConfigureAwait(false);
        }

        output.Complete();
    }

    private async Task AddKeyframeAsync(FrameCompositor compositor, PlannedFrame frame)
    {
        var keyframe = await frame.TakeStylizedAsync().ConfigureAwait(false);
        var begin = Stopwatch.GetTimestamp();
        compositor.AddKeyframe(keyframe);
        progress.Times.Add(PipelineStage.Blend, begin);
    }

    private async Task<Frame> FinishAsync(FrameCompositor compositor, PlannedFrame frame)
    {
        var regions = await frame.TakeRegionsAsync().ConfigureAwait(false);
        var begin = Stopwatch.GetTimestamp();
        try
        {
            return compositor.Finish(frame, regions);
        }
        finally
        {
            foreach (var region in regions)
                region.Frame.Dispose();
            progress.Times.Add(PipelineStage.Blend, begin);
        }
    }
}
