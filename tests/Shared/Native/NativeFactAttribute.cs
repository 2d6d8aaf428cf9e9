using VideoStyle.Native;
using Xunit;

namespace VideoStyle.Tests;

/// <summary>A test that needs units of the native library; skipped with the reason where they are absent.</summary>
/// <remarks>With <c>VIDEOSTYLE_REQUIRE=native</c> nothing is skipped, so that a broken build cannot pass.</remarks>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NativeFactAttribute : FactAttribute
{
    public NativeFactAttribute(NativeUnits units = NativeUnits.Media | NativeUnits.Vision | NativeUnits.Kernels)
    {
        if (VideoStyleNative.Units.HasFlag(units) || RequiredParts.Contains("native"))
            return;
        Skip = VideoStyleNative.Problem ?? $"This build lacks {units & ~VideoStyleNative.Units}.";
    }
}
