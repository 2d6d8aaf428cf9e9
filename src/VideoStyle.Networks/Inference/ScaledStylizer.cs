using System.Collections.Concurrent;
using VideoStyle.Core.Compositing;
using VideoStyle.Core.Media;
using VideoStyle.Core.Stylizers;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Networks.Inference;

/// <summary>Stylizes at another size than the frame's, which makes strokes larger or smaller.</summary>
/// <remarks>A network draws strokes of a fixed size in pixels. At half the size and upsampled, they are twice as large.</remarks>
/// <param name="inner">The stylizer; disposed here.</param>
/// <param name="scale">The size of strokes as a function of the frame's shorter side in pixels: above 1 larger, below 1 smaller.</param>
/// <param name="name">The name of the scale in reports.</param>
public sealed class ScaledStylizer(IStylizer inner, Func<int, double> scale, string name) : IStylizer, IRegionStylizer
{
    private const int MinSide = 16;
    private const int MaxSide = 8192;

    private readonly FramePool _pool = new();
    private readonly ConcurrentDictionary<(int From, int To), Resampling> _resamplings = new();

    /// <inheritdoc />
    public StylizerInfo Info { get; } = inner.Info with { Description = $"{inner.Info.Description}, strokes {name}" };

    /// <inheritdoc />
    public IRegionStylizer? Regions => inner.Regions is null ? null : this;

    /// <inheritdoc />
    public IFrameObserver? Observer => inner.Observer;

    /// <inheritdoc />
    public StylizedFrame Stylize(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        var (width, height) = ScaledSize(frame.Width, frame.Height);
        if ((width, height) == (frame.Width, frame.Height))
            return inner.Stylize(frame);
        using var scaled = Resize(frame, width, height);
        using var stylized = inner.Stylize(scaled);
        return Resize(stylized, frame.Width, frame.Height);
    }

    /// <inheritdoc />
    /// <remarks>In pixels of the frame, so that it compares with the whole frame.</remarks>
    public Region InputRegion(Region region, int width, int height)
    {
        var (scaledWidth, scaledHeight) = ScaledSize(width, height);
        var input = inner.Regions!.InputRegion(SourceOf(region, (scaledWidth, scaledHeight), (width, height)), scaledWidth, scaledHeight);
        var (left, columns) = Unscale(input.Left, input.Right, scaledWidth, width);
        var (top, rows) = Unscale(input.Top, input.Bottom, scaledHeight, height);
        return new Region(left, top, columns, rows);

        static (int First, int Length) Unscale(int first, int end, int from, int to)
        {
            var begin = (int)((long)first * to / from);
            return (begin, (int)(((long)end * to + from - 1) / from) - begin);
        }
    }

    /// <inheritdoc />
    public StylizedFrame[] Stylize(Frame frame, IReadOnlyList<Region> regions, StylizerState? reference)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentNullException.ThrowIfNull(regions);
        var (size, scaledSize) = ((frame.Width, frame.Height), ScaledSize(frame.Width, frame.Height));
        if (scaledSize == size)
            return inner.Regions!.Stylize(frame, regions, reference);
        Region[] sources = [.. regions.Select(region => SourceOf(region, scaledSize, size))];
        using var scaled = Resize(frame, scaledSize.Width, scaledSize.Height);
        var stylized = inner.Regions!.Stylize(scaled, sources, reference);
        try
        {
            return [.. regions.Select((region, i) => Resize(stylized[i], sources[i], region, (scaledSize, size)))];
        }
        finally
        {
            foreach (var part in stylized)
                part.Dispose();
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var resampling in _resamplings.Values)
            resampling.Dispose();
        inner.Dispose();
    }

    private (int Width, int Height) ScaledSize(int width, int height)
    {
        var factor = 1 / scale(Math.Min(width, height));
        return (Scaled(width), Scaled(height));

        int Scaled(int side) => Math.Clamp((int)Math.Round(side * factor), Math.Min(side, MinSide), Math.Max(side, MaxSide));
    }

    private Resampling Resample(int from, int to) => _resamplings.GetOrAdd((from, to), static size => new Resampling(size.From, size.To));

    // What of the scaled frame a region of the frame is resized from.
    private Region SourceOf(Region region, (int Width, int Height) scaled, (int Width, int Height) frame)
    {
        var (left, columns) = Resample(scaled.Width, frame.Width).Support(region.Left, region.Width);
        var (top, rows) = Resample(scaled.Height, frame.Height).Support(region.Top, region.Height);
        return new Region(left, top, columns, rows);
    }

    private Frame Resize(Frame frame, int width, int height)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var sized = Sampling.Resize(Pixels.ToTensor(frame).to(ScalarType.Float32), height, width);
        var scaled = _pool.Rent(width, height);
        (sized.clamp(0, 255) + 0.5).to(ScalarType.Byte).permute(0, 2, 3, 1).CopyTo(scaled.Pixels);
        scaled.CopyTimingFrom(frame);
        return scaled;
    }

    private static StylizedFrame Resize(StylizedFrame stylized, int width, int height)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var small = HostTensor.From<short>(stylized.Values, 1, stylized.Height, stylized.Width, StylizedFrame.Channels);
        var large = Sampling.Resize(small.to(ScalarType.Float32).permute(0, 3, 1, 2), height, width).permute(0, 2, 3, 1);
        var sized = Round(large, width, height);
        sized.State = stylized.State;
        return sized;
    }

    // The same for a region, of which `source` was stylized.
    private StylizedFrame Resize(
        StylizedFrame stylized, Region source, Region region, ((int Width, int Height) From, (int Width, int Height) To) frame)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var across = Resample(frame.From.Width, frame.To.Width).Weights((region.Left, region.Width), (source.Left, source.Width));
        var down = Resample(frame.From.Height, frame.To.Height).Weights((region.Top, region.Height), (source.Top, source.Height));
        var values = HostTensor.From<short>(stylized.Values, source.Height, StylizedFrame.Channels * source.Width).to(ScalarType.Float32);
        var rows = down.mm(values).view(region.Height, source.Width, StylizedFrame.Channels).permute(1, 0, 2);
        var columns = across.mm(rows.reshape(source.Width, -1)).view(region.Width, region.Height, StylizedFrame.Channels);
        return Round(columns.permute(1, 0, 2), region.Width, region.Height);
    }

    private static StylizedFrame Round(Tensor values, int width, int height)
    {
        StylizedFrame rounded = new(width, height);
        // To the nearest: the conversion truncates towards zero.
        ((values + 32768.5).to(ScalarType.Int32) - 32768).to(ScalarType.Int16).CopyTo(rounded.Values);
        return rounded;
    }
}
