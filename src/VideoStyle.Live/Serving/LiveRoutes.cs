using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Stylizers;
using VideoStyle.Networks.Models;
using VideoStyle.Serving;

namespace VideoStyle.Live.Serving;

/// <summary>The page of a live painting, and its controls as JSON.</summary>
internal sealed class LiveRoutes
{
    private readonly LiveRun _run;
    private readonly PreviewStream _preview;
    private readonly IReadOnlyList<string> _styles;

    /// <summary>Prepares the routes of a run.</summary>
    public LiveRoutes(LiveRun run)
    {
        (_run, _preview) = (run, new PreviewStream(run.Sink));
        // What was named at the start may be a file; the page names no others.
        _styles = [.. StyleCatalog.BuiltIn.Names.Append(IdentityStylizer.Name).Append(run.Settings.Style).Append(run.Settings.Second ?? run.Settings.Style).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Adds every route.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        PageFiles.Map(routes, typeof(LiveRoutes).Assembly);
        routes.MapGet("/healthz", () => Results.Text("ok\n"));
        routes.MapGet("/preview", _preview.SendAsync);
        routes.MapGet("/api/live", () => Results.Json(State()));
        routes.MapPost("/api/live", (HttpRequest request) => AnswerAsync(async () =>
        {
            using var json = await JsonDocument.ParseAsync(request.Body, cancellationToken: request.HttpContext.RequestAborted).ConfigureAwait(false);
            await _run.ChangeAsync(SettingsPatch.Parse(json.RootElement, _styles)).ConfigureAwait(false);
        }));
        routes.MapPost("/api/live/record", () => AnswerAsync(() => _run.RecordAsync(isOn: true)));
        routes.MapPost("/api/live/stop-recording", () => AnswerAsync(() => _run.RecordAsync(isOn: false)));
        routes.MapGet("/api/live/snapshot.png", () => Snapshot(".png", "image/png"));
        routes.MapGet("/api/live/snapshot.jpg", () => Snapshot(".jpg", "image/jpeg"));
    }

    private static async Task<IResult> AnswerAsync(Func<Task> change)
    {
        try
        {
            await change().ConfigureAwait(false);
            return Results.NoContent();
        }
        catch (JsonException)
        {
            return Results.Text("The body is no JSON.", statusCode: StatusCodes.Status400BadRequest);
        }
        catch (VideoStyleException e)
        {
            return Results.Text(e.Message, statusCode: e.Kind == ErrorKind.Usage ? StatusCodes.Status400BadRequest : StatusCodes.Status409Conflict);
        }
    }

    private IResult Snapshot(string extension, string type) =>
        _preview.Picture(extension) is { } picture ? Results.Bytes(picture, type, $"snapshot{extension}") : Results.Text("Nothing is painted yet.", statusCode: StatusCodes.Status409Conflict);

    // What the page prints is escaped: a style may be a file's name.
    private object State()
    {
        var (settings, status) = (_run.Settings, _run.Status);
        return new
        {
            input = PrintableText.Line(_run.Video.Name),
            width = _run.Video.Width,
            height = _run.Video.Height,
            settings = new
            {
                style = settings.Style,
                second = settings.Second,
                mix = settings.Mix,
                strength = settings.Strength,
                scale = settings.Scale,
                preserveColor = settings.PreserveColor.ToString().ToLowerInvariant(),
                coherence = settings.Coherence.ToString().ToLowerInvariant(),
                freeze = settings.Freeze,
                split = settings.Split,
            },
            styles = _styles,
            status = new
            {
                arrived = status.Arrived,
                painted = status.Written,
                dropped = status.Dropped,
                fps = Math.Round(status.FramesPerSecond, 1),
                medianLatencyMs = Math.Round(status.MedianLatency.TotalMilliseconds),
                highLatencyMs = Math.Round(status.HighLatency.TotalMilliseconds),
                level = status.Level,
                levelName = _run.LevelName,
                slowest = status.Slowest,
            },
            outputs = _run.Sink.Outputs.Select(output => new { name = PrintableText.Line(output.Name), dropped = output.Dropped, failure = output.Failure is { } failure ? PrintableText.Line(failure) : null }),
            recording = _run.Recording is { } recording ? PrintableText.Line(recording) : null,
        };
    }
}
