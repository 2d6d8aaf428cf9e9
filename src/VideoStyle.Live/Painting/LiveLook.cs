using VideoStyle.Core.Stylizers;

namespace VideoStyle.Live.Painting;

/// <summary>What is painted with: the settings, made as simple as a level asks for.</summary>
/// <param name="Settings">The settings.</param>
/// <param name="Level">The level.</param>
internal sealed record LiveLook(LiveSettings Settings, LiveLevel Level)
{
    /// <summary>Gets the share of the styles against the frame itself.</summary>
    public double Strength => Settings.Style is IdentityStylizer.Name && Settings.Second is null ? 1 : Settings.Strength;

    /// <summary>Gets the styles with their shares, whose sum is 1; at least one.</summary>
    public IReadOnlyList<(StyleKey Key, double Share)> Keys()
    {
        var scale = Settings.Scale * Level.Scale;
        return Settings.Second is { } second
            ? [(KeyOf(Settings.Style), 1 - Settings.Mix), (KeyOf(second), Settings.Mix)]
            : [(KeyOf(Settings.Style), 1)];

        StyleKey KeyOf(string style) => style is IdentityStylizer.Name
            ? new StyleKey(style, 1, default)
            : new StyleKey(Level.SmallNetwork ? LiveStylizer.SmallerOf(style) ?? style : style, scale, Settings.PreserveColor);
    }
}
