using System.Text.Json;
using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Metrics.Flow;
using VideoStyle.Metrics.Reports;
using VideoStyle.Metrics.Warping;
using VideoStyle.Native;
using Xunit;

namespace VideoStyle.Metrics.Tests;

/// <summary>What `measure` says by known motion, on a small clip, against numbers computed by numpy (`tests/reference/true_motion.py`).</summary>
public sealed class TruthTests
{
    private static readonly string Clip = Fixtures.Path("known-motion");

    [NativeFact(NativeUnits.Media)]
    public async Task Measure_AClipOfKnownMotion_GivesTheNumbersOfTheReference()
    {
        using var reference = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(Clip, "expected.json")));

        var report = (await MeasureAsync(new())).Report;

        report.Settings.Profiles.ShouldBe([WarpProfile.Truth]);
        report.Settings.Lags.ShouldBe(["1", "10"]);
        report.Cuts.ShouldBeEmpty();
        var output = report.Clips[1];
        foreach (var error in output.WarpingError)
        {
            Check($"error{error.Lag}", error.Value);
            Check($"ratio{error.Lag}", error.RatioToPerFrame);
        }

        foreach (var key in (string[])["rim", "sharp", "sharpMoving", "sharpWorst", "ghost", "rest"])
            Check(key, output.Figure(key));

        void Check(string key, double? value)
        {
            var expected = reference.RootElement.GetProperty(key).GetDouble();
            value.ShouldNotBeNull(key).ShouldBe(expected, 1e-6 * expected, key);
        }
    }

    [NativeFact(NativeUnits.Media)]
    public async Task Measure_ThePerFrameRenderingByKnownMotion_HasRatiosOf1AndNoGhosts()
    {
        var perFrame = (await MeasureAsync(new())).Report.Clips[^1];

        perFrame.Role.ShouldBe(ClipRole.PerFrame);
        foreach (var key in (string[])["rim", "sharp", "sharpMoving", "sharpWorst"])
            perFrame.Figure(key).ShouldBe(1);
        perFrame.Figure("ghost").ShouldBe(0);
        perFrame.Figure("rest").ShouldBe(0);
    }

    [NativeFact(NativeUnits.Media)]
    public async Task Measure_TheSourceByItsOwnMotion_IsSteady()
    {
        foreach (var error in (await MeasureAsync(new())).Report.Clips[^1].WarpingError)
            error.Input.ShouldNotBeNull().ShouldBeLessThan(0.03 * error.Value!.Value, $"lag {error.Lag}");
    }

    [NativeFact(NativeUnits.Media)]
    public async Task Measure_WhatIsAskedFor_IsMeasuredByKnownMotionAlone()
    {
        var report = (await MeasureAsync(new() { Metrics = ["ghost"], Profiles = [WarpProfile.Lai18], Lags = [new(1)] })).Report;

        report.Settings.Profiles.ShouldBe([WarpProfile.Lai18]);
        report.Clips[1].Figures.Select(figure => figure.Definition.Key).ShouldBe(["ghost", "rest"]);
    }

    [Theory]
    [InlineData("rim")]
    [InlineData("moving-sharpness")]
    [InlineData("ghost")]
    [InlineData("truth")]
    public async Task Measure_KnownMotionWithoutSuchAClip_ThrowsUsageErrorThatNamesWhatAsks(string name)
    {
        MeasureSettings settings = name is "truth" ? new() { Profiles = [WarpProfile.Truth] } : new() { Metrics = [name] };
        using var flow = FlowProvider.Estimate(() => new StillFlow());

        var error = await Should.ThrowAsync<VideoStyleException>(async () => await new Measurement(settings, flow).RunAsync(
            Gray("source"), [Gray("stylized")], perFrame: null, progress: null, CancellationToken.None));

        error.Kind.ShouldBe(ErrorKind.Usage);
        error.Message.ShouldContain($"'{name}'");
    }

    private static MeasuredClip Gray(string name) => new MemoryClip(2, 16, 12, (_, _, _, _) => 128).Named(name);

    private static Task<MeasureResult> MeasureAsync(MeasureSettings settings) =>
        Measurer.MeasureAsync(
            new()
            {
                Source = Path.Combine(Clip, "clip.mkv"),
                Stylized = [Path.Combine(Clip, "output.mkv")],
                PerFrame = Path.Combine(Clip, "per-frame.mkv"),
                Settings = settings with { TofEvery = 0 },
                Flow = new() { FromFolder = Clip },
            },
            progress: null,
            CancellationToken.None);
}
