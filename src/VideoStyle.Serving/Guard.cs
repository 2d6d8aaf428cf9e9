using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http;

namespace VideoStyle.Serving;

/// <summary>Decides who may ask what, and what a browser may do with the answer.</summary>
/// <remarks>
/// A page of another site must not steer the program through a visitor's browser: changes need a header that such a page
/// cannot send, and on loopback the name that was asked for must be loopback's own, or a name server could lend it one.
/// A browser gives the token once, in the body of a form, and has a cookie from then on: it stands in no address.
/// </remarks>
internal sealed class Guard(AccessToken? token, bool isLoopback, Action<string> report)
{
    private const string Problem = "<!-- problem -->";
    private static readonly TimeSpan PassLifetime = TimeSpan.FromDays(30);

    // What the form for the token is made of.
    private static readonly string[] Open = ["/healthz", "/page.css", "/page.svg"];

    /// <summary>The header that every change carries.</summary>
    public const string ChangeHeader = "X-VideoStyle";

    /// <summary>Answers a request that may not pass.</summary>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin"; // a picture shows nothing on another site's page
        var request = context.Request;
        if (Array.Exists(Open, path => request.Path == path))
            await next(context).ConfigureAwait(false);
        else if (isLoopback && !IsLoopbackName(request.Host.Host))
            context.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
        else if (token is not null && request.Path == "/login" && HttpMethods.IsPost(request.Method))
            await LogInAsync(context, token).ConfigureAwait(false);
        else if (IsForeign(request))
            await RefuseOriginAsync(context).ConfigureAwait(false);
        else if (!IsKnown(context))
            await RefuseAsync(context, problem: "").ConfigureAwait(false);
        else if (!HttpMethods.IsGet(request.Method) && !request.Headers.ContainsKey(ChangeHeader))
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
        else
            await PassAsync(context, next).ConfigureAwait(false);
    }

    private async Task PassAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context).ConfigureAwait(false);
        }
        catch (Exception e) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            // A queue may be locked or on a full disk: the page says so and asks again.
            report($"{context.Request.Path}: {FailureText.Of(e)}");
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            await context.Response.WriteAsync("This cannot be answered at the moment; the log of the program says why.", context.RequestAborted).ConfigureAwait(false);
        }
    }

    private static async Task LogInAsync(HttpContext context, AccessToken token)
    {
        var given = context.Request.HasFormContentType ? (await context.Request.ReadFormAsync(context.RequestAborted).ConfigureAwait(false))["token"].ToString() : null;
        if (!token.Is(given))
        {
            await RefuseAsync(context, "That is not the token.").ConfigureAwait(false);
            return;
        }

        var port = context.Connection.LocalPort;
        context.Response.Cookies.Append(CookieOf(port), token.Pass(port),
            new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = context.Request.IsHttps, MaxAge = PassLifetime, Path = "/" });
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = "/";
    }

    // A browser that asks for the page gets a form; a program gets a line.
    private static async Task RefuseAsync(HttpContext context, string problem)
    {
        var (request, response) = (context.Request, context.Response);
        response.StatusCode = StatusCodes.Status401Unauthorized;
        response.Headers.WWWAuthenticate = "Bearer";
        if (request.Path == "/" || request.Path == "/login")
        {
            response.ContentType = "text/html; charset=utf-8";
            await response.WriteAsync(PageFiles.Text("page.token.html").Replace(Problem, problem, StringComparison.Ordinal), context.RequestAborted).ConfigureAwait(false);
        }
        else
        {
            response.ContentType = "text/plain; charset=utf-8";
            await response.WriteAsync("Send the token as: Authorization: Bearer TOKEN\n", context.RequestAborted).ConfigureAwait(false);
        }
    }

    private bool IsKnown(HttpContext context)
    {
        if (token is null)
            return true;
        const string scheme = "Bearer ";
        var authorization = context.Request.Headers.Authorization.ToString();
        var port = context.Connection.LocalPort;
        return token.IsPass(context.Request.Cookies[CookieOf(port)], port)
            || (authorization.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) && token.Is(authorization[scheme.Length..]));
    }

    // A browser says which site's page asks; "null" is one that does not say, as behind a form where no referrer is told. The form for the token proves more.
    private static bool IsForeign(HttpRequest request) =>
        request.Headers.Origin is [{ } origin] && !(Uri.TryCreate(origin, UriKind.Absolute, out var site) && site.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase));

    private static async Task RefuseOriginAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        context.Response.ContentType = "text/plain; charset=utf-8";
        await context.Response.WriteAsync("A page of another site may not ask this program.\n", context.RequestAborted).ConfigureAwait(false);
    }

    // Cookies are shared by all ports of a host.
    private static string CookieOf(int port) => string.Create(CultureInfo.InvariantCulture, $"videostyle-{port}");

    private static bool IsLoopbackName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
