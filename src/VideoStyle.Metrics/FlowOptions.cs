using VideoStyle.Native.Vision;

namespace VideoStyle.Metrics;

/// <summary>Where the reference flow, that of the source, comes from.</summary>
public sealed record FlowOptions
{
    /// <summary>Gets the estimator; Farneback by default. It should not be the one that blended.</summary>
    public FlowMethod Method { get; init; } = FlowMethod.Farneback;

    /// <summary>Gets the folder that all flow is read from instead (<see cref="Flow.FlowFolder"/>), or null. Goes without <see cref="CacheFolder"/>.</summary>
    public string? FromFolder { get; init; }

    /// <summary>Gets the folder that estimated flow and masks are kept in, and read from where it has them, or null.</summary>
    public string? CacheFolder { get; init; }
}
