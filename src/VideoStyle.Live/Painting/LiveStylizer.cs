using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Core.Stylizers;
using VideoStyle.Networks.Color;
using VideoStyle.Networks.Models;
using VideoStyle.Styles;

namespace VideoStyle.Live.Painting;

/// <summary>Paints with styles that can be changed at any time.</summary>
/// <remarks>
/// Each style has a slot, and the share of each slot in a frame is that frame's style weight. So a change is one of weights, which lets go of the paint of
/// the style before (<c>StyleChange</c>) and is a short cross-fade.
/// </remarks>
internal sealed class LiveStylizer : IStylizer
{
    // So many that no frame is still painted with a style whose slot is taken by the next one.
    private const int Slots = 8;

    private readonly Func<StyleOptions, IStylizer> _load;
    private readonly StyleOptions _options;
    private readonly (int Width, int Height) _size;
    private readonly SlotStylizer[] _slots;
    private readonly StyleKey?[] _keys = new StyleKey?[Slots];
    private readonly LiveAssignment _assignment = new(Slots + 1);
    private readonly BlendedStylizer _blended;
    private readonly Lock _lock = new();
    private int _next;

    /// <summary>Loads the first style.</summary>
    /// <param name="options">What all styles have in common.</param>
    /// <param name="look">The first look.</param>
    /// <param name="size">The size of the frames, for which styles are warmed up.</param>
    /// <param name="load">Loads a style; null builds it as a conversion does.</param>
    /// <exception cref="VideoStyleException">There is no such style, or it cannot be computed here.</exception>
    public LiveStylizer(StylerOptions options, LiveLook look, (int Width, int Height) size, Func<StyleOptions, IStylizer>? load = null)
    {
        (_options, _size) = (options.Style, size);
        _load = load ?? (style => StylizerBuilder.Build(options with { Style = style }, _ => { }));
        var first = Load(look.Keys()[0].Key);
        _slots = [.. Enumerable.Range(0, Slots).Select(_ => new SlotStylizer(first.Info))];
        (_keys[0], _next) = (look.Keys()[0].Key, 1);
        _slots[0].Put(first);
        _blended = new BlendedStylizer([.. _slots, new IdentityStylizer()], _assignment, first.Info.Description);
        Show(look);
    }

    /// <summary>Gets whether brightness leaves the painting as it is; not where the frame itself has a share.</summary>
    public bool IsExposureInvariant => _slots[0].Info.IsExposureInvariant && _assignment.Weights[Slots] == 0;

    /// <summary>Gets the share of each slot, and of the frame itself behind them.</summary>
    public IReadOnlyList<double> Weights => _assignment.Weights;

    /// <inheritdoc />
    public StylizerInfo Info => _blended.Info with { IsExposureInvariant = IsExposureInvariant };

    /// <inheritdoc />
    public IRegionStylizer? Regions => _blended.Regions;

    /// <inheritdoc />
    public IFrameObserver Observer => _blended;

    /// <summary>Loads what a look needs, and paints with it from the next frame on.</summary>
    /// <exception cref="VideoStyleException">A style is not there or cannot be computed here; the look stays as it was.</exception>
    public void Show(LiveLook look)
    {
        lock (_lock)
        {
            var weights = new double[Slots + 1];
            weights[Slots] = 1 - look.Strength;
            foreach (var (key, share) in look.Keys())
                if (share * look.Strength > 0)
                    weights[SlotOf(key, look)] += share * look.Strength;
            _assignment.Weights = weights;
        }
    }

    /// <inheritdoc />
    public StylizedFrame Stylize(Frame frame) => _blended.Stylize(frame);

    /// <inheritdoc />
    public void Dispose() => _blended.Dispose();

    private int SlotOf(StyleKey key, LiveLook look)
    {
        var known = Array.IndexOf(_keys, key);
        if (known >= 0)
            return known;
        var stylizer = Load(key);
        while (_assignment.Weights[_next] > 0 || look.Keys().Any(wanted => wanted.Key == _keys[_next]))
            _next = (_next + 1) % Slots;
        var slot = _next;
        _next = (_next + 1) % Slots;
        _slots[slot].Put(stylizer);
        _keys[slot] = key;
        return slot;
    }

    // The first frame of a size takes much longer; it is not one that somebody waits for.
    private IStylizer Load(StyleKey key)
    {
        var stylizer = _load(_options with
        {
            Name = key.Style,
            Strength = 1,
            Scale = key.Scale == 1 ? null : new StrokeScale(Math.Clamp(key.Scale, 0.25, 8)),
            PreserveColor = key.Style is IdentityStylizer.Name ? ColorPreservation.None : key.PreserveColor,
        });
        try
        {
            FramePool pool = new();
            using var black = pool.Rent(_size.Width, _size.Height);
            black.Pixels.Clear();
            stylizer.Stylize(black).Dispose();
            return stylizer;
        }
        catch
        {
            stylizer.Dispose();
            throw;
        }
    }

    /// <summary>Gets the name of the smaller network of a built-in style, or null.</summary>
    public static string? SmallerOf(string style)
    {
        const string suffix = "_swift";
        var plain = style.EndsWith("_johnson", StringComparison.Ordinal) ? style[..^"_johnson".Length] : style;
        return !style.EndsWith(suffix, StringComparison.Ordinal) && StyleCatalog.BuiltIn.Names.Contains(plain + suffix, StringComparer.Ordinal) ? plain + suffix : null;
    }
}
