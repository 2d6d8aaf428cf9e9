using VideoStyle.Native;
using Xunit;

namespace VideoStyle.Tests;

/// <summary>A test of the media unit; skipped with the reason where the unit or FFmpeg's tools are absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MediaFactAttribute : FactAttribute
{
    public bool NeedsTools { get; init; }

    /// <summary>Whether the reference is FFmpeg's filter zscale, which Debian 11 builds without.</summary>
    public bool NeedsZscale { get; init; }

    public override string? Skip
    {
        get => base.Skip ?? Reason(NeedsTools, NeedsZscale);
        set => base.Skip = value;
    }

    internal static string? Reason(bool tools, bool zscale) =>
        !VideoStyleNative.Units.HasFlag(NativeUnits.Media) && !RequiredParts.Contains("native")
            ? VideoStyleNative.Problem ?? "This build lacks the media unit."
        : (tools || zscale) && !FFmpegTool.IsAvailable ? RequiredParts.Missing("ffmpeg and ffprobe are absent; install ffmpeg.")
        : zscale && !FFmpegTool.HasZscale ? "This FFmpeg has no zscale."
        : null;
}

/// <summary>As <see cref="MediaFactAttribute"/>, for theories.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MediaTheoryAttribute : TheoryAttribute
{
    public bool NeedsTools { get; init; }

    /// <inheritdoc cref="MediaFactAttribute.NeedsZscale" />
    public bool NeedsZscale { get; init; }

    public override string? Skip
    {
        get => base.Skip ?? MediaFactAttribute.Reason(NeedsTools, NeedsZscale);
        set => base.Skip = value;
    }
}
