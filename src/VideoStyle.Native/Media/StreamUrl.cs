using System.Text.RegularExpressions;
using VideoStyle.Core.Errors;

namespace VideoStyle.Native.Media;

/// <summary>URLs that a video is read from or written to: a closed list of schemes, and what of a URL may be shown.</summary>
public static partial class StreamUrl
{
    private static readonly string[] Http = ["http", "https"];
    private static readonly string[] Streams = ["rtsp", "rtsps", "rtmp", "rtmps", "srt", "udp", "tcp"];

    /// <summary>Tells whether a name is a URL and not a file.</summary>
    /// <param name="name">The name.</param>
    public static bool Is(string name) => Scheme(name) is not null;

    /// <summary>Tells whether a name is a URL of HTTP, which VideoStyle reads itself.</summary>
    /// <param name="name">The name.</param>
    public static bool IsHttp(string name) => Http.Contains(Scheme(name), StringComparer.Ordinal);

    /// <summary>Tells whether what a URL names goes on for ever, so that its end is an interruption. HTTP may be either.</summary>
    /// <param name="name">The name.</param>
    public static bool IsEndless(string name) => Streams.Contains(Scheme(name), StringComparer.Ordinal);

    /// <summary>Tells whether a name stands for a device, which is read and written live: <c>/dev/videoN</c>, <c>screen</c> or <c>screen:DISPLAY</c>.</summary>
    /// <param name="name">The name.</param>
    public static bool IsDevice(string name) => Device().IsMatch(name);

    /// <summary>Writes URLs in a text as logs and pages may show them: without user, password and query, and of RTMP without the key of the stream.</summary>
    /// <param name="text">A name, or a message.</param>
    public static string Shown(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Contains("://", StringComparison.Ordinal) ? Url().Replace(text, Show) : text;
    }

    /// <summary>Refuses a URL that nothing is read from.</summary>
    /// <param name="name">A URL; other names pass.</param>
    /// <exception cref="VideoStyleException">Its scheme is not in the list (Usage).</exception>
    public static void RequireReadable(string name) => Require(name, [.. Http, .. Streams], "read");

    /// <summary>Refuses a URL that nothing is written to.</summary>
    /// <param name="name">A URL; other names pass.</param>
    /// <exception cref="VideoStyleException">Its scheme is not in the list (Usage).</exception>
    public static void RequireWritable(string name) => Require(name, Streams, "written to");

    private static void Require(string name, string[] schemes, string what)
    {
        if (Scheme(name) is not { } scheme || schemes.Contains(scheme, StringComparer.Ordinal))
            return;
        throw new VideoStyleException(
            ErrorKind.Usage,
            $"{Shown(name)}: URLs of {scheme} are not {what}; {string.Join(", ", schemes[..^1])} and {schemes[^1]} are.",
            scheme is "file" ? "Name the file without file://." : null);
    }

    private static string? Scheme(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return SchemeOf().Match(name) is { Success: true } match ? match.Groups["scheme"].Value.ToLowerInvariant() : null;
    }

    private static string Show(Match match)
    {
        var (scheme, place) = (match.Groups["scheme"].Value, match.Groups["place"].Value);
        var end = place.IndexOfAny(['?', '#']);
        place = end < 0 ? place : place[..end];
        var path = place.IndexOf('/', StringComparison.Ordinal) is >= 0 and var slash ? slash : place.Length;
        place = place[(place[..path].LastIndexOf('@') + 1)..];
        if (scheme.StartsWith("rtmp", StringComparison.OrdinalIgnoreCase) && place.LastIndexOf('/') is >= 0 and var key)
            place = place[..(key + 1)] + "…";
        return $"{scheme}://{place}";
    }

    [GeneratedRegex("^(?<scheme>[A-Za-z][A-Za-z0-9+.-]*)://", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SchemeOf();

    [GeneratedRegex("^(/dev/video[0-9]+|screen(:.*)?)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Device();

    [GeneratedRegex("(?<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?<place>[^\\s\"'<>]*[^\\s\"'<>:.,;)])", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Url();
}
