namespace VideoStyle.Judging;

/// <summary>A line of the table of <see cref="StyleJudge"/>.</summary>
/// <param name="Name">The style's name; <c>photo</c> and <c>paint</c> for the two ends.</param>
/// <param name="Network">The architecture; null for the two ends.</param>
/// <param name="StyleImage">The style image's file name.</param>
/// <param name="Score">The mean over the photos.</param>
/// <param name="Reference">The score of <c>paint</c>; null where it was not asked for.</param>
internal sealed record JudgedStyle(string Name, string? Network, string StyleImage, StyleScore Score, StyleScore? Reference);
