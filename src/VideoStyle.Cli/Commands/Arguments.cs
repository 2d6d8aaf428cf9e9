using System.CommandLine.Parsing;
using System.Globalization;

namespace VideoStyle.Cli.Commands;

/// <summary>Checks that several commands make of their arguments.</summary>
internal static class Arguments
{
    /// <summary>Refuses what looks like an option; the parser takes an unknown one for the positional argument.</summary>
    public static void RefuseOptionLike(ArgumentResult result)
    {
        if (result.Tokens.FirstOrDefault(t => t.Value is ['-', _, ..]) is { } token)
            result.AddError($"Unknown option '{token.Value}'. Write ./{token.Value} for a file of that name.");
    }

    /// <summary>Accepts whole numbers from <paramref name="min"/> to <paramref name="max"/>.</summary>
    public static Action<OptionResult> InRange(int min, int max) =>
        result =>
        {
            if (result.Tokens is [{ Value: var text }] && int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) && (value < min || value > max))
                result.AddError($"{result.Option.Name} takes {min} to {max}, not {text}.");
        };
}
