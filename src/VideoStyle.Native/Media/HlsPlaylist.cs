using System.Globalization;
using System.Text.RegularExpressions;
using VideoStyle.Core.Errors;

namespace VideoStyle.Native.Media;

/// <summary>A playlist of HTTP Live Streaming (RFC 8216).</summary>
internal sealed partial record HlsPlaylist
{
    private const int MaxSegments = 100_000;

    /// <summary>One segment, or the header that comes before segments of fragmented MP4.</summary>
    /// <param name="Url">Where it is.</param>
    /// <param name="Range">First byte and number of bytes; null for all.</param>
    /// <param name="Key">What it is encrypted with, or null.</param>
    /// <param name="Header">What comes before it, or null.</param>
    public sealed record Part(Uri Url, (long First, long Length)? Range, HlsKey? Key, Part? Header);

    /// <summary>Gets the playlist of the variant with the highest bit rate, where this is a list of variants; else null.</summary>
    public Uri? Variant { get; private init; }

    /// <summary>Gets whether the variant's sound is another playlist, which is not read.</summary>
    public bool HasSeparateSound { get; private init; }

    /// <summary>Gets the segments.</summary>
    public IReadOnlyList<Part> Segments { get; private init; } = [];

    /// <summary>Gets the number of the first segment.</summary>
    public long FirstNumber { get; private init; }

    /// <summary>Gets whether no segment will be added.</summary>
    public bool IsComplete { get; private init; }

    /// <summary>Gets the most seconds of a segment.</summary>
    public double TargetDuration { get; private init; } = 6;

    /// <summary>Tells whether a file begins as a playlist.</summary>
    public static bool Begins(ReadOnlySpan<byte> head) => head.StartsWith("#EXTM3U"u8) || head.StartsWith("\uFEFF#EXTM3U"u8);

    /// <summary>Reads a playlist.</summary>
    /// <param name="text">Its text.</param>
    /// <param name="url">Where it came from.</param>
    /// <exception cref="VideoStyleException">It names what cannot be read (Input).</exception>
    public static HlsPlaylist Parse(string text, Uri url)
    {
        var lines = text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return Array.Exists(lines, line => line.StartsWith("#EXT-X-STREAM-INF:", StringComparison.Ordinal)) ? ParseVariants(lines, url) : ParseSegments(lines, url);
    }

    private static HlsPlaylist ParseVariants(string[] lines, Uri url)
    {
        var best = (Rate: -1L, Url: (Uri?)null, Sound: (string?)null);
        for (var i = 0; i + 1 < lines.Length; i++)
            if (lines[i].StartsWith("#EXT-X-STREAM-INF:", StringComparison.Ordinal) && !lines[i + 1].StartsWith('#'))
            {
                var rate = long.TryParse(Attribute(lines[i], "BANDWIDTH"), NumberStyles.None, CultureInfo.InvariantCulture, out var stated) ? stated : 0;
                if (rate > best.Rate)
                    best = (rate, Resolve(url, lines[i + 1]), Attribute(lines[i], "AUDIO"));
            }

        return new HlsPlaylist
        {
            Variant = best.Url ?? throw new VideoStyleException(ErrorKind.Input, $"{StreamUrl.Shown(url.OriginalString)}: is a playlist without a variant."),
            HasSeparateSound = best.Sound is { } group && Array.Exists(lines, line =>
                line.StartsWith("#EXT-X-MEDIA:", StringComparison.Ordinal) && string.Equals(Attribute(line, "GROUP-ID"), group, StringComparison.Ordinal) && Attribute(line, "URI") is not null),
        };
    }

    private static HlsPlaylist ParseSegments(string[] lines, Uri url)
    {
        List<Part> segments = [];
        var (number, complete, duration) = (0L, false, 6.0);
        (HlsKey? Key, Part? Header, (long First, long Length)? Range) now = default;
        Dictionary<Uri, long> ends = [];
        foreach (var line in lines)
        {
            var value = line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..];
            if (line.StartsWith("#EXT-X-MEDIA-SEQUENCE:", StringComparison.Ordinal))
                number = long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var first) ? first : 0;
            else if (line.StartsWith("#EXT-X-TARGETDURATION:", StringComparison.Ordinal))
                duration = double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var stated) ? Math.Clamp(stated, 0.5, 60) : duration;
            else if (line.StartsWith("#EXT-X-ENDLIST", StringComparison.Ordinal))
                complete = true;
            else if (line.StartsWith("#EXT-X-KEY:", StringComparison.Ordinal))
                now.Key = HlsKey.Parse(Attribute(line, "METHOD"), Attribute(line, "URI") is { } key ? Resolve(url, key) : null, Attribute(line, "IV"), url);
            else if (line.StartsWith("#EXT-X-MAP:", StringComparison.Ordinal) && Attribute(line, "URI") is { } map)
                now.Header = new Part(Resolve(url, map), Range(Attribute(line, "BYTERANGE"), 0), now.Key?.For(number + segments.Count), Header: null);
            else if (line.StartsWith("#EXT-X-BYTERANGE:", StringComparison.Ordinal))
                now.Range = Range(value, -1);
            else if (!line.StartsWith('#'))
            {
                var at = Resolve(url, line);
                if (now.Range is { First: < 0, Length: var length })
                    now.Range = (ends.GetValueOrDefault(at), length);
                if (now.Range is { } range)
                    ends[at] = range.First + range.Length;
                segments.Add(new Part(at, now.Range, now.Key?.For(number + segments.Count), now.Header));
                now.Range = null;
                if (segments.Count > MaxSegments)
                    throw new VideoStyleException(ErrorKind.Input, $"{StreamUrl.Shown(url.OriginalString)}: names over {MaxSegments} segments.");
            }
        }

        return new HlsPlaylist { Segments = segments, FirstNumber = number, IsComplete = complete, TargetDuration = duration };
    }

    private static Uri Resolve(Uri playlist, string name) =>
        Uri.TryCreate(playlist, name, out var url) ? url : throw new VideoStyleException(ErrorKind.Input, $"{StreamUrl.Shown(playlist.OriginalString)}: names something that is no URL.");

    private static (long First, long Length)? Range(string? text, long unstated)
    {
        if (text?.Split('@') is not [var length, .. var rest] || !long.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count < 1)
            return null;
        return (rest is [var at] && long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var first) ? first : unstated, count);
    }

    private static string? Attribute(string line, string name)
    {
        foreach (Match match in AttributeOf().Matches(line))
            if (string.Equals(match.Groups["name"].Value, name, StringComparison.Ordinal))
                return match.Groups["value"].Value.Trim('"');
        return null;
    }

    [GeneratedRegex("(?<name>[A-Z0-9-]+)=(?<value>\"[^\"]*\"|[^,]*)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AttributeOf();
}
