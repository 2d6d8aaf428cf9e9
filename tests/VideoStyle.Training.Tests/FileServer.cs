using System.Net;
using System.Net.Sockets;

namespace VideoStyle.Training.Tests;

/// <summary>Serves one file on loopback, with ranges, and breaks off where it is told to.</summary>
internal sealed class FileServer : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly byte[] _content;

    internal FileServer(byte[] content)
    {
        _content = content;
        var port = FreePort();
        Address = new Uri($"http://127.0.0.1:{port}/vgg19.pth");
        _listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        _listener.Start();
        _ = ServeAsync();
    }

    internal Uri Address { get; }

    internal int BreakAfter { get; set; } = int.MaxValue;

    /// <summary>The Range header of each request, in order.</summary>
    internal List<string?> Ranges { get; } = [];

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                var range = context.Request.Headers["Range"];
                Ranges.Add(range);
                var from = range is null ? 0 : int.Parse(range.Split('=', '-')[1], System.Globalization.CultureInfo.InvariantCulture);
                var response = context.Response;
                if (range is not null)
                {
                    response.StatusCode = 206;
                    response.AddHeader("Content-Range", $"bytes {from}-{_content.Length - 1}/{_content.Length}");
                }

                response.ContentLength64 = _content.Length - from;
                var count = Math.Min(_content.Length - from, BreakAfter);
                await response.OutputStream.WriteAsync(_content.AsMemory(from, count));
                if (count < _content.Length - from)
                    response.Abort();
                else
                    response.Close();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or IOException)
            {
                // The client left, or the test is over.
            }
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
