using System.CommandLine.Parsing;
using System.Globalization;
using VideoStyle.Core.Media;

namespace VideoStyle.Cli.Commands;

/// <summary>Reads a frame rate as people write it: <c>25</c>, <c>29.97</c>, <c>30000/1001</c>.</summary>
internal static class FrameRateArgument
{
    public static Rational? Parse(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (TryParse(text, out var rate))
            return rate;
        result.AddError($"'{text}' is no frame rate; write 25, 29.97 or 30000/1001, at most 1000.");
        return null;
    }

    public static bool TryParse(string text, out Rational rate)
    {
        rate = default;
        if (text.Split('/') is [var over, var under])
        {
            if (!int.TryParse(over, NumberStyles.None, CultureInfo.InvariantCulture, out var numerator)
                || !int.TryParse(under, NumberStyles.None, CultureInfo.InvariantCulture, out var denominator))
                return false;
            rate = new Rational(numerator, denominator);
        }
        else
        {
            if (!double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) || value > 1000)
                return false;
            // 23.976, 29.97 and 59.94 are short for NTSC's multiples of 1/1.001.
            var ntsc = Math.Round(value * 1.001);
            rate = value != Math.Round(value) && Math.Abs(ntsc / 1.001 - value) < 0.005
                ? new Rational((int)ntsc * 1000, 1001)
                : new Rational((int)Math.Round(value * 1000), 1000);
        }

        return rate.IsKnown && rate.Value <= 1000;
    }
}
