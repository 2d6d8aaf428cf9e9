using System.CommandLine.Parsing;
using System.Globalization;

namespace VideoStyle.Cli.Commands;

/// <summary>Checks that several commands make of their arguments.</summary>
internal static class Arguments
{
    /// <summary>Has everything behind <c>--</c> taken for a file, whatever it begins with.</summary>
    /// <param name="args">The arguments.</param>
    /// <returns>The same; behind <c>--</c>, <c>-in.mp4</c> is <c>./-in.mp4</c>, while <c>-</c> stays standard input.</returns>
    public static string[] TakeLiterally(string[] args)
    {
        var end = Array.IndexOf(args, "--");
        return end < 0 ? args : [.. args[..(end + 1)], .. args[(end + 1)..].Select(argument => argument is ['-', _, ..] ? "./" + argument : argument)];
    }

    /// <summary>Refuses what looks like an option; the parser takes an unknown one for the positional argument.</summary>
    public static void RefuseOptionLike(ArgumentResult result)
    {
        if (result.Tokens.FirstOrDefault(t => t.Value is ['-', _, ..]) is { } token)
            result.AddError($"Unknown option '{token.Value}'. Write ./{token.Value} for a file of that name, or put it behind --.");
    }

    /// <summary>Accepts whole numbers from <paramref name="min"/> to <paramref name="max"/>.</summary>
    public static Action<OptionResult> InRange(int min, int max) =>
        result =>
        {
            if (result.Tokens is [{ Value: var text }] && int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) && (value < min || value > max))
                result.AddError($"{result.Option.Name} takes {min} to {max}, not {text}.");
        };
}
