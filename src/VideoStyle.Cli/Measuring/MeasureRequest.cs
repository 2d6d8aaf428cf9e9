using VideoStyle.Metrics;
using VideoStyle.Native.Vision;

namespace VideoStyle.Cli.Measuring;

/// <summary>What the user asked <c>measure</c> for.</summary>
internal sealed record MeasureRequest
{
    public required string Source { get; init; }

    public required IReadOnlyList<string> Outputs { get; init; }

    /// <summary>Gets the clip painted frame by frame, or null.</summary>
    public string? PerFrame { get; init; }

    public required MeasureSettings Settings { get; init; }

    public required FlowMethod Flow { get; init; }

    /// <summary>Gets the folder that all flow is read from, or null.</summary>
    public string? FlowFrom { get; init; }

    /// <summary>Gets the folder that estimated flow is kept in, or null.</summary>
    public string? FlowCache { get; init; }

    /// <summary>Gets the painting that the outputs are after, or null.</summary>
    public string? StyleImage { get; init; }

    /// <summary>Gets torchvision's AlexNet, the backbone of LPIPS, or null; with <see cref="LpipsHeads"/>.</summary>
    public string? LpipsBackbone { get; init; }

    /// <summary>Gets LPIPS's linear heads v0.1 for AlexNet, or null.</summary>
    public string? LpipsHeads { get; init; }

    public string? CsvFile { get; init; }

    public string? ReportFolder { get; init; }

    public bool Force { get; init; }
}
