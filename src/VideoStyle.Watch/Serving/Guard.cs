using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace VideoStyle.Watch.Serving;

/// <summary>Decides who may ask what, and what a browser may do with the answer.</summary>
/// <remarks>
/// A page of another site must not steer the queue through a visitor's browser: changes need a header that such a page
/// cannot send, and on loopback the name that was asked for must be loopback's own, or a name server could lend it one.
/// </remarks>
internal sealed class Guard(string? token, bool isLoopback, Action<WatchEvent> report)
{
    private const string Cookie = "videostyle-token";

    /// <summary>The header that every change carries.</summary>
    public const string ChangeHeader = "X-VideoStyle";

    /// <summary>Answers a request that may not pass.</summary>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "no-referrer";
        var request = context.Request;
        if (request.Path == "/healthz")
        {
            await next(context).ConfigureAwait(false);
            return;
        }

        var status =
            isLoopback && !IsLoopbackName(request.Host.Host) ? StatusCodes.Status421MisdirectedRequest
            : !IsKnown(context) ? StatusCodes.Status401Unauthorized
            : !HttpMethods.IsGet(request.Method) && !request.Headers.ContainsKey(ChangeHeader) ? StatusCodes.Status403Forbidden
            : 0;
        if (status != 0)
        {
            context.Response.StatusCode = status;
            return;
        }

        try
        {
            await next(context).ConfigureAwait(false);
        }
        catch (Exception e) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            // The queue may be locked or on a full disk: the page says so and asks again.
            report(new WatchEvent("warning", Job: null, $"{request.Path}: {e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}"));
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        }
    }

    private bool IsKnown(HttpContext context)
    {
        if (token is null)
            return true;
        var request = context.Request;
        if (IsToken(request.Cookies[Cookie]) || IsToken(request.Headers.Authorization.ToString().Replace("Bearer ", "", StringComparison.Ordinal)))
            return true;
        if (!IsToken(request.Query["token"]))
            return false;
        context.Response.Cookies.Append(Cookie, token, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict });
        return true;
    }

    private bool IsToken(string? given) =>
        given is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(token!));

    private static bool IsLoopbackName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
