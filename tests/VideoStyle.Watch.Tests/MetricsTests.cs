using System.Globalization;
using Shouldly;
using VideoStyle.Watch.Serving;
using Xunit;

namespace VideoStyle.Watch.Tests;

public sealed class MetricsTests : IDisposable
{
    private readonly WatchBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Metrics_NamesTypesAndLabels_AreThoseThatOperatorsAskFor()
    {
        using var store = _bench.OpenStore();
        using WatchService service = new(_bench.Options, store, _bench.Converter, _bench.Time, _bench.Events.Enqueue);
        await using var server = await WatchServer.StartAsync("127.0.0.1:0", token: null, _bench.Options, store, service, _bench.Events.Enqueue, CancellationToken.None);
        using HttpClient http = new() { BaseAddress = new Uri(server.Address) };

        using var answer = await http.GetAsync(new Uri("/metrics", UriKind.Relative));
        var lines = (await answer.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var types = lines.Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).ToList();

        answer.Content.Headers.ContentType!.ToString().ShouldBe("text/plain; version=0.0.4; charset=utf-8");
        types.ShouldBe(
            [
                "# TYPE videostyle_jobs_found gauge",
                "# TYPE videostyle_jobs_settling gauge",
                "# TYPE videostyle_jobs_queued gauge",
                "# TYPE videostyle_jobs_running gauge",
                "# TYPE videostyle_jobs_done gauge",
                "# TYPE videostyle_jobs_failed gauge",
                "# TYPE videostyle_jobs_quarantined gauge",
                "# TYPE videostyle_jobs_cancelled gauge",
                "# TYPE videostyle_frames_per_second gauge",
                "# TYPE videostyle_files gauge",
                "# TYPE videostyle_scan_seconds gauge",
                "# TYPE videostyle_waiting gauge",
                "# TYPE videostyle_paused gauge",
                "# TYPE videostyle_hooks_pending gauge",
                "# TYPE videostyle_resident_bytes gauge",
            ]);
        // A name, no label, a number.
        var samples = lines.Where(line => !line.StartsWith('#')).Select(line => line.Split(' ')).ToList();
        samples.Select(sample => $"# TYPE {sample[0]} gauge").ShouldBe(types);
        samples.ShouldAllBe(sample => sample.Length == 2 && IsNumber(sample[1]));
    }

    private static bool IsNumber(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
}
