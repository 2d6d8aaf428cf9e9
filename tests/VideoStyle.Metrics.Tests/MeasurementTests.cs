using System.Text.Json;
using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Metrics.Farneback;
using VideoStyle.Metrics.Flow;
using VideoStyle.Metrics.Reports;
using VideoStyle.Metrics.Warping;
using Xunit;

namespace VideoStyle.Metrics.Tests;

public sealed class MeasurementTests : IDisposable
{
    private const int Width = 53, Height = 37;
    private readonly string _folder = Directory.CreateTempSubdirectory("videostyle-measure-").FullName;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Run_TranslatedStillWithItsTrueFlow_HasNoErrorInTheInside(bool composed)
    {
        // Whole pixels: what is warped is equal to the bit. The border that enters is left out by a mask of the inside.
        using var flow = KnownMotion.Pan(_folder, 12, Width, Height, 1, 0, onlyNeighbours: composed);
        var report = await MeasureAsync(Pan(12, 1, 0), Pan(12, 1, 0), flow, new() { ComposeFlow = composed, Profiles = [WarpProfile.Ruder18, WarpProfile.Estab] });

        foreach (var error in report.Outputs.Single().WarpingError)
            error.Value!.Value.ShouldBe(0, 1e-12, $"{error.Profile} at {error.Lag}");
        report.Pairs.Select(pair => pair.Measured).ShouldBe([11, 7, 2, 11]);
    }

    [Fact]
    public async Task Run_KnownDifference_GivesTheErrorOfEveryDefinition()
    {
        // Still input; the output alternates between two grays 51 levels = 0.2 apart, so every squared difference is 0.04.
        using var flow = FlowProvider.Estimate(() => new StillFlow());
        var output = new MemoryClip(6, Width, Height, (t, _, _, _) => 100 + 51 * (t % 2));
        var report = await MeasureAsync(Pan(6, 0, 0), output, flow, new() { Lags = [new(1), new(2)] });

        Value(report, WarpProfile.Lai18, "1").ShouldBe(0.04, 1e-9);
        Value(report, WarpProfile.Lai18, "2").ShouldBe(0, 1e-12);
        // Ruder's own border: the last row and column have no neighbor; then 3 pixels more by the minimum filter.
        Value(report, WarpProfile.Estab, "1").ShouldBe(Math.Sqrt(0.04 * (Width - 1) * (Height - 1) / (Width * Height)), 1e-9);
        Value(report, WarpProfile.Ruder18, "1").ShouldBe(0.04 * (Width - 4) * (Height - 4) / (Width * Height), 1e-9);
        report.Pairs[0].Coverage[WarpProfile.Lai18].ShouldBe(1);
        report.Clips[0].WarpingError[0].Value.ShouldBe(0);
        report.Outputs.Single().WarpingError[0].Input.ShouldBe(0);
    }

    [Fact]
    public async Task Run_OddClipThatItsEncoderMadeEven_IsMeasuredWithoutTheRepeatedRim()
    {
        using var flow = FlowProvider.Estimate(() => new StillFlow());
        // The rim flickers; the rest stands still.
        var output = new MemoryClip(6, Width + 1, Height + 1, (t, x, y, _) => x == Width || y == Height ? 200 * (t % 2) : 90);

        var report = await MeasureAsync(Pan(6, 0, 0), output, flow, new() { Lags = [new(1)] });

        Value(report, WarpProfile.Lai18, "1").ShouldBe(0);
    }

    [Fact]
    public async Task Run_PerFrameRendering_GivesRatiosToIt()
    {
        using var flow = FlowProvider.Estimate(() => new StillFlow());
        var output = new MemoryClip(6, Width, Height, (t, x, _, _) => 60 + 10 * (t % 2) + 20 * (x % 5));
        var perFrame = new MemoryClip(6, Width, Height, (t, x, _, _) => 60 + 20 * (t % 2) + 40 * (x % 5));

        var result = await new Measurement(new() { Lags = [new(1)] }, flow)
            .RunAsync(Pan(6, 0, 0).Named("in"), [output.Named("out")], perFrame.Named("per frame"), progress: null, CancellationToken.None);

        var clip = result.Report.Outputs.Single();
        clip.WarpingError[0].RatioToPerFrame!.Value.ShouldBe(0.25, 1e-9);
        clip.Figure("sharpnessRatio")!.Value.ShouldBe(0.25, 1e-9);
        result.Report.Clips[^1].Role.ShouldBe(ClipRole.PerFrame);
    }

    [Fact]
    public async Task Run_Cut_IsCountedAndLeftOutOfEveryPair()
    {
        using var flow = FlowProvider.Estimate(() => new StillFlow());
        MemoryClip Clip() => new(10, 160, 96, (t, x, y, c) => t < 5 ? MemoryClip.Texture(x, y, c) : MemoryClip.Texture(3 * y + 900, 2.3 * x, c));

        var report = await MeasureAsync(Clip(), Clip(), flow, new() { Lags = [new(1), new(3), Lag.First] });

        report.Cuts.ShouldBe([5]);
        report.Pairs.Select(pair => (pair.Lag, pair.Measured, pair.AcrossCuts)).ShouldBe([("1", 8, 1), ("3", 4, 3), ("first", 8, 1)]);
        report.Outputs.Single().WarpingError.ShouldAllBe(error => error.Value < 1e-9);
    }

    [Fact]
    public async Task Run_EveryFrameACut_ThrowsInputErrorThatSaysSo()
    {
        using var flow = FlowProvider.Estimate(() => new StillFlow());
        MemoryClip Clip() => new(4, 160, 96, (t, x, y, c) => MemoryClip.Texture(x * (1 + 0.7 * t) + 311 * t, y * (2 - 0.4 * t) + 77 * t, c));

        var error = await Should.ThrowAsync<VideoStyleException>(MeasureAsync(Clip(), Clip(), flow, new() { CutThreshold = 0.02 }));

        error.Kind.ShouldBe(ErrorKind.Input);
        error.Message.ShouldContain("every frame begins a new shot");
    }

    [Theory]
    [InlineData(0, "no frame")]
    [InlineData(1, "one frame")]
    public async Task Run_TooFewFrames_ThrowsInputErrorThatSaysSo(int frames, string expected)
    {
        using var flow = FlowProvider.Estimate(() => new StillFlow());

        var error = await Should.ThrowAsync<VideoStyleException>(MeasureAsync(Pan(frames, 0, 0), Pan(frames, 0, 0), flow, new()));

        error.Kind.ShouldBe(ErrorKind.Input);
        error.Message.ShouldContain(expected);
    }

    [Fact]
    public async Task Run_OutputOfAnotherSize_ThrowsInputErrorWithBothSizes()
    {
        using var flow = FlowProvider.Estimate(() => new StillFlow());
        var other = new MemoryClip(4, 64, 48, (_, _, _, _) => 0);

        (await Should.ThrowAsync<VideoStyleException>(MeasureAsync(Pan(4, 0, 0), other, flow, new()))).Message.ShouldBe("out: is 64x48, in is 53x37.");
    }

    [Theory]
    [InlineData(5, 4, "out: ends after 4 frames, in goes on.")]
    [InlineData(4, 5, "in: ends after 4 frames, out goes on.")]
    public async Task Run_OutputOfAnotherLength_ThrowsInputErrorThatSaysWhichEnds(int source, int output, string expected)
    {
        using var flow = FlowProvider.Estimate(() => new StillFlow());

        var error = await Should.ThrowAsync<VideoStyleException>(MeasureAsync(Pan(source, 0, 0), Pan(output, 0, 0), flow, new()));

        error.Message.ShouldBe(expected);
        error.Hint!.ShouldContain("MaxFrames to 4");
        (await MeasureAsync(Pan(source, 0, 0), Pan(output, 0, 0), flow, new() { MaxFrames = 4 })).Frames.ShouldBe(4);
    }

    [Fact]
    public async Task Run_AnotherFrameRate_ThrowsInputErrorUnlessTimingIsIgnored()
    {
        using var flow = FlowProvider.Estimate(() => new StillFlow());
        MemoryClip Output() => new(6, Width, Height, (_, x, y, c) => MemoryClip.Texture(x, y, c)) { Step = 33 };

        var error = await Should.ThrowAsync<VideoStyleException>(MeasureAsync(Pan(6, 0, 0), Output(), flow, new()));

        error.Message.ShouldContain("30.303 against 25 frames a second");
        (await MeasureAsync(Pan(6, 0, 0), Output(), flow, new() { IgnoreTiming = true })).Settings.TimingIgnored.ShouldBeTrue();
    }

    [Fact]
    public async Task Run_OutputThatStartsLater_IsMeasured()
    {
        using var flow = FlowProvider.Estimate(() => new StillFlow());
        MemoryClip output = new(6, Width, Height, (_, x, y, c) => MemoryClip.Texture(x, y, c)) { Start = 1500 };

        (await MeasureAsync(Pan(6, 0, 0), output, flow, new())).Frames.ShouldBe(6);
    }

    [Fact]
    public async Task Run_FlowOfAnotherSize_ThrowsInputErrorThatNamesTheFile()
    {
        using var flow = KnownMotion.Pan(_folder, 3, Width, Height + 1, 0, 0);

        (await Should.ThrowAsync<VideoStyleException>(MeasureAsync(Pan(3, 0, 0), Pan(3, 0, 0), flow, new()))).Message
            .ShouldContain(".flo: is 53x38, the clip is 53x37");
    }

    [Fact]
    public async Task Run_FlowFileMissing_ThrowsInputErrorThatNamesTheFrames()
    {
        using var flow = KnownMotion.Pan(_folder, 3, Width, Height, 0, 0, onlyNeighbours: true);

        var error = await Should.ThrowAsync<VideoStyleException>(MeasureAsync(Pan(3, 0, 0), Pan(3, 0, 0), flow, new() { Lags = [new(2)] }));

        error.Message.ShouldContain("no flow from frame 0 to frame 2");
        error.Hint!.ShouldContain("0-2.flo");
    }

    [Fact]
    public async Task Run_MaskFromAFile_DecidesWhatCounts()
    {
        using var flow = KnownMotion.Pan(_folder, 2, Width, Height, 0, 0);
        var certainty = new byte[Width * Height];
        certainty[10] = 255;
        new ValidityMask(Width, Height, certainty).Write(Path.Combine(_folder, "0-1.mask.png"), new RawPng());
        var output = new MemoryClip(2, Width, Height, (t, x, y, _) => x == 10 && y == 0 ? 0 : 255 * t);

        var report = await MeasureAsync(Pan(2, 0, 0), output, flow, new() { Lags = [new(1)], Profiles = [WarpProfile.Lai18] });

        Value(report, WarpProfile.Lai18, "1").ShouldBe(0);
        report.Pairs[0].Coverage[WarpProfile.Lai18]!.Value.ShouldBe(1.0 / (Width * Height), 1e-12);
    }

    [Fact]
    public async Task Run_NoPixelValid_LeavesThePairOutAndCountsIt()
    {
        using var flow = KnownMotion.Pan(_folder, 3, Width, Height, 0, 0);
        new ValidityMask(Width, Height, new byte[Width * Height]).Write(Path.Combine(_folder, "0-1.mask.png"), new RawPng());

        var report = await MeasureAsync(Pan(3, 0, 0), Pan(3, 0, 0), flow, new() { Lags = [new(1)], Profiles = [WarpProfile.Lai18] });

        report.Pairs[0].WithoutValidPixels[WarpProfile.Lai18].ShouldBe(1);
        report.Outputs.Single().WarpingError[0].Pairs.ShouldBe(1);
    }

    [Fact]
    public async Task Run_Cache_GivesTheSameReportFromFilesAlone()
    {
        FlowFolder folder = new(Path.Combine(_folder, "cache"), new RawPng());
        MetricsReport estimated;
        using (var flow = FlowProvider.Estimate(() => new StillFlow(), folder))
            estimated = await MeasureAsync(Pan(5, 1, 1), Pan(5, 1, 1), flow, new() { Lags = [new(1), new(3)] });

        using var files = FlowProvider.ReadFrom(folder);
        var read = await MeasureAsync(Pan(5, 1, 1), Pan(5, 1, 1), files, new() { Lags = [new(1), new(3)] });

        read.Outputs.Single().WarpingError.ShouldBe(estimated.Outputs.Single().WarpingError);
        read.Settings.Estimator.ShouldStartWith("still, read from");
    }

    [Fact]
    public void Estimate_CacheOfAnotherEstimator_ThrowsUsageError()
    {
        File.WriteAllText(Path.Combine(_folder, "flow.json"), """{"estimator":"another"}""");

        Should.Throw<VideoStyleException>(() => FlowProvider.Estimate(() => new StillFlow(), new FlowFolder(_folder, new RawPng()))).Message.ShouldContain("another");
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 0)]
    [InlineData(false, 3)]
    public async Task Run_OneOrSeveralWorkers_GivesTheSameReportAndImages(bool composed, int worstPairs)
    {
        async Task<(string Report, string Images)> MeasureAsync(int workers)
        {
            using var flow = FlowProvider.Estimate(() => new FarnebackFlow(FarnebackSettings.Tof));
            using var tof = FlowProvider.Estimate(() => new FarnebackFlow(FarnebackSettings.Tof));
            MeasureSettings settings = new() { Workers = workers, ComposeFlow = composed, Lags = [new(1), new(3), Lag.First], Gallery = new() { WorstPairs = worstPairs, Frames = worstPairs } };
            // A cut in the middle, and an output that differs by a noise of its own in each frame.
            MemoryClip Clip(double noise) =>
                new(17, 61, 45, (t, x, y, c) => MemoryClip.Texture(x - 1.3 * t + (t < 9 ? 0 : 700), y + 0.4 * t, c) + noise * ((37 * t + 11 * x + 7 * y) % 13));
            var result = await new Measurement(settings, flow, tof).RunAsync(Clip(0).Named("in"), [Clip(1).Named("a"), Clip(3).Named("b")], Clip(2).Named("p"), progress: null, default);
            return (MetricsJson.Serialize(result.Report), JsonSerializer.Serialize(result.Gallery));
        }

        var alone = await MeasureAsync(1);

        alone.Report.ShouldContain("\"warpingError\"");
        foreach (var workers in new[] { 2, 5 })
            (await MeasureAsync(workers)).ShouldBe(alone);
    }

    [Fact]
    public async Task Run_Cancelled_StopsWithThatException()
    {
        using var flow = FlowProvider.Estimate(() => new StillFlow());
        using CancellationTokenSource stop = new();
        Progress<long> progress = new();
        var run = new Measurement(new(), flow).RunAsync(Pan(100_000, 0, 0).Named("in"), [Pan(100_000, 0, 0).Named("out")], perFrame: null, progress, stop.Token);
        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(run);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static MemoryClip Pan(int frames, int dx, int dy) =>
        new(frames, Width, Height, (t, x, y, c) => MemoryClip.Texture(x - t * dx, y - t * dy, c));

    private static double Value(MetricsReport report, WarpProfile profile, string lag) =>
        report.Outputs.Single().WarpingError.Single(error => error.Profile == profile && string.Equals(error.Lag, lag, StringComparison.Ordinal)).Value!.Value;

    private static async Task<MetricsReport> MeasureAsync(MemoryClip source, MemoryClip output, FlowProvider flow, MeasureSettings settings) =>
        (await new Measurement(settings, flow).RunAsync(source.Named("in"), [output.Named("out")], perFrame: null, progress: null, CancellationToken.None)).Report;
}
