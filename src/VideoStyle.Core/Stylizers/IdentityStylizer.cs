using VideoStyle.Core.Compositing;
using VideoStyle.Core.Media;

namespace VideoStyle.Core.Stylizers;

/// <summary>Returns every frame unchanged: the pipeline without a network, and the frame's share of a blend with other styles.</summary>
public sealed class IdentityStylizer : IStylizer, IRegionStylizer
{
    /// <summary>The style name that stands for it.</summary>
    public const string Name = "none";

    /// <inheritdoc />
    public StylizerInfo Info { get; } = new("no style");

    /// <inheritdoc />
    public IRegionStylizer Regions => this;

    /// <inheritdoc />
    public IFrameObserver? Observer => null;

    /// <inheritdoc />
    public StylizedFrame Stylize(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        return Convert(frame, new Region(0, 0, frame.Width, frame.Height));
    }

    /// <inheritdoc />
    public Region InputRegion(Region region, int width, int height) => region;

    /// <inheritdoc />
    public StylizedFrame[] Stylize(Frame frame, IReadOnlyList<Region> regions, StylizerState? reference)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentNullException.ThrowIfNull(regions);
        return [.. regions.Select(region => Convert(frame, region))];
    }

    /// <inheritdoc />
    public void Dispose()
    {
        // Holds nothing.
    }

    private static StylizedFrame Convert(Frame frame, Region region)
    {
        StylizedFrame stylized = new(region.Width, region.Height);
        for (var y = 0; y < region.Height; y++)
        {
            var (begin, length) = (3 * ((region.Top + y) * frame.Width + region.Left), 3 * region.Width);
            var pixels = frame.Pixels.Slice(begin, length);
            var pixels16 = frame.Has16Bits ? frame.Pixels16.Slice(begin, length) : [];
            var values = stylized.Row(y);
            for (var (i, j) = (0, 0); j < pixels.Length; i += StylizedFrame.Channels, j += 3)
            {
                for (var c = 0; c < 3; c++)
                    values[i + c] = pixels16.IsEmpty
                        ? (short)((pixels[j + c] * StylizedFrame.White + 127) / 255)
                        : (short)((pixels16[j + c] * StylizedFrame.White + 32767) / 65535);
                values[i + 3] = StylizedFrame.LumaOf(values[i], values[i + 1], values[i + 2]);
            }
        }

        return stylized;
    }
}
