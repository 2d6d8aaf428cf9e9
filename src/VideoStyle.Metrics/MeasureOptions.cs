using VideoStyle.Core.Options;

namespace VideoStyle.Metrics;

/// <summary>A measurement of files, for <see cref="Measurer"/>.</summary>
/// <remarks>Each clip is a video, a still, a folder of images or a numbered pattern of them.</remarks>
public sealed record MeasureOptions
{
    /// <summary>Gets the clip that the others were made from.</summary>
    public required string Source { get; init; }

    /// <summary>Gets the stylized clips to measure, one or more, of any program.</summary>
    public required IReadOnlyList<string> Stylized { get; init; }

    /// <summary>Gets the same style applied frame by frame, which ratios refer to, or null.</summary>
    [Option("per-frame", "The same style applied frame by frame; ratios refer to it.", ValueName = "FILE")]
    public string? PerFrame { get; init; }

    /// <summary>Gets what is measured, and how.</summary>
    public MeasureSettings Settings { get; init; } = new();

    /// <summary>Gets where the reference flow comes from.</summary>
    public FlowOptions Flow { get; init; } = new();

    /// <summary>Gets the files of distances by a network.</summary>
    public NetworkOptions Networks { get; init; } = new();

    /// <summary>Gets the files to write.</summary>
    public ReportOptions Report { get; init; } = new();
}
