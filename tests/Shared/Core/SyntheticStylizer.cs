using System.Collections.Concurrent;
using VideoStyle.Core.Compositing;
using VideoStyle.Core.Media;
using VideoStyle.Core.Stylizers;

namespace VideoStyle.Tests;

/// <summary>Stylizes by a function of the frame, by default the identity, and keeps what it was asked for. Later frames are sometimes ready sooner.</summary>
internal sealed class SyntheticStylizer(int workers = 2) : IStylizer, IRegionStylizer, IFrameObserver
{
    private int _running;

    public StylizerInfo Info { get; init; } = new("synthetic", workers);

    public bool HasRegions { get; init; }

    public IRegionStylizer? Regions => HasRegions ? this : null;

    public IFrameObserver Observer => this;

    /// <summary>Gets the color of a pixel, 0–1: by default that of the frame.</summary>
    public Func<Frame, int, float> Value { get; init; } = (frame, i) => frame.Pixels[i] / 255f;

    /// <summary>Gets the index of the frame that fails, or −1.</summary>
    public long FailAt { get; init; } = -1;

    public bool FailAtRegions { get; init; }

    /// <summary>Gets what is called with each frame before it is stylized.</summary>
    public Action<Frame>? Observing { get; init; }

    /// <summary>Gets the maximum number of frames that were stylized at the same time.</summary>
    public int MaxConcurrent { get; private set; }

    /// <summary>Gets the indices of the stylized frames, in no particular order.</summary>
    public ConcurrentBag<long> Stylized { get; } = [];

    /// <summary>Gets the stylized regions, and the index of the frame whose state was used, −1 without one.</summary>
    public ConcurrentBag<(long Frame, Region Region, long Reference)> StylizedRegions { get; } = [];

    public List<(long Index, TimeSpan Time)> Observed { get; } = [];

    public void Observe(Frame frame)
    {
        Observing?.Invoke(frame);
        Observed.Add((frame.Index, frame.Time));
    }

    public StylizedFrame Stylize(Frame frame)
    {
        MaxConcurrent = Math.Max(MaxConcurrent, Interlocked.Increment(ref _running));
        try
        {
            Stylized.Add(frame.Index);
            if (frame.Index == FailAt)
                throw new InvalidOperationException("device lost");
            Thread.SpinWait(frame.Index % 3 == 0 ? 20_000 : 10);
            var stylized = Whole(frame);
            stylized.State = new IndexState(frame.Index);
            return stylized;
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    public Region InputRegion(Region region, int width, int height) => region;

    public StylizedFrame[] Stylize(Frame frame, IReadOnlyList<Region> regions, StylizerState? reference)
    {
        if (FailAtRegions)
            throw new InvalidOperationException("device lost");
        foreach (var region in regions)
            StylizedRegions.Add((frame.Index, region, (reference as IndexState)?.Index ?? -1));
        using var whole = Whole(frame);
        return [.. regions.Select(whole.Cut)];
    }

    public void Dispose()
    {
        // Holds nothing.
    }

    private StylizedFrame Whole(Frame frame)
    {
        var rgb = new float[3 * frame.Width * frame.Height];
        for (var i = 0; i < rgb.Length; i++)
            rgb[i] = Value(frame, i);
        return StylizedFrame.FromRgb(frame.Width, frame.Height, rgb);
    }

    private sealed class IndexState(long index) : StylizerState
    {
        public long Index => index;
    }
}
