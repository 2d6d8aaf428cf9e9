using System.Globalization;
using System.Text.RegularExpressions;

namespace VideoStyle;

/// <summary>Reads times and durations: <c>12.5</c> (seconds), <c>1:02:03.5</c>, <c>90s</c>, <c>500ms</c>, <c>1h30m</c>, <c>2 min</c>.</summary>
public static partial class Timestamp
{
    private const double MaxSeconds = 1e7; // four months: more is a mistake

    /// <summary>Reads a time of at least 0.</summary>
    /// <param name="text">The text.</param>
    /// <param name="time">The time.</param>
    /// <returns>False where the text is something else, or more than 10⁷ s.</returns>
    public static bool TryParse(string text, out TimeSpan time)
    {
        ArgumentNullException.ThrowIfNull(text);
        time = default;
        if (Units().Match(text) is { Success: true, Length: > 0 } units)
            return TryFrom(86400 * Of(units, "d") + 3600 * Of(units, "h") + 60 * Of(units, "m") + Of(units, "s") + Of(units, "ms") / 1000, out time);
        var parts = text.Split(':');
        if (parts.Length > 3)
            return false;
        var seconds = 0.0;
        for (var i = 0; i < parts.Length; i++)
        {
            var last = i == parts.Length - 1;
            if (!double.TryParse(parts[i], last ? NumberStyles.AllowDecimalPoint : NumberStyles.None, CultureInfo.InvariantCulture, out var part) || (i > 0 && part >= 60))
                return false;
            seconds = 60 * seconds + part;
        }

        return TryFrom(seconds, out time);
    }

    private static double Of(Match units, string name) =>
        units.Groups[name] is { Success: true, Value: var value } ? double.Parse(value, CultureInfo.InvariantCulture) : 0;

    private static bool TryFrom(double seconds, out TimeSpan time)
    {
        time = seconds is >= 0 and <= MaxSeconds ? TimeSpan.FromSeconds(seconds) : default;
        return seconds is >= 0 and <= MaxSeconds;
    }

    [GeneratedRegex(@"^(?=\d)((?<d>\d+(\.\d+)?) ?d ?)?((?<h>\d+(\.\d+)?) ?h ?)?((?<m>\d+(\.\d+)?) ?m(in)? ?)?((?<s>\d+(\.\d+)?) ?s ?)?((?<ms>\d+(\.\d+)?) ?ms)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Units();
}
