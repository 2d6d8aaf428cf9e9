using Shouldly;
using VideoStyle.Core.Media;
using VideoStyle.Native;
using VideoStyle.Networks.Flow;
using VideoStyle.Torch.Files;
using Xunit;

namespace VideoStyle.Networks.Tests.Flow;

public sealed class LearnedFlowTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [NativeTheory(NativeUnits.Kernels | NativeUnits.Vision)]
    [InlineData(1, 1, false)]
    [InlineData(53, 37, true)]
    [InlineData(96, 64, false)]
    public void Estimate_AnySize_GivesFiniteFlowOfThatSize(int width, int height, bool refined)
    {
        using var estimator = LearnedFlow.Load(Weights(), refined);
        var flow = estimator.Estimate(Image(width, height, 1), Image(width, height, 2));
        (flow.Width, flow.Height).ShouldBe((width, height));
        flow.Vectors.ShouldAllBe(v => float.IsFinite(v));
        estimator.Description.ShouldContain("flow network test");
    }

    [NativeFact(NativeUnits.Kernels)]
    public void Estimate_WithKeptFeatures_EqualsAFreshEstimator()
    {
        LumaImage[] images = [.. Enumerable.Range(0, 4).Select(i => Image(64, 64, i))];
        using var keeping = LearnedFlow.Load(Weights(), refined: false);
        for (var i = 0; i + 1 < images.Length; i++)
        {
            foreach (var (a, b) in new[] { (images[i], images[i + 1]), (images[i + 1], images[i]), (images[0], images[i + 1]) })
            {
                using var fresh = LearnedFlow.Load(Weights(), refined: false);
                keeping.Estimate(a, b).Vectors.ShouldBe(fresh.Estimate(a, b).Vectors);
            }
        }
    }

    [NativeFact(NativeUnits.Kernels)]
    public void Estimate_InBFloat16_IsCloseToFloat()
    {
        using var fast = LearnedFlow.Load(Weights(), refined: false);
        using var precise = LearnedFlow.Load(Weights(), refined: false, precise: true);
        var (a, b) = (Image(96, 64, 1), Image(96, 64, 2));
        var (ours, expected) = (fast.Estimate(a, b).Vectors, precise.Estimate(a, b).Vectors);
        var scale = expected.Max(Math.Abs);
        scale.ShouldBeGreaterThan(0);
        ours.Zip(expected, (x, y) => Math.Abs(x - y)).Average().ShouldBeLessThan(0.05f * scale);
    }

    [NativeFact(NativeUnits.Kernels)]
    public void Estimate_ImagesOfTwoSizes_ThrowsArgumentException()
    {
        using var estimator = LearnedFlow.Load(Weights(), refined: false);
        Should.Throw<ArgumentException>(() => estimator.Estimate(Image(32, 32, 1), Image(32, 64, 1)));
    }

    private string Weights()
    {
        var path = _folder["test.safetensors"];
        if (File.Exists(path))
            return path;
        using var scope = NewDisposeScope();
        manual_seed(2);
        var tensors = FlowNetwork.Parameters.ToDictionary(p => p.Key, p => randn(p.Value) * (p.Value.Length == 4 ? Math.Sqrt(2.0 / (p.Value[1] * p.Value[2] * p.Value[3])) : 0.05), StringComparer.Ordinal);
        SafetensorsWriter.Write(path, tensors, ScalarType.Float32, new Dictionary<string, string>(StringComparer.Ordinal) { ["name"] = "test" });
        return path;
    }

    private static LumaImage Image(int width, int height, int seed) =>
        new(width, height, [.. Enumerable.Range(0, width * height).Select(i => (byte)(127 + 60 * Math.Sin(i % width * 0.3 + seed) + 60 * Math.Sin(i / width * 0.2 - seed)))]);
}
