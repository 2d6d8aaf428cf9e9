namespace VideoStyle.Cli.Output;

/// <summary>Tells how fast a conversion is now, and how long the rest takes.</summary>
/// <remarks>
/// Only the last frames count: the first ones wait for kernels and memory, frames of an earlier run took no time at all, and shots differ.
/// </remarks>
internal sealed class Pace
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    private readonly Queue<(TimeSpan Elapsed, long Frames)> _recent = new();
    private (TimeSpan Elapsed, long Frames) _last;

    /// <summary>Gets the frames a second of late, or null where too little has been seen.</summary>
    public double? FramesPerSecond =>
        _recent.TryPeek(out var first) && _last.Elapsed - first.Elapsed >= Shortest && _last.Frames > first.Frames
            ? (_last.Frames - first.Frames) / (_last.Elapsed - first.Elapsed).TotalSeconds
            : null;

    /// <summary>Takes note of where a conversion is.</summary>
    /// <param name="elapsed">Since its start; never less than before.</param>
    /// <param name="frames">What is written.</param>
    public void Add(TimeSpan elapsed, long frames)
    {
        _recent.Enqueue(_last = (elapsed, frames));
        while (_recent.Count > 2 && elapsed - _recent.Peek().Elapsed > Window)
            _recent.Dequeue();
    }

    /// <summary>Guesses the time that is left; null where the number of frames is unknown or exceeded, or too little has been seen.</summary>
    /// <param name="all">The frames of the whole, or null.</param>
    public TimeSpan? Left(long? all) =>
        all is { } frames && frames >= _last.Frames && FramesPerSecond is { } pace ? TimeSpan.FromSeconds((frames - _last.Frames) / pace) : null;
}
