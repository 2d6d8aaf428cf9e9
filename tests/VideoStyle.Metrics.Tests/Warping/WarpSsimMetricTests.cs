using Shouldly;
using VideoStyle.Metrics.Flow;
using Xunit;

namespace VideoStyle.Metrics.Tests.Warping;

public sealed class WarpSsimMetricTests : IDisposable
{
    private const int Width = 53, Height = 47;
    private const string Key = "warpSsim";
    private readonly string _folder = Directory.CreateTempSubdirectory("videostyle-warp-ssim-").FullName;

    [Fact]
    public async Task Run_StillSourceAndTwoAlternatingImages_IsTheSsimOfTheTwo()
    {
        using var flow = FlowProvider.Estimate(() => new StillFlow());
        var alternating = await MeasureAsync(flow, Clip(_ => 0), Clip(t => t % 2));
        var fixedImages = await MeasureAsync(flow, Clip(_ => 0), Clip(_ => 1));

        // Only the border, which has no window, is masked.
        alternating.Clips[1].Figure(Key)!.Value.ShouldBe(fixedImages.Clips[1].Figure("ssim")!.Value, 1e-6);
        alternating.Clips[0].Figure(Key)!.Value.ShouldBe(1, 1e-6);
    }

    [Fact]
    public async Task Run_ClipThatFollowsTheFlow_IsHigherThanOneThatStandsStill()
    {
        using var flow = KnownMotion.Pan(_folder, 4, Width, Height, 2, 0);
        MemoryClip Pan(int speed) => new(4, Width, Height, (t, x, y, c) => MemoryClip.Texture(x - speed * t, y, c));

        // Lag 1 is not measured: the metric asks for the neighbors' flow by itself.
        var follows = (await MeasureAsync(flow, Pan(2), Pan(2), new Lag(2))).Clips[1].Figure(Key)!.Value;
        var standsStill = (await MeasureAsync(flow, Pan(2), Pan(0), new Lag(2))).Clips[1].Figure(Key)!.Value;

        follows.ShouldBeGreaterThan(0.99);
        standsStill.ShouldBeLessThan(0.9);
    }

    [Fact]
    public async Task Run_FlickerWhereTheMaskIsZero_DoesNotCount()
    {
        KnownMotion.Pan(_folder, 2, Width, Height, 0, 0).Dispose();
        byte[] certainty = [.. Enumerable.Range(0, Width * Height).Select(i => i % Width < 20 ? (byte)255 : (byte)0)];
        new ValidityMask(Width, Height, certainty).Write(Path.Combine(_folder, "1-0.mask.png"), new RawPng());
        using var flow = FlowProvider.ReadFrom(new FlowFolder(_folder, new RawPng()));
        MemoryClip flickers = new(2, Width, Height, (t, x, y, c) => MemoryClip.Texture(x, y, c) + (x > 30 ? 50 * t : 0));

        (await MeasureAsync(flow, Clip(_ => 0, frames: 2), flickers)).Clips[1].Figure(Key)!.Value.ShouldBe(1, 1e-6);
    }

    [Fact]
    public async Task Run_ClipsSmallerThanTheWindow_HaveNoValueAndSayWhy()
    {
        using var flow = FlowProvider.Estimate(() => new StillFlow());
        var report = await MeasureAsync(flow, new(3, 8, 8, (_, x, _, _) => x), new(3, 8, 8, (_, x, _, _) => x));

        report.Clips[1].Figure(Key).ShouldBeNull();
        report.LeftOut.ShouldContain(item => item.Metric == "warp SSIM");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static MemoryClip Clip(Func<int, int> variant, int frames = 4) =>
        new(frames, Width, Height, (t, x, y, c) => MemoryClip.Texture(x + 40 * variant(t), y, c));

    private static async Task<Reports.MetricsReport> MeasureAsync(FlowProvider flow, MemoryClip source, MemoryClip output, Lag? lag = null) =>
        (await new Measurement(new() { Lags = [lag ?? new(1)], Metrics = ["ssim", "warp-ssim"] }, flow)
            .RunAsync(source.Named("in"), [output.Named("out")], perFrame: null, progress: null, CancellationToken.None)).Report;
}
