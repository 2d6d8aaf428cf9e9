using System.Text.Json;
using System.Text.Json.Serialization;
using VideoStyle.Core.Errors;

namespace VideoStyle.Watch.Scanning;

/// <summary>What <c>videostyle.json</c> in a folder sets for the videos in and below it; null leaves the watcher's own value.</summary>
public sealed record Preset
{
    private const int LongestFile = 64 * 1024;

    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowTrailingCommas = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
    };

    /// <summary>Gets the styles, one output for each.</summary>
    public IReadOnlyList<string>? Styles { get; init; }

    /// <summary>Gets a single style; the same as a list of one.</summary>
    public string? Style { get; init; }

    /// <summary>Gets <c>off</c>, <c>fast</c> or <c>best</c>.</summary>
    public string? Coherence { get; init; }

    /// <summary>Gets the codec's name.</summary>
    public string? Codec { get; init; }

    /// <summary>Gets the constant quality in the encoder's scale, 0–63.</summary>
    public int? Crf { get; init; }

    /// <summary>Gets the longest side of the output in pixels, 16–16384.</summary>
    public int? MaxSize { get; init; }

    /// <summary>Gets whether videos here are to be left alone.</summary>
    public bool Ignore { get; init; }

    /// <summary>Reads a preset file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="VideoStyleException">It cannot be read, is no JSON, or sets what is not known or not possible.</exception>
    public static Preset Read(string path)
    {
        try
        {
            if (new FileInfo(path).Length > LongestFile)
                throw new VideoStyleException(ErrorKind.Usage, $"{path}: is larger than 64 KiB.");
            var preset = JsonSerializer.Deserialize<Preset>(File.ReadAllBytes(path), Format) ?? new Preset();
            preset.Validate(path);
            return preset;
        }
        catch (JsonException e)
        {
            throw new VideoStyleException(ErrorKind.Usage, $"{path}: is not a valid preset ({e.Message.ReplaceLineEndings(" ").TrimEnd('.')}).",
                """A preset looks like {"styles": ["starry_night"], "coherence": "best"}.""", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new VideoStyleException(ErrorKind.Usage, $"{path}: cannot be read ({e.Message.TrimEnd('.')}).", hint: null, e);
        }
    }

    /// <summary>Gets the styles that are set, or null.</summary>
    public IReadOnlyList<string>? AllStyles() => Styles ?? (Style is null ? null : [Style]);

    private void Validate(string path)
    {
        var problem =
            Style is not null && Styles is not null ? "sets both style and styles"
            : Styles is { Count: 0 } || AllStyles()?.Any(string.IsNullOrWhiteSpace) == true ? "names an empty style"
            : Styles is { Count: > 100 } ? "names more than 100 styles"
            : Styles is not null && Styles.Distinct(StringComparer.Ordinal).Count() < Styles.Count ? "names a style twice"
            : Coherence is not (null or "off" or "fast" or "best") ? $"sets coherence to {Coherence}, which is none of off, fast and best"
            : Crf is < 0 or > 63 ? "sets crf outside 0 to 63"
            : MaxSize is < 16 or > 16384 ? "sets maxSize outside 16 to 16384"
            : null;
        if (problem is not null)
            throw new VideoStyleException(ErrorKind.Usage, $"{path}: {problem}.");
    }
}
