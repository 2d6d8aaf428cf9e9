using System.Globalization;
using Shouldly;
using VideoStyle.Core.Flow;
using VideoStyle.Metrics.Flow;
using VideoStyle.Metrics.Reports;
using VideoStyle.Metrics.Warping;
using VideoStyle.Torch.Tensors;
using Xunit;

namespace VideoStyle.Metrics.Tests;

public sealed class QualityTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("videostyle-quality-").FullName;

    [Fact]
    public async Task SsimAndSharpness_OfNoisyImages_AgreeWithNumpy()
    {
        var random = new Random(7);
        var noise = Enumerable.Range(0, 97 * 61).Select(_ => random.Next(60)).ToArray();
        MemoryClip Source() => new(2, 97, 61, (_, x, y, _) => Gray(x, y));
        MemoryClip Output() => new(2, 97, 61, (_, x, y, _) => Gray(x, y) * 0.8 + noise[y * 97 + x]);
        await File.WriteAllBytesAsync(At("a"), Bytes((x, y) => Gray(x, y)));
        await File.WriteAllBytesAsync(At("b"), Bytes((x, y) => Gray(x, y) * 0.8 + noise[y * 97 + x]));

        var clips = await MeasureAsync(Source(), Output());

        var (ssim, energy) = Reference("a", "b");
        clips[1].Figure("ssim")!.Value.ShouldBe(ssim, 1e-5);
        clips[0].Figure("gradientEnergy")!.Value.ShouldBe(energy, 1e-9 * energy);
        clips[1].Figure("sharpnessToSource")!.Value.ShouldBe(Reference("b", "a").Energy / energy, 1e-9);
    }

    [Fact]
    public async Task Psnr_OfAShiftByFiveLevels_IsWhatItsDefinitionSays()
    {
        var clips = await MeasureAsync(new(2, 40, 30, (_, _, _, _) => 100), new(2, 40, 30, (_, _, _, _) => 105));

        clips[1].Figure("psnrDb")!.Value.ShouldBe(20 * Math.Log10(255.0 / 5), 1e-9);
    }

    [Fact]
    public async Task Psnr_OfEqualClips_IsLeftOpen()
    {
        var clips = await MeasureAsync(new(2, 40, 30, (_, x, _, _) => x), new(2, 40, 30, (_, x, _, _) => x));

        clips[1].Figure("psnrDb").ShouldBeNull();
        clips[1].Figure("ssim")!.Value.ShouldBe(1, 1e-6);
    }

    [Fact]
    public async Task MeanFlickerAndDrift_OfAKnownBrightness_AreItsDeviationAndSlope()
    {
        // The source brightens too; only what the output adds to it counts: 0.1 level a frame, and ±2 levels in turn.
        var clips = await MeasureAsync(
            new(301, 24, 24, (t, _, _, _) => 40 + t / 10),
            new(301, 24, 24, (t, _, _, _) => 40 + t / 10 + t / 10 + 2 * (t % 2 == 0 ? 1 : -1)));

        clips[1].Figure("drift")!.Value.ShouldBe(200, 2);
        var values = Enumerable.Range(0, 301).Select(t => t / 10 + 2.0 * (t % 2 == 0 ? 1 : -1)).ToList();
        var mean = values.Average();
        clips[1].Figure("meanFlicker")!.Value.ShouldBe(Math.Sqrt(values.Average(v => (v - mean) * (v - mean))), 1e-6);
    }

    [Fact]
    public async Task Drift_OfAShortClip_IsLeftOut()
    {
        using var flow = FlowProvider.Estimate(() => new StillFlow());
        var report = (await new Measurement(new(), flow).RunAsync(
            new MemoryClip(20, 24, 24, (t, _, _, _) => t).Named("in"), [new MemoryClip(20, 24, 24, (t, _, _, _) => 2 * t).Named("out")], perFrame: null, progress: null, default)).Report;

        report.Clips[1].Figure("drift").ShouldBeNull();
        report.LeftOut.ShouldContain(item => item.Metric == "drift");
    }

    [Fact]
    public async Task Tof_OfAnOutputThatStandsStill_IsTheLengthOfTheMotion()
    {
        using var flow = FlowProvider.Estimate(() => new StillFlow());
        using var tof = FlowProvider.Estimate(() => new BrightnessFlow());
        MemoryClip source = new(12, 64, 64, (_, _, _, _) => 3);
        MemoryClip output = new(12, 64, 64, (_, _, _, _) => 7);

        var result = await new Measurement(new() { TofEvery = 1 }, flow, tof)
            .RunAsync(source.Named("in"), [output.Named("out")], perFrame: null, progress: null, CancellationToken.None);

        result.Report.Outputs.Single().Figure("tof")!.Value.ShouldBe(4, 1e-6);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static double Gray(int x, int y) => Math.Clamp(Math.Round(MemoryClip.Texture(x, y, 0)), 0, 255);

    private static byte[] Bytes(Func<int, int, double> gray) =>
        [.. Enumerable.Range(0, 97 * 61).Select(i => (byte)Math.Clamp(Math.Round(gray(i % 97, i / 97)), 0, 255))];

    private static async Task<IReadOnlyList<ClipReport>> MeasureAsync(MemoryClip source, MemoryClip output)
    {
        using var flow = FlowProvider.Estimate(() => new StillFlow());
        var settings = new MeasureSettings { Lags = [new(1)], Profiles = [WarpProfile.Lai18] };
        return (await new Measurement(settings, flow).RunAsync(source.Named("in"), [output.Named("out")], perFrame: null, progress: null, CancellationToken.None)).Report.Clips;
    }

    private (double Ssim, double Energy) Reference(string first, string second)
    {
        var values = Recorded.Text($"quality.{first}{second}.txt", "quality.py", "97", "61", At(first), At(second)).Split(' ').Select(v => double.Parse(v, CultureInfo.InvariantCulture)).ToArray();
        return (values[0], values[1]);
    }

    private string At(string name) => Path.Combine(_folder, name);

    /// <summary>Says that everything moves to the right by the brightness of the first pixel.</summary>
    private sealed class BrightnessFlow : IFlowEstimator
    {
        public string Description => "brightness";

        public FlowField Estimate(Core.Media.LumaImage source, Core.Media.LumaImage target) =>
            KnownMotion.Constant(source.Width, source.Height, source.Pixels[0], 0);

        public (FlowField Forward, FlowField Backward) EstimateBoth(Core.Media.LumaImage first, Core.Media.LumaImage second) => (Estimate(first, second), Estimate(second, first));

        public void Dispose()
        {
            // Holds nothing.
        }
    }
}
