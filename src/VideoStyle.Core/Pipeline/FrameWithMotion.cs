using VideoStyle.Core.Media;
using VideoStyle.Core.MotionEstimation;

namespace VideoStyle.Core.Pipeline;

/// <summary>A frame whose motion is being estimated.</summary>
/// <remarks>Owns the frame: either it is taken, or this is disposed.</remarks>
internal sealed class FrameWithMotion(Frame frame, Task<Motion?> motion) : IAsyncDisposable
{
    /// <summary>Waits for the motion and gives the frame to the caller.</summary>
    public async Task<(Frame Frame, Motion? Motion)> TakeAsync()
    {
        try
        {
            return (frame, await motion.ConfigureAwait(false));
        }
        catch
        {
            frame.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await ((Task)motion).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        frame.Dispose();
    }
}
