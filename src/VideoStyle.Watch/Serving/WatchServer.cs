using VideoStyle.Core.Errors;
using VideoStyle.Serving;
using VideoStyle.Watch.Store;

namespace VideoStyle.Watch.Serving;

/// <summary>Serves the page of a watcher, and the same as JSON and as metrics.</summary>
internal static class WatchServer
{
    /// <summary>Starts serving.</summary>
    /// <param name="address"><c>host:port</c>; port 0 takes a free one.</param>
    /// <param name="token">What callers must know. Where it is null and the address is not loopback, one is made and kept in the state folder.</param>
    /// <param name="options">The watcher's options.</param>
    /// <param name="store">The queue.</param>
    /// <param name="service">The watcher.</param>
    /// <param name="report">Told what goes wrong.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    /// <exception cref="VideoStyleException">The address is not one, or is taken (Usage), or a token cannot be kept (Output).</exception>
    public static Task<PageServer> StartAsync(
        string address, AccessToken? token, WatchOptions options, JobStore store, WatchService service, Action<WatchEvent> report,
        CancellationToken cancellationToken) =>
        PageServer.StartAsync(
            address, token, Path.Combine(options.StateFolder, "token"), new Routes(options, store, service).Map,
            problem => report(new WatchEvent("warning", Job: null, problem)), cancellationToken);
}
