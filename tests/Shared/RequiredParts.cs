namespace VideoStyle.Tests;

/// <summary>What <c>VIDEOSTYLE_REQUIRE</c> names, as in <c>native,cuda</c>: tests of it are not skipped where it is absent, but fail.</summary>
internal static class RequiredParts
{
    public static bool Contains(string part) =>
        (Environment.GetEnvironmentVariable("VIDEOSTYLE_REQUIRE") ?? "").Split(',', StringSplitOptions.TrimEntries).Contains(part, StringComparer.Ordinal);
}
