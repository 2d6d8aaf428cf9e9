using VideoStyle.Core.Options;
using VideoStyle.Native.Vision;

namespace VideoStyle.Metrics;

/// <summary>Where the reference flow, that of the source, comes from.</summary>
public sealed record FlowOptions
{
    /// <summary>Gets the estimator; Farneback by default. It should not be the one that blended.</summary>
    [Option("flow", "The estimator of the reference flow. It should not be the one that blended.", ValueName = "NAME")]
    public FlowMethod Method { get; init; } = FlowMethod.Farneback;

    /// <summary>Gets the folder that all flow is read from instead (<see cref="Flow.FlowFolder"/>), or null. Goes without <see cref="CacheFolder"/>.</summary>
    [Option("flow-from", "Read flow (FROM-TO.flo, or KITTI FROM-TO.png) and masks (FROM-TO.mask.png) from a folder; or known motion, from a clip of tools/known-motion.", ValueName = "DIR")]
    public string? FromFolder { get; init; }

    /// <summary>Gets the folder that estimated flow and masks are kept in, and read from where it has them, or null.</summary>
    [Option("flow-cache", "Keep estimated flow and masks in a folder, and use what is there.", ValueName = "DIR")]
    public string? CacheFolder { get; init; }
}
