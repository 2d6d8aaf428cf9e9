using System.Collections;
using System.Globalization;
using System.Reflection;

namespace VideoStyle;

/// <summary>Reads and writes the values of options as text.</summary>
internal static class OptionText
{
    private delegate object Parser(string text);

    private static readonly Dictionary<Type, Parser> Parsers = new()
    {
        [typeof(string)] = text => text.Length > 0 ? text : throw new FormatException("takes a text that is not empty"),
        [typeof(int)] = text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : throw new FormatException("takes a whole number"),
        [typeof(long)] = Long,
        [typeof(float)] = text => (float)Number(text),
        [typeof(double)] = text => Number(text),
        [typeof(TimeSpan)] = text => Timestamp.TryParse(text, out var value) ? value : throw new FormatException("takes seconds (12.5), [hh:]mm:ss, or units: 500ms, 90s, 1h30m"),
        [typeof(Uri)] = text =>
            Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
                ? url
                : throw new FormatException("takes a web address like http://localhost:9000/done"),
    };

    /// <summary>Reads a value.</summary>
    /// <exception cref="FormatException">The text is no value of the type; the message begins with <c>takes</c>.</exception>
    public static object Parse(Type type, string text)
    {
        if (type.IsEnum)
            return Enum.GetValues(type).Cast<object>().FirstOrDefault(value => string.Equals(NameOf(value), text, StringComparison.OrdinalIgnoreCase))
                ?? throw new FormatException($"takes {string.Join(", ", Names(type))}");
        if (Parsers.TryGetValue(type, out var parser))
            return parser(text);
        var parse = type.GetMethod("Parse", BindingFlags.Public | BindingFlags.Static, [typeof(string), typeof(IFormatProvider)])
            ?? throw new InvalidOperationException($"{type} cannot be read from text; implement IParsable.");
        return parse.Invoke(null, BindingFlags.DoNotWrapExceptions, binder: null, [text, CultureInfo.InvariantCulture], culture: null)!;
    }

    /// <summary>Writes a value so that <see cref="Parse"/> reads it back.</summary>
    public static string Format(object value) =>
        value switch
        {
            Enum => NameOf(value),
            TimeSpan { TotalSeconds: >= 60 and var seconds } when seconds % 60 == 0 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60}m"),
            TimeSpan time => time.TotalSeconds.ToString("0.######", CultureInfo.InvariantCulture),
            string text => text,
            IEnumerable list => string.Join(',', list.Cast<object>().Select(Format)),
            IFormattable number => number.ToString(format: null, CultureInfo.InvariantCulture),
            _ => value.ToString() ?? "",
        };

    /// <summary>Gets the names of an enumeration as options have them.</summary>
    public static IEnumerable<string> Names(Type type) => Enum.GetValues(type).Cast<object>().Select(NameOf);

    /// <summary>Writes <c>LbfgsSearch</c> as <c>lbfgs-search</c>, and <c>BF16</c> as <c>bf16</c>.</summary>
    private static string NameOf(object value) =>
        string.Concat(value.ToString()!.Select((letter, i) => (letter, Before: i == 0 ? ' ' : value.ToString()![i - 1])).Select(c =>
            char.IsUpper(c.letter) && char.IsLower(c.Before) ? $"-{char.ToLowerInvariant(c.letter)}" : char.ToLowerInvariant(c.letter).ToString()));

    // 4M, 2500k and 4Mbit/s in powers of 1000, as bit rates and numbers of steps are written.
    private static object Long(string text)
    {
        var digits = text.AsSpan();
        foreach (var unit in (string[])["bit/s", "bps", "b/s"])
            digits = digits.EndsWith(unit, StringComparison.OrdinalIgnoreCase) ? digits[..^unit.Length].TrimEnd() : digits;
        if (long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
            return whole;
        var scale = digits is [.., 'k' or 'K'] ? 1e3 : digits is [.., 'M' or 'm'] ? 1e6 : digits is [.., 'G' or 'g'] ? 1e9 : 0;
        return scale > 0 && double.TryParse(digits[..^1].TrimEnd(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value * scale < long.MaxValue
            ? (long)Math.Round(value * scale)
            : throw new FormatException("takes a whole number, also with k, M or G");
    }

    private static double Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value : throw new FormatException("takes a number");
}
