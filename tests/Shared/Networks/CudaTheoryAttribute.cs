using VideoStyle.Native;
using VideoStyle.Torch.Runtime;
using Xunit;

namespace VideoStyle.Tests;

/// <summary>A test that needs an NVIDIA GPU and a libtorch that uses it; skipped with the reason where either is absent.</summary>
/// <remarks>With <c>VIDEOSTYLE_REQUIRE=native,cuda</c> it is not skipped.</remarks>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CudaTheoryAttribute : TheoryAttribute
{
    public CudaTheoryAttribute()
    {
        if (RequiredParts.Contains("cuda"))
            return;
        Skip = new NativeFactAttribute(NativeUnits.Kernels).Skip;
        if (Skip is null && TorchRuntime.CudaCount == 0)
            Skip = "There is no GPU that this libtorch can use.";
    }
}
