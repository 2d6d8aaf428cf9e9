using System.CommandLine.Parsing;
using System.Globalization;

namespace VideoStyle.Cli.Commands;

/// <summary>Reads a duration as people write it: <c>90s</c>, <c>20m</c>, <c>1h</c>, <c>1h30m</c>.</summary>
internal static class DurationArgument
{
    public static TimeSpan? Parse(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (TryParse(text, out var duration))
            return duration;
        result.AddError($"'{text}' is not a duration; write 90s, 20m, 1h or 1h30m.");
        return null;
    }

    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        var digits = 0;
        var units = "hms"; // each at most once, in this order
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsAsciiDigit(text[i]) || text[i] == '.')
                continue;
            var unit = units.IndexOf(text[i], StringComparison.Ordinal);
            if (unit < 0 || !double.TryParse(text.AsSpan(digits, i - digits), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count) || count > 1e6)
                return false;
            duration += text[i] switch { 'h' => TimeSpan.FromHours(count), 'm' => TimeSpan.FromMinutes(count), _ => TimeSpan.FromSeconds(count) };
            units = units[(unit + 1)..];
            digits = i + 1;
        }

        return digits == text.Length && duration > TimeSpan.Zero;
    }
}
