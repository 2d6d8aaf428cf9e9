using System.Reflection;
using VideoStyle.Native;
using Xunit.Sdk;

namespace VideoStyle.Tests;

/// <summary>One way to call a norm.</summary>
public sealed record NormCase(
    int Count,
    int Channels,
    int Height,
    int Width,
    bool Relu = false,
    bool Residual = false,
    int Scale = 1,
    int Pad = 0,
    bool Edge = false,
    KernelDtype Dtype = KernelDtype.Float32
)
{
    public NormOptions Options => new(Relu, Scale, Pad, Edge);

    /// <summary>The plain arithmetic of the whole call.</summary>
    internal double[,,,] Reference(double[,,,] x, double[,,] statistics, double[] weight, double[] bias, double[,,,]? residual)
    {
        var y = Planar.Norm(x, statistics, weight, bias);
        if (Relu)
            y = Planar.Relu(y);
        if (residual is not null)
            y = Planar.Add(y, residual);
        return Planar.Pad(Planar.Upsample(y, Scale), Pad, Edge);
    }
}

/// <summary>Odd sizes, several pictures, few and many channels, and each thing that can follow the norm, in both dtypes.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NormCasesAttribute : DataAttribute
{
    private static readonly NormCase[] Cases =
    [
        new(1, 32, 53, 37),
        new(2, 16, 17, 23, Relu: true, Pad: 1),
        new(1, 64, 9, 11, Residual: true, Pad: 1),
        new(2, 128, 12, 10, Residual: true, Scale: 2, Pad: 1),
        new(1, 32, 14, 15, Relu: true, Pad: 4),
        new(1, 5, 7, 6, Relu: true, Scale: 3, Pad: 2),
        new(1, 3, 1, 40, Relu: true, Scale: 2, Pad: 1),
        new(1, 16, 8, 300, Residual: true, Pad: 3, Edge: true),
        new(1, 1, 20, 20),
        new(1, 1, 20, 20, Pad: 2, Edge: true),
        new(3, 24, 1, 1),
    ];

    public override IEnumerable<object[]> GetData(MethodInfo testMethod) =>
        Cases.SelectMany(c => new[] { new object[] { c }, [c with { Dtype = KernelDtype.BFloat16 }] });
}
