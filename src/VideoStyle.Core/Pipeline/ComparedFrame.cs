using VideoStyle.Core.Media;
using VideoStyle.Core.MotionEstimation;

namespace VideoStyle.Core.Pipeline;

/// <summary>A frame whose motion is being estimated ahead of its painting.</summary>
/// <remarks>Owns the frame; either it is taken or this is disposed.</remarks>
internal sealed class ComparedFrame(Frame frame, Task<Motion?> motion) : IAsyncDisposable
{
    /// <summary>Waits for the motion; from then on the frame is the caller's.</summary>
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
