using System.Threading.Channels;
using VideoStyle.Core.Stylizers;

namespace VideoStyle.Core.Pipeline;

/// <summary>Begins to stylize keyframes, and the disoccluded regions of the frames between them.</summary>
internal sealed class StylizeStage(StylizerWorkers workers)
{
    public async Task RunAsync(IAsyncEnumerable<KeyframeInterval> input, ChannelWriter<PlannedFrame> output, CancellationToken cancellationToken)
    {
        Task<StylizedFrame>? previous = null;
        await foreach (var interval in input.ConfigureAwait(false))
        {
            // The keyframe first: the blend waits for it before it finishes any frame of the interval.
            var keyframe = interval.Keyframe.IsKeyframe ? interval.Keyframe.Stylize(workers, cancellationToken) : previous;
            foreach (var frame in interval.Frames.Where(f => f.Regions.Count > 0))
                frame.StylizeRegions(workers, previous!, cancellationToken);
            previous = keyframe;
            await SendAsync(interval, output, cancellationToken).ConfigureAwait(false);
        }

        output.Complete();
    }

    private static async Task SendAsync(KeyframeInterval interval, ChannelWriter<PlannedFrame> output, CancellationToken cancellationToken)
    {
        var sent = 0;
        try
        {
            for (; sent < interval.Frames.Count; sent++)
                await output.WriteAsync(interval.Frames[sent], cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            foreach (var frame in interval.Frames.Skip(sent))
                await frame.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
