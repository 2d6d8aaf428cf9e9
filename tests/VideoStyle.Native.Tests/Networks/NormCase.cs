using System.Reflection;
using Xunit.Sdk;

namespace VideoStyle.Tests.Networks;

/// <summary>One way to call the norm.</summary>
public sealed record NormCase(
    long Count,
    long Channels,
    long Height,
    long Width,
    bool Relu = false,
    bool Residual = false,
    int Scale = 1,
    int Pad = 0,
    bool BFloat16 = false
);

/// <summary>Odd sizes, several pictures, few and many channels, and each thing that can follow the norm.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class InlineCasesAttribute : DataAttribute
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
        new(1, 1, 20, 20),
        new(3, 24, 1, 1),
    ];

    public override IEnumerable<object[]> GetData(MethodInfo testMethod) =>
        Cases.SelectMany(c => new[] { new object[] { c }, [c with { BFloat16 = true }] });
}
