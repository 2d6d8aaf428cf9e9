namespace VideoStyle.Live.Painting;

/// <summary>How simple the painting is made so that the machine keeps up.</summary>
/// <param name="Name">What it is, in a few words.</param>
/// <param name="SmallNetwork">Whether a built-in style's smaller network is used.</param>
/// <param name="KeyframeInterval">The most frames from one that is stylized to the next.</param>
/// <param name="Scale">By how much coarser strokes are painted, and so smaller pictures stylized.</param>
internal sealed record LiveLevel(string Name, bool SmallNetwork, int KeyframeInterval, double Scale)
{
    /// <summary>Lists the levels, from what was asked for to the simplest.</summary>
    /// <param name="settings">What was asked for.</param>
    /// <param name="interval">The keyframe interval that was asked for.</param>
    public static IReadOnlyList<LiveLevel> For(LiveSettings settings, int interval)
    {
        List<LiveLevel> levels = [new("as asked for", SmallNetwork: false, interval, 1)];
        var isSmall = LiveStylizer.SmallerOf(settings.Style) is not null;
        if (isSmall)
            levels.Add(new("with the smaller network", SmallNetwork: true, interval, 1));
        foreach (var every in (int[])[2, 4])
            if (every > interval)
                levels.Add(new($"with every {(every == 2 ? "second" : "fourth")} frame stylized", isSmall, every, 1));
        interval = Math.Max(interval, 4);
        levels.Add(new("with strokes half as large again", isSmall, interval, 1.5));
        levels.Add(new("with strokes twice as large", isSmall, interval, 2));
        levels.Add(new("with strokes three times as large", isSmall, interval, 3));
        return levels;
    }
}
