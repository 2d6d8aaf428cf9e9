using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace VideoStyle.Native.Tests.Media;

/// <summary>A web server on loopback with what a test puts there.</summary>
internal sealed class LoopbackServer : IDisposable
{
    private readonly HttpListener _listener = new();

    internal LoopbackServer()
    {
        Port = FreePort();
        _listener.Prefixes.Add($"http://127.0.0.1:{Port}/");
        _listener.Start();
        _ = ServeAsync();
    }

    internal int Port { get; }

    /// <summary>What is asked for, by its path; a text answers with a redirection to it.</summary>
    internal ConcurrentDictionary<string, object> Content { get; } = new(StringComparer.Ordinal);

    /// <summary>The paths that were asked for, in order.</summary>
    internal ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>The header that the last request was authorized with.</summary>
    internal string? Authorization { get; private set; }

    internal string this[string path] => $"http://127.0.0.1:{Port}/{path}";

    public void Dispose() => _listener.Close();

    internal static int FreePort()
    {
        using TcpListener probe = new(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                var (path, response) = (context.Request.Url!.AbsolutePath.TrimStart('/'), context.Response);
                Asked.Enqueue(path);
                Authorization = context.Request.Headers["Authorization"];
                switch (Content.GetValueOrDefault(path))
                {
                    case string elsewhere:
                        (response.StatusCode, response.RedirectLocation) = (302, elsewhere);
                        break;
                    case byte[] bytes when context.Request.Headers["Range"] is { } range:
                        var ends = range.Split('=', '-');
                        var (first, last) = (int.Parse(ends[1], System.Globalization.CultureInfo.InvariantCulture), int.Parse(ends[2], System.Globalization.CultureInfo.InvariantCulture));
                        response.StatusCode = 206;
                        await response.OutputStream.WriteAsync(bytes.AsMemory(first, last + 1 - first));
                        break;
                    case byte[] bytes:
                        await response.OutputStream.WriteAsync(bytes);
                        break;
                    default:
                        response.StatusCode = 404;
                        break;
                }

                response.Close();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or IOException)
            {
                // The client left, or the test is over.
            }
        }
    }
}
