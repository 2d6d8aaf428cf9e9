using VideoStyle.Core.Compositing;
using VideoStyle.Core.Media;
using VideoStyle.Core.Stylizers;

namespace VideoStyle.Networks.Color;

/// <summary>Gives stylized frames the colors of their input frames.</summary>
/// <remarks>
/// Gatys, Bethge, Hertzmann and Shechtman, "Preserving Color in Neural Artistic Style Transfer", 2016: luminance-only transfer (section 5) and
/// linear color matching (section 4). The paper changes the style image before stylization; here the stylized frame is
/// changed, which serves trained styles as well.
/// </remarks>
/// <param name="inner">The stylizer; disposed here.</param>
/// <param name="preservation">What is preserved.</param>
public sealed class ColorPreservingStylizer(IStylizer inner, ColorPreservation preservation) : IStylizer, IRegionStylizer
{
    private const float ByteStep = StylizedFrame.White / 255f;

    /// <inheritdoc />
    public StylizerInfo Info { get; } = new(
        $"{inner.Info.Description}, colors preserved by {preservation.ToString().ToLowerInvariant()}", inner.Info.Workers);

    /// <inheritdoc />
    public IRegionStylizer? Regions => inner.Regions is null ? null : this;

    /// <inheritdoc />
    public IFrameObserver? Observer => inner.Observer;

    /// <inheritdoc />
    public StylizedFrame Stylize(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        var stylized = inner.Stylize(frame);
        if (preservation == ColorPreservation.Luminance)
        {
            ExchangeLuma(new StylizedRegion(new Region(0, 0, frame.Width, frame.Height), stylized), frame);
        }
        else if (preservation == ColorPreservation.Histogram)
        {
            var transfer = LinearColorMatch.Between(stylized, frame);
            transfer.Apply(stylized);
            stylized.State = new TransferState(stylized.State, transfer);
        }

        return stylized;
    }

    /// <inheritdoc />
    public Region InputRegion(Region region, int width, int height) => inner.Regions!.InputRegion(region, width, height);

    /// <inheritdoc />
    /// <remarks>By histogram, regions get the color transfer of the reference frame.</remarks>
    public StylizedFrame[] Stylize(Frame frame, IReadOnlyList<Region> regions, StylizerState? reference)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentNullException.ThrowIfNull(regions);
        if (preservation != ColorPreservation.Histogram)
        {
            var stylized = inner.Regions!.Stylize(frame, regions, reference);
            if (preservation == ColorPreservation.Luminance)
                for (var i = 0; i < stylized.Length; i++)
                    ExchangeLuma(new StylizedRegion(regions[i], stylized[i]), frame);
            return stylized;
        }

        if (reference is not TransferState state)
        {
            using var whole = Stylize(frame);
            return [.. regions.Select(whole.Cut)];
        }

        var transferred = inner.Regions!.Stylize(frame, regions, state.Inner);
        foreach (var region in transferred)
            state.Transfer.Apply(region);
        return transferred;
    }

    /// <inheritdoc />
    public void Dispose() => inner.Dispose();

    // In YIQ, as in every space of luma and color differences, exchanging the luma adds the same to red, green and blue.
    private static void ExchangeLuma(StylizedRegion stylized, Frame frame)
    {
        var (region, target) = stylized;
        Rows.For(region.Height, (top, bottom) =>
        {
            for (var y = top; y < bottom; y++)
            {
                var row = target.Row(y);
                var pixels = frame.Pixels.Slice(3 * ((region.Top + y) * frame.Width + region.Left), 3 * region.Width);
                for (var (i, j) = (0, 0); i < row.Length; i += StylizedFrame.Channels, j += 3)
                {
                    var (r, g, b) = (pixels[j] * ByteStep, pixels[j + 1] * ByteStep, pixels[j + 2] * ByteStep);
                    var added = row[i + 3] - (0.299f * r + 0.587f * g + 0.114f * b);
                    StylizedFrame.SetPixel(row, i, r + added, g + added, b + added);
                }
            }
        });
    }

    private sealed class TransferState(StylizerState? inner, LinearColorMatch transfer) : StylizerState
    {
        public StylizerState? Inner => inner;

        public LinearColorMatch Transfer => transfer;
    }
}
