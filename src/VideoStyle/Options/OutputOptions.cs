using System.ComponentModel.DataAnnotations;
using VideoStyle.Core.Options;

namespace VideoStyle;

/// <summary>How an output is shown and written.</summary>
public sealed record OutputOptions
{
    /// <summary>Gets how the original is shown with the stylized video, or null for the stylized video alone.</summary>
    [Option("compare", "Show the original as well: side by side, or with a divider that wipes across (wipe).", ValueName = "MODE")]
    public CompareMode? Compare { get; init; }

    /// <summary>Gets the length of the segments that a video is encoded in, 0.1 s to a day. Default 10 s.</summary>
    /// <remarks>A segment ends at a cut, or after this time; it is what is stylized again, at most, after an interruption.</remarks>
    [Option("segment", "Longest part of a video that is stylized again after an interruption: 10s, 2m.", ValueName = "TIME")]
    [Range(0.1, 86400)]
    public TimeSpan Segment { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets whether finished segments are kept until the output is complete, and those of an interrupted run are used again.</summary>
    [Option("resume", "Keep finished segments until the output is complete, and go on after those of an earlier run that was interrupted.", PerRun = true)]
    public bool Resume { get; init; }

    /// <summary>Gets the folder of the segments, or null for <c>.NAME.resume</c> beside the output.</summary>
    public string? ResumeFolder { get; init; }

    /// <summary>Gets whether an existing output is replaced. Default false.</summary>
    [Option("force", "Replace an existing output.", Aliases = ["f"], PerRun = true)]
    public bool Overwrite { get; init; }

    /// <summary>Gets whether the output's folder is created where it is missing. Default false.</summary>
    public bool CreateFolder { get; init; }
}
