using System.Globalization;

namespace VideoStyle.Metrics;

/// <summary>How far apart the two frames of a pair are.</summary>
/// <param name="Frames">The distance in frames, at least 1; 0 for "back to the first frame of the shot".</param>
public readonly record struct Lag(int Frames)
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

    /// <summary>Describes the lag in tables: <c>lag 5</c> or <c>first frame</c>.</summary>
    public string ToText() => Frames == 0 ? "first frame" : $"lag {this}";

    /// <inheritdoc />
    public override string ToString() => Frames == 0 ? "first" : Frames.ToString(CultureInfo.InvariantCulture);
}
