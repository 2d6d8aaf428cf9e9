using System.Net;
using System.Net.Sockets;

namespace VideoStyle.Live.Tests;

/// <summary>A server on loopback that treats each connection after another as it is told to.</summary>
internal sealed class ScriptedServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _work;
    private int _connections;

    /// <param name="connections">What is done on each; the last for all further ones. The connection is closed behind it.</param>
    internal ScriptedServer(params Func<NetworkStream, CancellationToken, Task>[] connections)
    {
        _listener.Start();
        _work = Task.Run(() => ServeAsync(connections));
    }

    internal string Url => $"tcp://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>The connections so far.</summary>
    internal int Connections => Volatile.Read(ref _connections);

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Stop();
        _work.GetAwaiter().GetResult();
        _stop.Dispose();
    }

    /// <summary>Sends bytes.</summary>
    internal static Func<NetworkStream, CancellationToken, Task> Send(byte[] bytes) => async (stream, stop) => await stream.WriteAsync(bytes, stop);

    /// <summary>Sends bytes, and then nothing.</summary>
    internal static Func<NetworkStream, CancellationToken, Task> SendAndStall(byte[] bytes) => async (stream, stop) =>
    {
        await stream.WriteAsync(bytes, stop);
        await stream.CopyToAsync(Stream.Null, stop); // until the reader has had enough
    };

    private async Task ServeAsync(Func<NetworkStream, CancellationToken, Task>[] connections)
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                var script = connections[Math.Min(_connections, connections.Length - 1)];
                Interlocked.Increment(ref _connections);
                try
                {
                    await script(client.GetStream(), _stop.Token);
                }
                catch (IOException)
                {
                    // The reader has had enough.
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over.
        }
    }
}
