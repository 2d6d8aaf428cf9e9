using VideoStyle.Core.Media;
using VideoStyle.Core.Styling;

namespace VideoStyle.Core.Pipeline;

/// <summary>A frame whose painting and motion are being computed ahead of the blend.</summary>
/// <remarks>Owns the frame and the results of both tasks; neither task may outlive <see cref="DisposeAsync"/>.</remarks>
internal sealed class InFlightFrame(Frame frame, Task<Painting> painting, Task<Motion?> motion) : IAsyncDisposable
{
    private bool _paintingTaken;

    public Frame Frame => frame;

    public Task<Motion?> Motion => motion;

    /// <summary>Waits for the painting; from then on it is the caller's.</summary>
    public async Task<Painting> TakePaintingAsync()
    {
        var result = await painting.ConfigureAwait(false);
        _paintingTaken = true;
        return result;
    }

    public async ValueTask DisposeAsync()
    {
        // Both tasks read the frame, so they must have ended, well or badly, before its pixels go back to the pool.
        await ((Task)Task.WhenAll(painting, motion)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_paintingTaken && painting.IsCompletedSuccessfully)
            (await painting.ConfigureAwait(false)).Dispose();
        frame.Dispose();
    }
}
