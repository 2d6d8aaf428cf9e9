using System.ComponentModel.DataAnnotations;
using VideoStyle.Core.Options;
using VideoStyle.Core.Pipeline;
using VideoStyle.Engines;

namespace VideoStyle;

/// <summary>How stylized frames are held steady.</summary>
public sealed record CoherenceOptions
{
    /// <summary>Gets the mode; null is fast, and off with the style <c>none</c>.</summary>
    [Option("coherence", "How steady the stylized video is held: off (not at all), fast (every fourth frame is stylized; by known motion a ninth of the warping error of off), best (every frame; a tenth, in 1.5 times the time of off), finest (flow of the full frame; of 720 lines two thirds of the error of best, in 2.6 times the time of off). Default: fast.", Aliases = ["c"], ValueName = "MODE")]
    public CoherenceMode? Mode { get; init; }

    /// <summary>Gets the optical flow estimator, one of <see cref="FlowEstimators.Names"/>; null is <c>inverse-search</c>, and <c>inverse-search-refined</c> for best and finest.</summary>
    [Option("flow", "The optical flow estimator. Default: inverse-search, with best and finest inverse-search-refined.", ValueName = "NAME", Choices = typeof(FlowEstimators))]
    public string? Flow { get; init; }

    /// <summary>Gets what is changed of the mode's temporal blending, for experiments; null changes nothing.</summary>
    [Option("blend", "Change the temporal blending, for experiments: weight=0..1 (of the previous stylized frame), and confidence, cubic and sharpen, each =on or =off. Comma-separated.", ValueName = "KEY=VALUE")]
    public BlendChanges? Blend { get; init; }

    /// <summary>Gets the most frames from one keyframe to the next, 1–16; 1 stylizes every frame. Null is 4 for fast and up to four million pixels, else 1.</summary>
    [Option(
        "keyframe-interval",
        "Stylize at least every Nth frame, and interpolate those between along the optical flow where it covers them; 1 stylizes all. Default: 4 with fast, up to four million pixels; else 1.",
        Aliases = ["paint-every"], ValueName = "N")]
    [Range(1, 16)]
    public int? KeyframeInterval { get; init; }
}
