using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using VideoStyle.Watch.Store;

namespace VideoStyle.Watch.Hooks;

/// <summary>Delivers the events of the outbox to a command or a web address, at least once each, oldest first.</summary>
/// <remarks>
/// Neither the command nor the address stands in a message: both may hold a password. A web server's answer is not read, and
/// what it redirects to is not asked: it might be a neighbour that trusts this machine.
/// </remarks>
internal sealed class HookSender(WatchOptions options, JobStore store, TimeProvider time, Action<WatchEvent> report) : IDisposable
{
    private const int MaxAttempts = 12; // over two days, with the pauses below
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);
    private static readonly TimeSpan PostLimit = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan NoticePause = TimeSpan.FromHours(1);

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, MaxResponseDrainSize = 1 << 14 })
    {
        Timeout = Timeout.InfiniteTimeSpan, // each request has its own limit
    };

    // Events whose command has run, while the web address still has to be told.
    private readonly HashSet<long> _commandRan = [];
    private long? _noticed;

    /// <summary>Delivers what is due.</summary>
    /// <returns>The number of events that were delivered.</returns>
    public async Task<int> SendDueAsync(CancellationToken cancellationToken)
    {
        if (!options.HasHooks)
            return 0; // another watcher's events are not ours to forget
        GiveNotice();
        store.ReleaseEvents(LeaseOwner.IsAlive);
        var delivered = 0;
        while (store.ClaimEvent(LeaseOwner.Current, options.HookTimeout + PostLimit + TimeSpan.FromMinutes(1)) is (var id, var name, var body, var failures))
        {
            if (await TryDeliverAsync(id, name, body, cancellationToken).ConfigureAwait(false) is not { } problem)
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

    private async Task<string?> TryDeliverAsync(long id, string name, string body, CancellationToken cancellationToken)
    {
        if (options.HookCommand is { } command && !_commandRan.Contains(id))
        {
            if (await RunAsync(command, name, body, cancellationToken).ConfigureAwait(false) is { } problem)
                return problem;
            _commandRan.Add(id);
        }

        if (options.HookUrl is { } url && await PostAsync(url, body, cancellationToken).ConfigureAwait(false) is { } refusal)
            return refusal;
        _commandRan.Remove(id);
        return null;
    }

    private async Task<string?> PostAsync(Uri url, string body, CancellationToken cancellationToken)
    {
        var place = $"the webhook at {url.Host}:{url.Port}";
        using CancellationTokenSource late = new(PostLimit, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            using StringContent content = new(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
            using HttpRequestMessage request = new(HttpMethod.Post, url) { Content = content };
            if (url.UserInfo is { Length: > 0 } user)
                request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(user))));
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token).ConfigureAwait(false);
            return response.IsSuccessStatusCode ? null
                : (int)response.StatusCode is >= 300 and < 400 and var redirect ? $"{place} answered {redirect}; a redirection is not followed"
                : $"{place} answered {(int)response.StatusCode}";
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return late.IsCancellationRequested ? $"{place} took longer than {PostLimit.TotalSeconds} s" : $"{place}: {e.Message}";
        }
    }

    private async Task<string?> RunAsync(string command, string name, string body, CancellationToken cancellationToken)
    {
        using var process = Process.Start(Start(command, name))!;
        using CancellationTokenSource late = new(options.HookTimeout, time);
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
        catch (OperationCanceledException)
        {
            // The wait below tells which of the two it was.
        }

        try
        {
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            // Half of its work may be done: to run it again would do that half twice.
            report(new WatchEvent("warning", Job: null, string.Create(CultureInfo.InvariantCulture,
                $"the command of --on-event took longer than {options.HookTimeout.TotalSeconds:0.###} s and was stopped; it is not run again for this event (--hook-timeout)")));
            return null;
        }

        return process.ExitCode == 0 ? null : $"the command of --on-event exited with {process.ExitCode}";
    }

    private static ProcessStartInfo Start(string command, string name)
    {
        // Standard output belongs to the watcher's own events.
        ProcessStartInfo start = new("/bin/sh", ["-c", "exec 1>&2\n" + command]) { RedirectStandardInput = true, UseShellExecute = false };
        // The token and the web address are the watcher's secrets, not the command's.
        foreach (var own in start.Environment.Keys.Where(key => key.StartsWith("VIDEOSTYLE_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(own);
        start.Environment["VIDEOSTYLE_EVENT"] = name;
        return start;
    }
}
