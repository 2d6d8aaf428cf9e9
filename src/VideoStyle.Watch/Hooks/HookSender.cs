using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using VideoStyle.Watch.Store;

namespace VideoStyle.Watch.Hooks;

/// <summary>Delivers the events of the outbox to a command or a web address, at least once each, oldest first.</summary>
internal sealed class HookSender(WatchOptions options, JobStore store, TimeProvider time, Action<WatchEvent> report) : IDisposable
{
    private const int MaxAttempts = 12; // over two days, with the pauses below
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Lease = (2 * Timeout) + TimeSpan.FromMinutes(1); // a command, then an address
    private static readonly TimeSpan NoticePause = TimeSpan.FromHours(1);

    private long? _noticed;
    private readonly HttpClient _http = new() { Timeout = System.Threading.Timeout.InfiniteTimeSpan }; // each request has its own limit

    /// <summary>Delivers what is due.</summary>
    /// <returns>The number of events that were delivered.</returns>
    public async Task<int> SendDueAsync(CancellationToken cancellationToken)
    {
        if (!options.HasHooks)
            return 0; // another watcher's events are not ours to forget
        GiveNotice();
        store.ReleaseEvents(LeaseOwner.IsAlive);
        var delivered = 0;
        while (store.ClaimEvent(LeaseOwner.Current, Lease) is (var id, var name, var body, var failures))
        {
            if (await TryDeliverAsync(name, body, cancellationToken).ConfigureAwait(false) is not { } problem)
            {
                store.Delivered(id);
                delivered++;
            }
            else if (failures + 1 >= MaxAttempts)
            {
                report(new WatchEvent("warning", Job: null, $"a hook was given up after {MaxAttempts} attempts: {problem}"));
                store.Delivered(id);
            }
            else
            {
                var pause = TimeSpan.FromSeconds(5 * Math.Pow(3, failures));
                report(new WatchEvent("warning", Job: null, $"a hook failed and will be tried again: {problem}"));
                store.Postpone(id, pause < LongestPause ? pause : LongestPause);
            }
        }

        return delivered;
    }

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();

    private void GiveNotice()
    {
        if (_noticed is { } at && time.GetElapsedTime(at) < NoticePause)
            return;
        store.ExpectEvents();
        _noticed = time.GetTimestamp();
    }

    private async Task<string?> TryDeliverAsync(string name, string body, CancellationToken cancellationToken)
    {
        if (options.HookCommand is { } command && await RunAsync(command, name, body, cancellationToken).ConfigureAwait(false) is { } problem)
            return problem;
        return options.HookUrl is { } url ? await PostAsync(url, body, cancellationToken).ConfigureAwait(false) : null;
    }

    private async Task<string?> PostAsync(Uri url, string body, CancellationToken cancellationToken)
    {
        using CancellationTokenSource late = new(Timeout, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            using StringContent content = new(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
            using var response = await _http.PostAsync(url, content, limit.Token).ConfigureAwait(false);
            return response.IsSuccessStatusCode ? null : $"{url} answered {(int)response.StatusCode}";
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return late.IsCancellationRequested ? $"{url} took longer than {Timeout.TotalSeconds} s" : $"{url}: {e.Message}";
        }
    }

    private async Task<string?> RunAsync(string command, string name, string body, CancellationToken cancellationToken)
    {
        // Standard output belongs to the watcher's own events.
        ProcessStartInfo start = new("/bin/sh", ["-c", "exec 1>&2\n" + command]) { RedirectStandardInput = true, UseShellExecute = false };
        start.Environment["VIDEOSTYLE_EVENT"] = name;
        using var process = Process.Start(start)!;
        using CancellationTokenSource late = new(Timeout, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            await process.StandardInput.WriteAsync(body.AsMemory(), limit.Token).ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // A command need not read what it is told.
        }

        try
        {
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            return $"`{command}` took longer than {Timeout.TotalSeconds} s";
        }

        return process.ExitCode == 0 ? null : $"`{command}` exited with {process.ExitCode}";
    }
}
