namespace VideoStyle.Metrics.Frames;

/// <summary>The same frame of every clip; the source's stands first.</summary>
internal sealed class FrameSet(int clips, int width, int height)
{
    public long Index { get; set; }

    /// <summary>Gets or sets the time after the source's first frame, in seconds.</summary>
    public double Seconds { get; set; }

    /// <summary>Gets or sets the number of the shot, from 0.</summary>
    public int Shot { get; set; }

    public FrameImage[] Images { get; } = [.. Enumerable.Range(0, clips).Select(_ => new FrameImage(width, height))];

    public FrameImage Source => Images[0];
}
