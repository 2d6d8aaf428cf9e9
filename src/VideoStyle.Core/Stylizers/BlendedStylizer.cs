using VideoStyle.Core.Compositing;
using VideoStyle.Core.Media;

namespace VideoStyle.Core.Stylizers;

/// <summary>Stylizes with several styles and blends the results, by weights or by maps.</summary>
/// <remarks>Works with all kinds of styles. A frame takes as long as all styles together that have a weight in it.</remarks>
public sealed class BlendedStylizer : IStylizer, IRegionStylizer, IFrameObserver
{
    private readonly IReadOnlyList<IStylizer> _styles;
    private readonly StyleAssignment _assignment;

    /// <summary>Blends styles.</summary>
    /// <param name="styles">The styles; disposed here.</param>
    /// <param name="assignment">Decides the weights; disposed here.</param>
    /// <param name="description">How logs and reports name the blend.</param>
    /// <exception cref="ArgumentException">The assignment is for another number of styles.</exception>
    public BlendedStylizer(IReadOnlyList<IStylizer> styles, StyleAssignment assignment, string description)
    {
        ArgumentNullException.ThrowIfNull(styles);
        ArgumentNullException.ThrowIfNull(assignment);
        if (styles.Count != assignment.Count)
            throw new ArgumentException("There must be one weight for each style.", nameof(assignment));
        (_styles, _assignment) = (styles, assignment);
        Info = new StylizerInfo(description, styles.Max(s => s.Info.Workers), IsExposureInvariant: styles.All(s => s.Info.IsExposureInvariant));
    }

    /// <inheritdoc />
    public StylizerInfo Info { get; }

    /// <inheritdoc />
    public IRegionStylizer? Regions => _styles.All(s => s.Regions is not null) ? this : null;

    /// <inheritdoc />
    public IFrameObserver Observer => this;

    /// <inheritdoc />
    public void Observe(Frame frame)
    {
        foreach (var style in _styles)
            style.Observer?.Observe(frame);
        _assignment.Observe(frame);
    }

    /// <inheritdoc />
    public StylizedFrame Stylize(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        var states = new StylizerState?[_styles.Count];
        var blended = Blend(frame, [new Region(0, 0, frame.Width, frame.Height)], style =>
        {
            var stylized = _styles[style].Stylize(frame);
            states[style] = stylized.State;
            return [stylized];
        })[0];
        blended.State = new BlendedState(states);
        return blended;
    }

    /// <inheritdoc />
    public Region InputRegion(Region region, int width, int height)
    {
        var input = region;
        foreach (var style in _styles)
            input = input.Union(style.Regions!.InputRegion(region, width, height));
        return input;
    }

    /// <inheritdoc />
    /// <remarks>Each style uses its own state. A style that had no weight in the reference frame has none, and stylizes the whole frame.</remarks>
    public StylizedFrame[] Stylize(Frame frame, IReadOnlyList<Region> regions, StylizerState? reference)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentNullException.ThrowIfNull(regions);
        var states = (reference as BlendedState)?.States;
        return Blend(frame, regions, style => _styles[style].Regions!.Stylize(frame, regions, states?[style]));
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var style in _styles)
            style.Dispose();
        _assignment.Dispose();
    }

    // Stylizes regions with each style that has a weight in the frame, and adds them up.
    private StylizedFrame[] Blend(Frame frame, IReadOnlyList<Region> regions, Func<int, StylizedFrame[]> stylize)
    {
        var weights = _assignment.WeightsOf(frame);
        StylizedFrame[]? sums = null;
        try
        {
            foreach (var style in Enumerable.Range(0, _styles.Count).Where(weights.Uses))
            {
                var stylized = stylize(style);
                if (weights.Maps is null && weights.Weights[style] == 1)
                    return stylized;
                sums ??= [.. regions.Select(Black)];
                for (var i = 0; i < regions.Count; i++)
                    using (stylized[i])
                        Add(sums[i], new StylizedRegion(regions[i], stylized[i]), frame, (weights, style));
            }

            return sums ?? throw new InvalidOperationException("No style has a weight in the frame.");
        }
        catch
        {
            foreach (var sum in sums ?? [])
                sum.Dispose();
            throw;
        }
    }

    private static StylizedFrame Black(Region region)
    {
        StylizedFrame frame = new(region.Width, region.Height);
        frame.Values.Clear();
        return frame;
    }

    private static void Add(StylizedFrame sum, StylizedRegion stylized, Frame frame, (StyleWeights Weights, int Style) by)
    {
        var (width, height) = (frame.Width, frame.Height);
        Rows.For(sum.Height, (top, bottom) =>
        {
            var row = new float[width];
            for (var y = top; y < bottom; y++)
            {
                by.Weights.ReadRow(by.Style, stylized.Region.Top + y, height, row);
                var weights = row.AsSpan(stylized.Region.Left, sum.Width);
                var to = sum.Row(y);
                var from = stylized.Frame.Row(y);
                for (var i = 0; i < to.Length; i++)
                    to[i] += (short)MathF.Round(weights[i / StylizedFrame.Channels] * from[i]);
            }
        });
    }

    private sealed class BlendedState(IReadOnlyList<StylizerState?> states) : StylizerState
    {
        public IReadOnlyList<StylizerState?> States => states;
    }
}
