using System.Net;
using System.Net.Http.Headers;
using System.Text;
using VideoStyle.Core.Errors;

namespace VideoStyle.Native.Media;

/// <summary>Gets what one server has, and nothing from any other: neither a redirection nor a playlist leads away from the host that was named.</summary>
internal sealed class HttpFetcher : IDisposable
{
    private const int MaxRedirections = 5;
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(15);

    private readonly Uri _named;
    private readonly HttpClient _client;

    /// <summary>Prepares for a server.</summary>
    /// <param name="url">An absolute URL of HTTP, with the user and password where it needs them.</param>
    public HttpFetcher(Uri url)
    {
        _named = url;
        // Certificates are verified, which FFmpeg does not do unless it is told to.
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = ConnectTimeout }) { Timeout = Timeout.InfiniteTimeSpan };
        _client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("VideoStyle", "1"));
        if (url.UserInfo.Length > 0)
            _client.DefaultRequestHeaders.Authorization =
                new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(url.UserInfo))));
    }

    /// <summary>Asks for something.</summary>
    /// <param name="url">An absolute URL.</param>
    /// <param name="range">First byte and number of bytes; null for all.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>A successful answer, whose content is not read; and the URL that it came from.</returns>
    /// <exception cref="VideoStyleException">It is elsewhere, is not there or may not be had (Input).</exception>
    public async Task<(HttpResponseMessage Answer, Uri Url)> GetAsync(Uri url, (long First, long Length)? range, CancellationToken cancellationToken)
    {
        for (var redirections = 0; ; redirections++)
        {
            RequireSameServer(url, redirections > 0 ? "is redirected to" : "names");
            using HttpRequestMessage request = new(HttpMethod.Get, url);
            if (range is { } part)
                request.Headers.Range = new RangeHeaderValue(part.First, part.First + part.Length - 1);
            var answer = await SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (answer.IsSuccessStatusCode)
                return (answer, url);
            using (answer)
            {
                if ((int)answer.StatusCode is < 300 or >= 400 || answer.Headers.Location is not { } location || redirections == MaxRedirections)
                    throw new VideoStyleException(ErrorKind.Input, $"{Name(url)}: the server answers {(int)answer.StatusCode} {answer.ReasonPhrase}.", HintFor(answer.StatusCode));
                url = new Uri(url, location);
            }
        }
    }

    /// <summary>Reads something short.</summary>
    /// <param name="url">An absolute URL.</param>
    /// <param name="maxLength">The most bytes.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="VideoStyleException">It cannot be had, or is longer (Input).</exception>
    public async Task<(byte[] Content, Uri Url)> ReadAsync(Uri url, int maxLength, CancellationToken cancellationToken)
    {
        var (answer, from) = await GetAsync(url, range: null, cancellationToken).ConfigureAwait(false);
        using (answer)
        {
            using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            var content = new byte[maxLength + 1];
            var count = await stream.ReadAtLeastAsync(content, content.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            return count <= maxLength
                ? (content[..count], from)
                : throw new VideoStyleException(ErrorKind.Input, $"{Name(url)}: is longer than {maxLength} bytes.");
        }
    }

    /// <inheritdoc />
    public void Dispose() => _client.Dispose();

    private static string Name(Uri url) => StreamUrl.Shown(url.OriginalString);

    private static string? HintFor(HttpStatusCode status) =>
        status is HttpStatusCode.Unauthorized ? "Put USER:PASSWORD@ before the name of the server; they are shown nowhere." : null;

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            var cause = e.InnerException ?? e;
            throw new VideoStyleException(ErrorKind.Input, $"{Name(request.RequestUri!)}: the server cannot be reached ({StreamUrl.Shown(cause.Message).TrimEnd('.')}).", hint: null, e);
        }
    }

    // Also that of a redirection from HTTP to HTTPS.
    private void RequireSameServer(Uri url, string how)
    {
        if (url.IsAbsoluteUri && url.Scheme is "http" or "https" && url.Host.Equals(_named.Host, StringComparison.OrdinalIgnoreCase)
            && (url.Port == _named.Port || (_named is { Scheme: "http", IsDefaultPort: true } && url is { Scheme: "https", IsDefaultPort: true })))
            return;
        throw new VideoStyleException(
            ErrorKind.Input,
            $"{Name(_named)}: {how} {Name(url)}, which is not on the server that was named and is not opened.",
            url.Scheme is "http" or "https" ? "If you trust that place, give its URL itself." : null);
    }
}
