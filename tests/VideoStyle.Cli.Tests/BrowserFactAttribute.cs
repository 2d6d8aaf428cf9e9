using VideoStyle.Native;
using Xunit;

namespace VideoStyle.Cli.Tests;

/// <summary>A test in a real browser; skipped with the reason where Chromium or a native unit is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserFactAttribute : FactAttribute
{
    private static readonly string[] Names = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    public BrowserFactAttribute()
    {
        if (Chromium is null)
            Skip = "Chromium is absent; install chromium.";
        else if (!VideoStyleNative.Units.HasFlag(NativeUnits.Media | NativeUnits.Vision))
            Skip = VideoStyleNative.Problem ?? "This build lacks the media or vision unit.";
    }

    public static string? Chromium { get; } = Array.Find(Names, File.Exists);
}
