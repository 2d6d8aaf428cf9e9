using System.CommandLine.Parsing;
using System.Globalization;
using VideoStyle.Core.Compositing;

namespace VideoStyle.Cli.Commands;

/// <summary>Reads <c>--blend keep=0.9,cubic=off</c>: what is changed of a mode's own settings.</summary>
internal static class BlendArgument
{
    public static Func<BlendOptions, BlendOptions>? Parse(ArgumentResult result)
    {
        List<Func<BlendOptions, BlendOptions>> changes = [];
        foreach (var part in result.Tokens.SelectMany(token => token.Value.Split(',')))
        {
            var (key, value) = Split(part);
            if (Change(key, value) is { } change)
            {
                changes.Add(change);
                continue;
            }

            result.AddError($"--blend: {part} is none of keep=0..1 (below 1), and confidence=, cubic= and detail=on or off.");
            return null;
        }

        return options => changes.Aggregate(options, (changed, change) => change(changed));
    }

    private static (string Key, string Value) Split(string part)
    {
        var at = part.IndexOf('=', StringComparison.Ordinal);
        return at < 0 ? (part, "") : (part[..at], part[(at + 1)..]);
    }

    private static Func<BlendOptions, BlendOptions>? Change(string key, string value) =>
        (key, Switch(value)) switch
        {
            ("keep", _) when float.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var keep) && keep is >= 0 and < 1 =>
                options => options with { BlendWeight = keep },
            ("confidence", { } on) => options => options with { UseConfidence = on },
            ("cubic", { } on) => options => options with { CubicWarp = on },
            ("detail", { } on) => options => options with { Sharpen = on },
            _ => null,
        };

    private static bool? Switch(string value) => value switch { "on" => true, "off" => false, _ => null };
}
