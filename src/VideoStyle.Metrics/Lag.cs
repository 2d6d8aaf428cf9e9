using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace VideoStyle.Metrics;

/// <summary>How far apart the two frames of a pair are.</summary>
/// <param name="Frames">The distance in frames, at least 1; 0 for "back to the first frame of the shot".</param>
public readonly record struct Lag(int Frames) : IParsable<Lag>
{
    /// <summary>The largest distance, which bounds the frames kept in memory.</summary>
    public const int Max = 120;

    /// <summary>Every frame is compared with the first one of its shot.</summary>
    public static Lag First { get; }

    /// <summary>Reads <c>first</c> or a number of frames.</summary>
    /// <param name="text">What the user typed.</param>
    /// <param name="lag">The lag.</param>
    /// <returns>False where it is neither, or the number is not between 1 and <see cref="Max"/>.</returns>
    public static bool TryParse(string text, out Lag lag)
    {
        lag = First;
        if (string.Equals(text, "first", StringComparison.OrdinalIgnoreCase))
            return true;
        var isNumber = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var frames);
        lag = new Lag(frames);
        return isNumber && frames is >= 1 and <= Max;
    }

    /// <summary>Reads <c>first</c> or a number of frames.</summary>
    /// <param name="s">The text.</param>
    /// <param name="provider">Not used; numbers are invariant.</param>
    /// <exception cref="FormatException">It is neither, or the number is not between 1 and <see cref="Max"/>.</exception>
    public static Lag Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var lag) ? lag : throw new FormatException($"takes numbers of frames from 1 to {Max}, or first");

    /// <inheritdoc />
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Lag result)
    {
        result = First;
        return s is not null && TryParse(s, out result);
    }

    /// <summary>Describes the lag in tables: <c>lag 5</c> or <c>first frame</c>.</summary>
    public string ToText() => Frames == 0 ? "first frame" : $"lag {this}";

    /// <inheritdoc />
    public override string ToString() => Frames == 0 ? "first" : Frames.ToString(CultureInfo.InvariantCulture);
}
