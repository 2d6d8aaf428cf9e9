using VideoStyle.Native.Files;
using VideoStyle.Watch.Store;

namespace VideoStyle.Watch;

/// <summary>One file to be painted in one style, as the store holds it.</summary>
public sealed record Job
{
    /// <summary>Gets its number.</summary>
    public required long Id { get; init; }

    /// <summary>Gets the source's path below the input folder.</summary>
    public required string Path { get; init; }

    /// <summary>Gets the style's name or the path of its model.</summary>
    public required string Style { get; init; }

    /// <summary>Gets the other options.</summary>
    public required StylerOptions Options { get; init; }

    /// <summary>Gets the painting's path below the output folder.</summary>
    public required string Output { get; init; }

    /// <summary>Gets how far it has come.</summary>
    public required JobState State { get; init; }

    /// <summary>Gets what the source looked like when it was queued.</summary>
    public required FileStamp Stamp { get; init; }

    /// <summary>Gets the digest of the source's content, null before the first attempt.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>Gets how many attempts have failed.</summary>
    public int Failures { get; init; }

    /// <summary>Gets who converts it, null unless it is running.</summary>
    public string? Owner { get; init; }

    /// <summary>Gets the owner's sign of life, a counter.</summary>
    public long Beat { get; init; }

    /// <summary>Gets the frames painted so far.</summary>
    public long Frames { get; init; }

    /// <summary>Gets the frames of the whole video, or null where the container does not say.</summary>
    public long? TotalFrames { get; init; }

    /// <summary>Gets the frames painted per second of this attempt.</summary>
    public double FramesPerSecond { get; init; }

    /// <summary>Gets what is worth knowing: why it failed or waits, or which file it equals.</summary>
    public string? Reason { get; init; }

    /// <summary>Gets when it was first seen.</summary>
    public DateTimeOffset FoundAt { get; init; }

    /// <summary>Gets when the last attempt began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Gets when it was done, failed for good or cancelled.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Gets when the next attempt may begin.</summary>
    public DateTimeOffset DueAt { get; init; }

    /// <summary>Gets the finished painting that was about to be put in place when it was last heard of, or null.</summary>
    public FileProof? Complete { get; init; }

    /// <summary>Gets the painting that was put in place last, or null.</summary>
    public FileProof? Painted { get; init; }

    /// <summary>Gets whether it was done before: its content or its style has changed, or it was asked for again.</summary>
    public bool Replaces { get; init; }

    /// <summary>Gets how many processes have ended without a word while they converted it, and without getting further than the one before.</summary>
    public int Deaths { get; init; }

    /// <summary>Gets the source's path below the quarantine folder, or null where it was never there.</summary>
    public string? Held { get; init; }
}
