using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using VideoStyle.Core.Errors;

namespace VideoStyle.Serving;

/// <summary>Serves one page and what belongs to it, behind the <see cref="Guard"/>.</summary>
internal sealed class PageServer : IAsyncDisposable
{
    private readonly WebApplication _application;

    private PageServer(WebApplication application, string address, string? tokenFile) => (_application, Address, TokenFile) = (application, address, tokenFile);

    /// <summary>Gets the address of the page.</summary>
    public string Address { get; }

    /// <summary>Gets the file with the token that was made for the page, or null where none was.</summary>
    public string? TokenFile { get; }

    /// <summary>Starts serving.</summary>
    /// <param name="address"><c>host:port</c>; port 0 takes a free one.</param>
    /// <param name="token">What callers must know. Where it is null and the address is not loopback, one is made.</param>
    /// <param name="keptIn">Where a token is kept that is made.</param>
    /// <param name="map">Adds the routes.</param>
    /// <param name="report">Told in a sentence what goes wrong.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    /// <exception cref="VideoStyleException">The address is not one, or is taken (Usage), or a token cannot be kept (Output).</exception>
    public static async Task<PageServer> StartAsync(
        string address, AccessToken? token, string keptIn, Action<IEndpointRouteBuilder> map, Action<string> report, CancellationToken cancellationToken)
    {
        if (!IPEndPoint.TryParse(address.Replace("localhost:", "127.0.0.1:", StringComparison.OrdinalIgnoreCase), out var endpoint) || !address.Contains(':', StringComparison.Ordinal))
            throw new VideoStyleException(ErrorKind.Usage, $"--http {address}: is no address.", "Write it like 127.0.0.1:8642.");
        var isLoopback = IPAddress.IsLoopback(endpoint.Address);
        var tokenFile = token is null && !isLoopback ? keptIn : null;
        if (tokenFile is not null)
            token = AccessToken.Keep(tokenFile);

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 4096; // nothing is uploaded
            kestrel.Listen(endpoint);
        });
        var application = builder.Build();
        Guard guard = new(token, isLoopback, report);
        application.Use(guard.InvokeAsync);
        map(application);
        try
        {
            await application.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            await application.DisposeAsync().ConfigureAwait(false);
            throw new VideoStyleException(ErrorKind.Usage, $"--http {address}: cannot be listened on ({e.Message.TrimEnd('.')}).", "Choose another port.", e);
        }

        return new PageServer(application, application.Urls.First() + "/", tokenFile);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        using CancellationTokenSource soon = new(TimeSpan.FromSeconds(1));
        await _application.StopAsync(soon.Token).ConfigureAwait(false);
        await _application.DisposeAsync().ConfigureAwait(false);
    }
}
