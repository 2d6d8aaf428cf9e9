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

    /// <summary>Accepts numbers from <paramref name="least"/> to <paramref name="most"/>.</summary>
    public static Action<OptionResult> InRange(double least, double most) =>
        result =>
        {
            if (result.Tokens is [{ Value: var text }] && double.TryParse(text, CultureInfo.InvariantCulture, out var value) && !(value >= least && value <= most))
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"{result.Option.Name} takes {least} to {most}, not {text}."));
        };

    /// <summary>Accepts whole numbers from <paramref name="least"/> to <paramref name="most"/>.</summary>
    public static Action<OptionResult> InRange(int least, int most) =>
        result =>
        {
            if (result.Tokens is [{ Value: var text }] && int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) && (value < least || value > most))
                result.AddError($"{result.Option.Name} takes {least} to {most}, not {text}.");
        };
}
