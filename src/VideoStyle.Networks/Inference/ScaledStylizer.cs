using VideoStyle.Core.Media;
using VideoStyle.Core.Stylizers;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Networks.Inference;

/// <summary>Paints at another size than the frame's, so that strokes get larger or smaller.</summary>
/// <remarks>A network draws strokes of so many pixels; painted at half the size and enlarged, they are twice as large.</remarks>
/// <param name="inner">Paints; disposed here.</param>
/// <param name="scale">The size of strokes for a height in pixels: above 1 larger, below 1 smaller.</param>
/// <param name="name">How reports name the scale.</param>
public sealed class ScaledStylizer(IStylizer inner, Func<int, double> scale, string name) : IStylizer
{
    private const int LeastSide = 16;
    private const int MostSide = 8192;

    private readonly FramePool _pool = new();

    /// <inheritdoc />
    public int Workers => inner.Workers;

    /// <inheritdoc />
    public bool IgnoresExposure => inner.IgnoresExposure;

    /// <inheritdoc />
    public string Description => $"{inner.Description}, strokes {name}";

    /// <inheritdoc />
    public void Follow(Frame frame) => inner.Follow(frame);

    /// <inheritdoc />
    public StylizedFrame Paint(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        var factor = 1 / scale(Math.Min(frame.Width, frame.Height));
        var (width, height) = (Scaled(frame.Width), Scaled(frame.Height));
        if ((width, height) == (frame.Width, frame.Height))
            return inner.Paint(frame);
        using var scaled = Resize(frame, width, height);
        using var painting = inner.Paint(scaled);
        return Resize(painting, frame.Width, frame.Height);

        int Scaled(int side) => Math.Clamp((int)Math.Round(side * factor), Math.Min(side, LeastSide), Math.Max(side, MostSide));
    }

    /// <inheritdoc />
    public void Dispose() => inner.Dispose();

    private Frame Resize(Frame frame, int width, int height)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var sized = Sampling.Resize(Pixels.ToTensor(frame).to(ScalarType.Float32), height, width);
        var scaled = _pool.Rent(width, height);
        (sized.clamp(0, 255) + 0.5).to(ScalarType.Byte).permute(0, 2, 3, 1).CopyTo(scaled.Pixels);
        scaled.CopyTimingFrom(frame);
        scaled.Shares = frame.Shares;
        return scaled;
    }

    private static StylizedFrame Resize(StylizedFrame painting, int width, int height)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var small = HostTensor.From<short>(painting.Values, 1, painting.Height, painting.Width, StylizedFrame.Channels);
        var large = Sampling.Resize(small.to(ScalarType.Float32).permute(0, 3, 1, 2), height, width).permute(0, 2, 3, 1);
        var sized = new StylizedFrame(width, height);
        // To the nearest: the conversion cuts off towards zero.
        ((large + 32768.5).to(ScalarType.Int32) - 32768).to(ScalarType.Int16).CopyTo(sized.Values);
        return sized;
    }
}
