using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using VideoStyle.Serving;
using VideoStyle.Watch.Store;

namespace VideoStyle.Watch.Serving;

/// <summary>What the server answers.</summary>
internal sealed class Routes(WatchOptions options, JobStore store, WatchService service)
{
    private const int PageLength = 200;
    private const int MaxJobs = 20_000;

    /// <summary>Adds every route.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        PageFiles.Map(routes, typeof(Routes).Assembly);
        routes.MapGet("/healthz", Health);
        routes.MapGet("/metrics", () => Results.Text(Metrics(), "text/plain; version=0.0.4; charset=utf-8"));
        routes.MapGet("/metrics.json", () => Results.Json(Gauges().ToDictionary(g => g.Name, g => g.Value, StringComparer.Ordinal)));
        routes.MapGet("/api/jobs", (string? state, int? count) =>
            state is null ? Results.Json(State(state: null, count))
            : Enum.TryParse<JobState>(state, ignoreCase: true, out var one) && Enum.IsDefined(one) ? Results.Json(State(one, count))
            : Results.Text($"There is no state of that name; there are {string.Join(", ", Enum.GetNames<JobState>()).ToLowerInvariant()}.", statusCode: StatusCodes.Status400BadRequest));
        routes.MapGet("/thumbnails/{id:long}/{kind}", (long id, string kind) => Thumbnail(id, kind));
        routes.MapPost("/api/jobs/{id:long}/retry", (long id) => Changed(store.Retry(id), $"Job {id} is queued or running already, or there is no such job."));
        routes.MapPost("/api/jobs/{id:long}/cancel", (long id) => Changed(store.Cancel(id), $"Job {id} is over already, or there is no such job."));
        routes.MapPost("/api/pause", () => Pause(paused: true));
        routes.MapPost("/api/resume", () => Pause(paused: false));
    }

    private static IResult Changed(bool changed, string refusal) =>
        changed ? Results.NoContent() : Results.Text(refusal, statusCode: StatusCodes.Status409Conflict);

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

    // What the page prints is escaped; the source is for programs.
    private object State(JobState? state, int? count)
    {
        var counts = store.Count();
        return new
        {
            paused = store.IsPaused,
            problem = Printable(service.Problem),
            folder = Printable(options.Folders.Input),
            files = service.Files,
            counts = counts.ToDictionary(c => c.Key.ToString().ToLowerInvariant(), c => c.Value, StringComparer.Ordinal),
            total = state is { } one ? counts[one] : counts.Values.Sum(),
            jobs = store.List(state, Math.Clamp(count ?? PageLength, 1, MaxJobs), options.Order).Select(job => new
            {
                id = job.Id,
                state = job.State.ToString().ToLowerInvariant(),
                source = job.Path,
                name = Printable(job.Path),
                output = job.Output,
                style = Printable(job.Style),
                frames = job.Frames,
                total = job.TotalFrames,
                fps = job.FramesPerSecond,
                etaSeconds = Eta(job),
                failures = job.Failures,
                reason = Printable(job.Reason),
                ended = job.EndedAt,
                pictures = new { source = Exists(Thumbnails.Source(options.StateFolder, job.Id)), painting = Exists(Thumbnails.Painting(options.StateFolder, job.Id)) },
            }),
        };
    }

    private static string? Printable(string? text) => text is null ? null : PrintableText.Line(text);

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
}
