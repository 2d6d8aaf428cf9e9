using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using VideoStyle.Watch.Store;

namespace VideoStyle.Watch.Serving;

/// <summary>What the server answers.</summary>
internal sealed class Routes(WatchOptions options, JobStore store, WatchService service)
{
    private const int MaxJobs = 200;

    /// <summary>Adds every route.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", () => Resource("page.html", "text/html; charset=utf-8"));
        routes.MapGet("/page.js", () => Resource("page.js", "text/javascript; charset=utf-8"));
        routes.MapGet("/page.css", () => Resource("page.css", "text/css; charset=utf-8"));
        routes.MapGet("/page.svg", () => Resource("page.svg", "image/svg+xml"));
        routes.MapGet("/healthz", Health);
        routes.MapGet("/metrics", () => Results.Text(Metrics(), "text/plain; version=0.0.4; charset=utf-8"));
        routes.MapGet("/metrics.json", () => Results.Json(Gauges().ToDictionary(g => g.Name, g => g.Value, StringComparer.Ordinal)));
        routes.MapGet("/api/jobs", () => Results.Json(State()));
        routes.MapGet("/thumbnails/{id:long}/{kind}", (long id, string kind) => Thumbnail(id, kind));
        routes.MapPost("/api/jobs/{id:long}/retry", (long id) => Changed(store.Retry(id)));
        routes.MapPost("/api/jobs/{id:long}/cancel", (long id) => Changed(store.Cancel(id)));
        routes.MapPost("/api/pause", () => Pause(paused: true));
        routes.MapPost("/api/resume", () => Pause(paused: false));
    }

    private static IResult Changed(bool changed) => changed ? Results.NoContent() : Results.Conflict();

    private IResult Pause(bool paused)
    {
        store.IsPaused = paused;
        return Results.NoContent();
    }

    // A look that is long past means that the watcher hangs; a folder that is away is not its fault.
    private IResult Health()
    {
        var age = service.SinceLastLook;
        return age > options.Poll * 10 + TimeSpan.FromMinutes(2)
            ? Results.Text($"the folder was last looked at {age.TotalSeconds:0} s ago\n", statusCode: StatusCodes.Status503ServiceUnavailable)
            : Results.Text(service.Problem is { } problem ? $"waiting: {problem}\n" : "ok\n");
    }

    private object State() =>
        new
        {
            paused = store.IsPaused,
            problem = service.Problem,
            folder = options.Folders.Input,
            files = service.Files,
            counts = store.Count().ToDictionary(c => c.Key.ToString().ToLowerInvariant(), c => c.Value, StringComparer.Ordinal),
            jobs = store.List(state: null, MaxJobs).Select(job => new
            {
                id = job.Id,
                state = job.State.ToString().ToLowerInvariant(),
                source = job.Path,
                output = job.Output,
                style = job.Style,
                frames = job.Frames,
                total = job.TotalFrames,
                fps = job.FramesPerSecond,
                etaSeconds = Eta(job),
                failures = job.Failures,
                reason = job.Reason,
                ended = job.EndedAt,
                pictures = new { source = Exists(Thumbnails.Source(options.StateFolder, job.Id)), painting = Exists(Thumbnails.Painting(options.StateFolder, job.Id)) },
            }),
        };

    private static double? Eta(Job job) =>
        job is { State: JobState.Running, TotalFrames: { } total, FramesPerSecond: > 0 } ? Math.Max(0, total - job.Frames) / job.FramesPerSecond : null;

    private static bool Exists([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] string? path) => File.Exists(path);

    private IResult Thumbnail(long id, string kind)
    {
        var path = kind switch
        {
            "source" => Thumbnails.Source(options.StateFolder, id),
            "painting" => Thumbnails.Painting(options.StateFolder, id),
            _ => null,
        };
        return Exists(path) ? Results.File(path, "image/jpeg") : Results.NotFound();
    }

    private IEnumerable<(string Name, string Help, double Value)> Gauges()
    {
        foreach (var (state, count) in store.Count().OrderBy(c => c.Key))
            yield return ($"videostyle_jobs_{state.ToString().ToLowerInvariant()}", $"Jobs that are {state.ToString().ToLowerInvariant()}.", count);
        yield return ("videostyle_frames_per_second", "Frames painted per second by all running jobs.", store.Running().Sum(job => job.FramesPerSecond));
        yield return ("videostyle_files", "Videos in the watched tree.", service.Files);
        yield return ("videostyle_scan_seconds", "Duration of the last look at the whole tree.", service.ScanTime.TotalSeconds);
        yield return ("videostyle_waiting", "1 while nothing can be begun: a folder is away or full.", service.Problem is null ? 0 : 1);
        yield return ("videostyle_paused", "1 while the queue is paused.", store.IsPaused ? 1 : 0);
        yield return ("videostyle_hooks_pending", "Events that are not delivered.", store.PendingEvents());
        yield return ("videostyle_resident_bytes", "Memory of the process.", Environment.WorkingSet);
    }

    private string Metrics()
    {
        StringBuilder text = new();
        foreach (var (name, help, value) in Gauges())
            text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}\n");
        return text.ToString();
    }

    private static IResult Resource(string name, string type)
    {
        var stream = typeof(Routes).Assembly.GetManifestResourceStream($"VideoStyle.Watch.Serving.{name}")
            ?? throw new InvalidOperationException($"{name} is not in this build.");
        return Results.Stream(stream, type);
    }
}
