using System.CommandLine.Parsing;
using System.Globalization;

namespace VideoStyle.Cli.Commands;

/// <summary>Reads a time as people write it: <c>12.5</c> seconds, <c>1:02</c>, <c>1:02:03.5</c>.</summary>
internal static class TimeArgument
{
    public static TimeSpan? Parse(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (TryParse(text, out var time))
            return time;
        result.AddError($"'{text}' is not a time; write seconds (12.5), mm:ss or hh:mm:ss.");
        return null;
    }

    public static bool TryParse(string text, out TimeSpan time)
    {
        time = default;
        var parts = text.Split(':');
        if (parts.Length > 3)
            return false;
        double seconds = 0;
        for (var i = 0; i < parts.Length; i++)
        {
            if (!double.TryParse(parts[i], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var part))
                return false;
            if (i > 0 && part >= 60)
                return false;
            seconds = seconds * 60 + part;
        }

        if (seconds > 1e7)
            return false; // four months: surely a mistake, and beyond what the arithmetic of time stamps is tested for
        time = TimeSpan.FromSeconds(seconds);
        return true;
    }
}
