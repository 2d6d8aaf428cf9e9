using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Core.Pipeline;
using VideoStyle.Core.Stylizers;

namespace VideoStyle;

/// <summary>Everything that decides what a <see cref="VideoStyler"/> makes of a video, in one record for each concern.</summary>
/// <remarks>
/// Each option is declared once, on its property: <c>videostyle convert</c>, its config file, <c>videostyle.json</c> and the manual page are derived from
/// these records. All have defaults; <c>new StylerOptions()</c> is what <c>videostyle convert in.mp4 out.mp4</c> uses.
/// </remarks>
public sealed record StylerOptions
{
    /// <summary>Gets the style.</summary>
    public StyleOptions Style { get; init; } = new();

    /// <summary>Gets how the stylized frames are held steady.</summary>
    public CoherenceOptions Coherence { get; init; } = new();

    /// <summary>Gets where and in which precision the networks compute.</summary>
    public ComputeOptions Compute { get; init; } = new();

    /// <summary>Gets how the video is encoded.</summary>
    public EncodeOptions Encode { get; init; } = new();

    /// <summary>Gets which part of the input is read, and how.</summary>
    public VideoOptions Video { get; init; } = new();

    /// <summary>Gets how the output is shown and written.</summary>
    public OutputOptions Output { get; init; } = new();

    /// <summary>Gets the mode that is used: that of <see cref="CoherenceOptions.Mode"/>, else off for the style <c>none</c>, else fast.</summary>
    /// <remarks>Temporal blending changes frames, which nobody wants who wants no style.</remarks>
    internal CoherenceMode Mode => Coherence.Mode ?? (Style.Name is IdentityStylizer.Name ? CoherenceMode.Off : CoherenceMode.Fast);

    /// <summary>Refuses options that contradict each other.</summary>
    /// <exception cref="VideoStyleException">They do (Usage).</exception>
    public void Validate()
    {
        if (Video is { From: { } from, To: { } to } && to <= from)
            throw new VideoStyleException(ErrorKind.Usage, $"VideoOptions.To ({to}) is not behind VideoOptions.From ({from}).", "Swap them.");
        Style.Validate();
    }
}
