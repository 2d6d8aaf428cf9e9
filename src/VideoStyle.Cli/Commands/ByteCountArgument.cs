using System.CommandLine.Parsing;
using System.Globalization;

namespace VideoStyle.Cli.Commands;

/// <summary>Reads amounts of memory: <c>3G</c>, <c>1.5G</c>, <c>800M</c>, <c>3GB</c>.</summary>
internal static class ByteCountArgument
{
    public static long? Parse(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (TryParse(text, out var bytes))
            return bytes;
        result.AddError($"'{text}' is not an amount of memory. Write 3G or 800M.");
        return null;
    }

    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        var number = text.AsSpan().TrimEnd("bB");
        var shift = number is [.., 'G' or 'g'] ? 30 : number is [.., 'M' or 'm'] ? 20 : 0;
        if (shift == 0 || text.Length > number.Length + 1 || !double.TryParse(number[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count) || count is not (> 0 and < 1 << 20))
            return false;
        bytes = (long)(count * (1L << shift));
        return true;
    }
}
