using VideoStyle.Native;
using Xunit;

namespace VideoStyle.Tests;

/// <summary>As <see cref="NativeFactAttribute"/>, for theories.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NativeTheoryAttribute : TheoryAttribute
{
    public NativeTheoryAttribute(NativeUnits units = NativeUnits.Media | NativeUnits.Vision | NativeUnits.Kernels) =>
        Skip = new NativeFactAttribute(units).Skip;
}
