using System.Globalization;

namespace VideoStyle.Core;

/// <summary>Writes a number with its noun, for messages.</summary>
public static class Counted
{
    /// <summary>Writes <c>1 frame</c>, <c>2 frames</c>, <c>0 matches</c>.</summary>
    /// <param name="count">The number.</param>
    /// <param name="noun">One of it: <c>frame</c>.</param>
    /// <param name="plural">Several of it, where an s does not make it: <c>matches</c>.</param>
    public static string Of(long count, string noun, string? plural = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? noun : plural ?? noun + "s")}");
}
