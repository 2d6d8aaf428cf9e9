using System.Diagnostics;
using VideoStyle.Core.MotionEstimation;

namespace VideoStyle.Core.Pipeline;

/// <summary>The counters of one run, which all stages add to.</summary>
internal sealed class PipelineProgress
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private long _framesRead;
    private long _framesWritten;
    private int _shots;

    // Of the frames whose motion was estimated: the sums of their shares, and their number.
    private readonly Lock _motion = new();
    private (double Followed, double Disoccluded, int Frames) _shares;

    public StageTimes Times { get; } = new();

    public void AddFrameRead() => Interlocked.Increment(ref _framesRead);

    public void AddFrameWritten() => Interlocked.Increment(ref _framesWritten);

    public void AddShot() => Interlocked.Increment(ref _shots);

    public void AddMotion(Motion motion)
    {
        if (motion.IsCut)
            return;
        var (followed, disoccluded) = (0f, 0);
        foreach (var confidence in motion.Confidence)
            (followed, disoccluded) = (followed + confidence, disoccluded + (confidence < PaintShares.MinConfidence ? 1 : 0));
        var pixels = (double)motion.Confidence.Length;
        lock (_motion)
            _shares = (_shares.Followed + followed / pixels, _shares.Disoccluded + disoccluded / pixels, _shares.Frames + 1);
    }

    public PipelineReport Report() =>
        new(
            Volatile.Read(ref _framesRead),
            Volatile.Read(ref _framesWritten),
            Volatile.Read(ref _shots),
            Stopwatch.GetElapsedTime(_start),
            Times)
        { Shares = Shares() };

    private PaintShares? Shares()
    {
        lock (_motion)
        {
            var (followed, disoccluded, frames) = _shares;
            return frames == 0 ? null : new PaintShares(followed / frames, Math.Max(0, frames - followed - disoccluded) / frames, disoccluded / frames);
        }
    }
}
