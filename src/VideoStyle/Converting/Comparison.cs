using System.Collections.Concurrent;
using VideoStyle.Core.Media;

namespace VideoStyle.Converting;

/// <summary>Writes stylized frames beside the frames they were made from.</summary>
/// <remarks>
/// Stands on both ends of the pipeline: as its source it remembers every frame that goes in, as its sink it puts each with
/// the stylized frame that comes out. The pipeline holds a handful of frames, so no more are remembered.
/// </remarks>
/// <param name="source">Gives the frames; without alpha. Not disposed here.</param>
/// <param name="mode">How both are shown.</param>
internal sealed class Comparison(IFrameSource source, CompareMode mode) : IFrameSource
{
    private const double WipeSeconds = 4;
    private const int DividerWidth = 2;

    private readonly ConcurrentQueue<Frame> _originals = new();
    private readonly FramePool _pool = new();

    /// <inheritdoc />
    public VideoInfo Info => source.Info;

    /// <summary>Gets what the sink is to be made for.</summary>
    public VideoInfo Output => mode == CompareMode.Side ? Info with { Width = checked(2 * Info.Width) } : Info;

    /// <inheritdoc />
    public Frame? Read(FramePool pool)
    {
        var frame = source.Read(pool);
        if (frame is null)
            return null;
        var copy = _pool.Rent(frame.Width, frame.Height);
        frame.Pixels.CopyTo(copy.Pixels);
        _originals.Enqueue(copy);
        return frame;
    }

    /// <summary>Puts the comparison before a sink.</summary>
    /// <param name="sink">Made for <see cref="Output"/>; not disposed here.</param>
    public IFrameSink Before(IFrameSink sink) => new Sink(this, sink);

    /// <inheritdoc />
    public void Dispose()
    {
        while (_originals.TryDequeue(out var frame))
            frame.Dispose();
    }

    private void Compose(Frame stylized, Frame target)
    {
        if (!_originals.TryDequeue(out var original))
            throw new InvalidOperationException("A stylized frame came out for which no frame went in.");
        using (original)
        {
            var row = 3 * stylized.Width;
            var divider = mode == CompareMode.Side ? 0 : Divider(stylized);
            for (var y = 0; y < stylized.Height; y++)
            {
                var from = original.Pixels.Slice(y * row, row);
                var paint = stylized.Pixels.Slice(y * row, row);
                var to = target.Pixels.Slice(y * 3 * target.Width, 3 * target.Width);
                if (mode == CompareMode.Side)
                {
                    from.CopyTo(to);
                    paint.CopyTo(to[row..]);
                    continue;
                }

                paint[..(3 * divider)].CopyTo(to);
                from[(3 * divider)..].CopyTo(to[(3 * divider)..]);
                to[(3 * divider)..Math.Min(row, 3 * (divider + DividerWidth))].Fill(byte.MaxValue);
            }
        }
    }

    // Swings from edge to edge and back, slowest at the edges.
    private int Divider(Frame stylized)
    {
        var seconds = stylized.Pts * Info.TimeBase.Value;
        return (int)Math.Round(stylized.Width * (0.5 - 0.5 * Math.Cos(2 * Math.PI * seconds / WipeSeconds)));
    }

    private sealed class Sink(Comparison comparison, IFrameSink sink) : IFrameSink
    {
        public void Write(Frame frame)
        {
            using var both = comparison._pool.Rent(comparison.Output.Width, comparison.Output.Height);
            comparison.Compose(frame, both);
            both.CopyTimingFrom(frame);
            sink.Write(both);
        }

        public void Finish() => sink.Finish();

        public void Dispose()
        {
            // The sink behind belongs to who made it.
        }
    }
}
