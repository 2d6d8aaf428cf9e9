namespace VideoStyle.Tests;

/// <summary>What <c>VIDEOSTYLE_REQUIRE</c> names, as in <c>native,fixtures</c>: tests of it fail where it is absent, instead of being skipped.</summary>
/// <remarks>
/// <c>native</c> is the native library, <c>fixtures</c> the programs that tests compare with (ffmpeg, numpy, PyTorch, Chromium,
/// script), <c>cuda</c> an NVIDIA GPU.
/// </remarks>
internal static class RequiredParts
{
    public static bool Contains(string part) =>
        (Environment.GetEnvironmentVariable("VIDEOSTYLE_REQUIRE") ?? "").Split(',', StringSplitOptions.TrimEntries).Contains(part, StringComparer.Ordinal);

    /// <summary>Gives the reason to skip a test that lacks a program, or null where it must run.</summary>
    public static string? Missing(string reason) => Contains("fixtures") ? null : reason;
}
