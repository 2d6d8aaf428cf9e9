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
            Skip = RequiredParts.Missing("Chromium is absent; install chromium.");
        else
            Skip = new NativeFactAttribute(NativeUnits.Media | NativeUnits.Vision).Skip;
    }

    public static string? Chromium { get; } = Array.Find(Names, File.Exists);
}
