using System.Collections.Concurrent;
using VideoStyle.Core.Compositing;
using VideoStyle.Core.Flow;
using VideoStyle.Core.Media;
using VideoStyle.Core.Stylizers;

namespace VideoStyle.Core.Tests.Pipeline;

/// <summary>Frames whose pixels are a function of time and place; an odd size and uneven times, as real videos have.</summary>
internal sealed class SyntheticSource(int frames, int width = 53, int height = 37, Func<int, int, int, byte>? pixel = null) : IFrameSource
{
    private int _next;

    public int FailAt { get; init; } = -1;

    public VideoInfo Info { get; } = new() { Name = "synthetic", Width = width, Height = height, TimeBase = new Rational(1, 1000) };

    public Frame? Read(FramePool pool)
    {
        if (_next == FailAt)
            throw new InvalidOperationException("decoder broke");
        if (_next == frames)
            return null;
        var frame = pool.Rent(width, height);
        frame.Pts = 17 + 40L * _next + _next % 3;
        frame.Duration = 40;
        for (var y = 0; y < height; y++)
            for (var x = 0; x < 3 * width; x++)
                frame.Pixels[3 * y * width + x] = pixel?.Invoke(_next, x / 3, y) ?? (byte)(_next + x + 7 * y);
        _next++;
        return frame;
    }

    public void Dispose()
    {
        // Holds nothing.
    }
}

/// <summary>Keeps what was written.</summary>
internal sealed class MemorySink : IFrameSink
{
    public List<(long Index, long Pts, byte[] Pixels)> Frames { get; } = [];

    public int FailAt { get; init; } = -1;

    public bool Finished { get; private set; }

    public void Write(Frame frame)
    {
        if (Frames.Count == FailAt)
            throw new IOException("disk full");
        Frames.Add((frame.Index, frame.Pts, frame.Pixels.ToArray()));
    }

    public void Finish() => Finished = true;

    public void Dispose()
    {
        // Holds nothing.
    }
}

/// <summary>Paints every picture as it is, later frames sometimes sooner than earlier ones.</summary>
internal sealed class IdentityStylizer(int workers = 2, int failAt = -1) : IStylizer
{
    private int _running;

    public int Workers => workers;

    public int MostAtOnce { get; private set; }

    /// <summary>Gets the numbers of the frames that were painted, in no particular order.</summary>
    public ConcurrentBag<long> Painted { get; } = [];

    public string Description => "identity";

    public bool PaintsParts { get; init; }

    public bool FailsAtParts { get; init; }

    /// <summary>Gets the numbers of the frames of which parts were painted, and the parts.</summary>
    public ConcurrentBag<(long Frame, Region Region)> Parts { get; } = [];

    public Region Around(Region area, int width, int height) => area;

    public StylizedFrame[] PaintParts(Frame frame, IReadOnlyList<Region> areas, StylizedFrame painted)
    {
        if (FailsAtParts)
            throw new InvalidOperationException("device lost");
        foreach (var area in areas)
            Parts.Add((frame.Index, area));
        using var whole = StylizedFrame.FromRgb(frame.Width, frame.Height, Array.ConvertAll(frame.Pixels.ToArray(), v => v / 255f));
        return [.. areas.Select(whole.Cut)];
    }

    public StylizedFrame Paint(Frame frame)
    {
        MostAtOnce = Math.Max(MostAtOnce, Interlocked.Increment(ref _running));
        try
        {
            Painted.Add(frame.Index);
            if (frame.Index == failAt)
                throw new InvalidOperationException("device lost");
            Thread.SpinWait(frame.Index % 3 == 0 ? 20_000 : 10); // every third frame is slow, so that order is at stake
            return StylizedFrame.FromRgb(frame.Width, frame.Height, Array.ConvertAll(frame.Pixels.ToArray(), v => v / 255f));
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    public void Dispose()
    {
        // Holds nothing.
    }
}

/// <summary>Says that everything moved by the same known vector.</summary>
internal sealed class ConstantFlow(float dx, float dy) : IFlowEstimator
{
    public static int Live;

    public string Description { get; } = Count($"constant ({dx}, {dy})");

    public FlowField Estimate(LumaImage source, LumaImage target)
    {
        // Backward is asked for first (source = frame t); the forward field is its negative.
        var sign = _calls++ % 2 == 0 ? 1 : -1;
        var vectors = new float[2 * source.Width * source.Height];
        for (var i = 0; i < vectors.Length; i += 2)
            (vectors[i], vectors[i + 1]) = (sign * dx, sign * dy);
        return new FlowField(source.Width, source.Height, vectors);
    }

    private int _calls;

    public void Dispose() => Interlocked.Decrement(ref Live);

    private static string Count(string text)
    {
        Interlocked.Increment(ref Live);
        return text;
    }
}
