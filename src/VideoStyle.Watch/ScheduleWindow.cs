using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace VideoStyle.Watch;

/// <summary>The hours of the day in which work is begun, such as <c>22:00-06:00</c>.</summary>
/// <param name="From">The first minute.</param>
/// <param name="To">The first minute that no longer belongs to it; before <paramref name="From"/> when it spans midnight.</param>
public sealed record ScheduleWindow(TimeOnly From, TimeOnly To) : IParsable<ScheduleWindow>
{
    /// <summary>Reads <c>HH:MM-HH:MM</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="window">The window.</param>
    /// <returns>False where the text is something else or both times are the same.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out ScheduleWindow? window)
    {
        ArgumentNullException.ThrowIfNull(text);
        window = null;
        var parts = text.Split('-', StringSplitOptions.TrimEntries);
        if (parts.Length != 2 || !TryParseTime(parts[0], out var from) || !TryParseTime(parts[1], out var to) || from == to)
            return false;
        window = new ScheduleWindow(from, to);
        return true;
    }

    /// <summary>Reads <c>HH:MM-HH:MM</c>.</summary>
    /// <param name="s">The text.</param>
    /// <param name="provider">Not used; times are invariant.</param>
    /// <exception cref="FormatException">It is something else.</exception>
    public static ScheduleWindow Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var window) ? window : throw new FormatException("takes two times of day like 22:00-06:00");

    /// <inheritdoc />
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out ScheduleWindow result)
    {
        result = null;
        return s is not null && TryParse(s, out result);
    }

    /// <summary>Tells whether work may begin.</summary>
    /// <param name="now">The local time of day.</param>
    public bool IsOpenAt(TimeOnly now) => now.IsBetween(From, To);

    private static bool TryParseTime(string text, out TimeOnly time) =>
        TimeOnly.TryParseExact(text, ["H:mm", "HH:mm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out time);
}
