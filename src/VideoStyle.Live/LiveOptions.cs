using System.ComponentModel.DataAnnotations;
using VideoStyle.Core.Media;
using VideoStyle.Core.Options;

namespace VideoStyle.Live;

/// <summary>How a camera or a stream is painted while it is watched.</summary>
internal sealed record LiveOptions
{
    /// <summary>Gets style, coherence, encoding and what else a conversion has too.</summary>
    public StylerOptions Styler { get; init; } = new();

    /// <summary>Gets whether a file is played at its own speed. Without, each of its frames is painted, however long that takes.</summary>
    [Option("realtime", "Play a file at its own speed, as if it were a camera. Without, every frame of it is painted, however long that takes.")]
    public bool Realtime { get; init; }

    /// <summary>Gets whether the input's URL is listened on.</summary>
    [Option("listen", "Listen on the input's URL until somebody sends to it, as OBS does to rtmp://127.0.0.1:1935/live (rtmp, rtsp, srt, tcp).")]
    public bool Listen { get; init; }

    /// <summary>Gets the most frames a second that are painted; null is the input's rate, and at most 30.</summary>
    [Option("target-fps", "Frames a second to hold. Default: those of the input, and at most 30.", ValueName = "RATE")]
    public Rational? TargetRate { get; init; }

    /// <summary>Gets the delay from a frame's arrival to its way out that may not be exceeded for long.</summary>
    [Option("max-latency", "Most delay from a frame's arrival until it is painted: what takes longer makes the painting simpler.", ValueName = "TIME")]
    [Range(0.02, 60)]
    public TimeSpan MaxLatency { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Gets whether the painting stays as it is where the machine cannot hold the rate, and only frames are dropped.</summary>
    [Option("no-adapt", "Never make the painting simpler to hold rate and delay; only drop frames.")]
    public bool Adapt { get; init; } = true;

    /// <summary>Gets after how much silence a stream counts as gone.</summary>
    [Option("stall", "After this long without anything from the input, connect to it again.", ValueName = "TIME")]
    [Range(0.5, 3600)]
    public TimeSpan Stall { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets the folder that recordings go to.</summary>
    [Option("record-dir", "Where the page's recordings go.", ValueName = "DIR")]
    public string RecordFolder { get; init; } = ".";
}
