using System.Text;
using System.Text.Json;
using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Metrics.Flow;
using VideoStyle.Metrics.Registry;
using VideoStyle.Metrics.Reports;
using Xunit;

namespace VideoStyle.Metrics.Tests.Registry;

public sealed class MetricRegistryTests
{
    [Fact]
    public void All_Names_FigureKeysAndSeriesKeys_AreUnique()
    {
        MetricRegistry.All.Select(metric => metric.Name).ShouldBeUnique(StringComparer.Ordinal);
        MetricRegistry.All.SelectMany(metric => metric.Figures).Select(figure => figure.Key).ShouldBeUnique(StringComparer.Ordinal);
        MetricRegistry.All.SelectMany(metric => metric.Series).Select(series => series.Key).ShouldBeUnique(StringComparer.Ordinal);
    }

    [Fact]
    public void All_Figures_AreDefinedInASentence() =>
        MetricRegistry.All.SelectMany(metric => metric.Figures).ShouldAllBe(figure => figure.Definition.Length > 20 && figure.Definition.EndsWith('.'));

    [Fact]
    public async Task Run_Defaults_WritesTheKeysOfAClipInTheirOrder()
    {
        var result = await MeasureAsync(new());

        var clip = JsonDocument.Parse(MetricsJson.Serialize(result.Report)).RootElement.GetProperty("clips")[1];
        clip.EnumerateObject().Select(property => property.Name).ShouldBe(
        [
            "name", "role", "warpingError", "tof", "meanFlicker", "drift", "gradientEnergy", "sharpnessRatio", "sharpnessToSource", "ssim", "psnrDb", "perceptual",
        ]);
        clip.GetProperty("tof").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Run_OneMetric_LeavesTheOthersOutOfJsonCsvAndPage()
    {
        var result = await MeasureAsync(new() { Metrics = ["ssim"] });

        var clip = JsonDocument.Parse(MetricsJson.Serialize(result.Report)).RootElement.GetProperty("clips")[1];
        clip.EnumerateObject().Select(property => property.Name).ShouldBe(["name", "role", "warpingError", "ssim"]);
        var csv = Written(stream => MetricsCsv.Write(stream, result));
        csv.Split("\r\n")[0].ShouldEndWith(",estab@1,ssim");
        var page = Written(stream => HtmlReport.Write(stream, result));
        page.ShouldContain("\"key\":\"ssim\"");
        page.ShouldNotContain("\"key\":\"psnrDb\"");
    }

    [Fact]
    public void New_UnknownMetric_ThrowsArgumentErrorThatNamesThem()
    {
        using var flow = FlowProvider.Estimate(() => new StillFlow());

        Should.Throw<ArgumentException>(() => new Measurement(new() { Metrics = ["vmaf"] }, flow)).Message.ShouldContain("psnr");
    }

    [Fact]
    public async Task MeasureAsync_FlowFromAFolderAndACache_ThrowsUsageErrorThatNamesTheProperties()
    {
        MeasureOptions options = new() { Source = "a.mp4", Stylized = ["b.mp4"], Flow = new() { FromFolder = "flow", CacheFolder = "cache" } };

        var error = await Should.ThrowAsync<VideoStyleException>(Measurer.MeasureAsync(options, progress: null, default));

        error.Kind.ShouldBe(ErrorKind.Usage);
        error.Message.ShouldContain("CacheFolder");
    }

    private static async Task<MeasureResult> MeasureAsync(MeasureSettings settings)
    {
        using var flow = FlowProvider.Estimate(() => new StillFlow());
        static MemoryClip Clip(double noise) => new(4, 53, 37, (t, x, y, c) => MemoryClip.Texture(x, y, c) + noise * ((7 * t + x) % 5));
        return await new Measurement(settings with { Lags = [new(1)] }, flow)
            .RunAsync(Clip(0).Named("in"), [Clip(2).Named("out")], perFrame: null, progress: null, CancellationToken.None);
    }

    private static string Written(Action<Stream> write)
    {
        using MemoryStream stream = new();
        write(stream);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
