using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using VideoStyle.Core.Errors;
using VideoStyle.Watch.Scanning;
using VideoStyle.Watch.Store;

namespace VideoStyle.Watch.Tests;

/// <summary>A watcher over temporary folders with a converter that copies, so that only the watching is tested.</summary>
/// <remarks>
/// Its clock is moved by 5 ms whenever a wait looks at its condition, so that no test waits for a pause of the watcher. Each such
/// look is a millisecond apart, which is the time that other threads, processes and file events get.
/// </remarks>
internal sealed class WatchBench : IDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(5);

    private readonly string _root = Directory.CreateTempSubdirectory("videostyle-watch-").FullName;

    public WatchBench()
    {
        Directory.CreateDirectory(In);
        Options = new WatchOptions
        {
            Folders = new WatchedFolders(In, Out),
            StateFolder = Directory.CreateDirectory(Path.Combine(Out, ".videostyle")).FullName,
            Styles = ["mosaic"],
            Settle = TimeSpan.FromMilliseconds(50),
            Poll = TimeSpan.FromMilliseconds(50),
            Retry = new RetryPolicy { FirstPause = TimeSpan.FromMilliseconds(20), LongestPause = TimeSpan.FromMilliseconds(50) },
            Once = true,
        };
    }

    public string In => Path.Combine(_root, "in");

    public string Out => Path.Combine(_root, "out");

    public WatchOptions Options { get; set; }

    public CopyingConverter Converter { get; } = new();

    public ConcurrentQueue<WatchEvent> Events { get; } = new();

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero));

    private WatchService? Service { get; set; }

    public string Drop(string path, string content = "a film")
    {
        var full = Path.Combine(In, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, content);
        return full;
    }

    public string? Painting(string path) => File.Exists(Path.Combine(Out, path)) ? File.ReadAllText(Path.Combine(Out, path)) : null;

    public List<Job> Jobs()
    {
        using var store = OpenStore();
        return store.List(state: null, limit: 10_000);
    }

    public JobStore OpenStore() => JobStore.Open(Path.Combine(Options.StateFolder, "jobs.db"), Time);

    /// <summary>Runs until everything was dealt with.</summary>
    public Task RunAsync() => RunAsync(CancellationToken.None);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var store = OpenStore();
        using var service = new WatchService(Options, store, Converter, Time, Events.Enqueue);
        Service = service;
        var run = service.RunAsync(cancellationToken);
        // One who watches forever is moved on by the test's own waits.
        if (Options.Once)
            await UntilAsync(() => run.IsCompleted);
        await run;
    }

    /// <summary>Moves the clock until something is so.</summary>
    public async Task UntilAsync(Func<bool> condition)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromMinutes(2)); // against a test that hangs
        while (!condition())
        {
            Time.Advance(Step);
            await Task.Delay(1, limit.Token);
        }
    }

    /// <summary>Moves the clock by a time in which the watcher goes on looking at its folder.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        var end = Time.GetUtcNow() + time;
        await UntilAsync(() => Service is not null && Service.LastLook >= end);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    /// <summary>"Paints" by copying; a content that begins with <c>broken</c> cannot be converted.</summary>
    internal sealed class CopyingConverter : IVideoConverter
    {
        public ConcurrentBag<ConversionOrder> Orders { get; } = [];

        public Func<ConversionOrder, CancellationToken, Task> Meanwhile { get; set; } = (_, _) => Task.CompletedTask;

        public async Task<ConvertedVideo> ConvertAsync(ConversionOrder order, Action<ConversionProgress> progress, CancellationToken cancellationToken)
        {
            Orders.Add(order);
            progress(new ConversionProgress(1, 2, 10));
            await Meanwhile(order, cancellationToken);
            var content = await File.ReadAllTextAsync(order.Source, cancellationToken);
            if (content.StartsWith("broken", StringComparison.Ordinal))
                throw new VideoStyleException(ErrorKind.Input, $"{order.Source}: holds no frame that can be decoded.");
            var path = Path.Combine(order.WorkFolder, "painting");
            await File.WriteAllTextAsync(path, $"{order.Options.Style.Name}: {content}", cancellationToken);
            return new ConvertedVideo(path, Frames: 2);
        }

        public void WriteThumbnail(string video, string picture) => File.WriteAllText(picture, "a picture");
    }
}
