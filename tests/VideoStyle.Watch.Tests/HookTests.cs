using System.Net;
using System.Net.Sockets;
using System.Text;
using Shouldly;
using Xunit;

namespace VideoStyle.Watch.Tests;

/// <summary>What a hook is given, and what it may do to the watcher.</summary>
public sealed class HookTests : IDisposable
{
    private readonly WatchBench _bench = new();
    private readonly string _log;

    public HookTests() => _log = Path.Combine(_bench.Out, "hook.log");

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Hook_CommandThatTakesTooLong_IsStoppedAndNotRunAgain()
    {
        _bench.Options = _bench.Options with { HookCommand = $"echo run >> '{_log}'; exec sleep 600", HookTimeout = TimeSpan.FromSeconds(1) };
        _bench.Drop("a.mp4");

        await _bench.RunAsync();

        File.ReadAllLines(_log).ShouldBe(["run"]);
        Messages().ShouldContain(message => message.Contains("took longer than 1 s and was stopped; it is not run again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Hook_Command_HasNoneOfTheWatchersSecrets()
    {
        Environment.SetEnvironmentVariable("VIDEOSTYLE_TOKEN", "secret-of-the-page");
        try
        {
            _bench.Options = _bench.Options with { HookCommand = $"env > '{_log}'" };
            _bench.Drop("a.mp4");

            await _bench.RunAsync();
        }
        finally
        {
            Environment.SetEnvironmentVariable("VIDEOSTYLE_TOKEN", null);
        }

        File.ReadAllLines(_log).Where(line => line.StartsWith("VIDEOSTYLE_", StringComparison.Ordinal)).ShouldBe(["VIDEOSTYLE_EVENT=done"]);
    }

    [Fact]
    public async Task Hook_CommandThatFails_IsToldWithoutItsText()
    {
        _bench.Options = _bench.Options with { HookCommand = $"test -e '{_log}' || {{ touch '{_log}'; : password; exit 3; }}" };
        _bench.Drop("a.mp4");

        await _bench.RunAsync();

        Messages().ShouldContain(message => message.EndsWith("the command of --on-event exited with 3", StringComparison.Ordinal));
        Messages().ShouldNotContain(message => message.Contains("password", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Hook_WebhookThatFailsBehindACommand_DoesNotRunTheCommandTwice()
    {
        await using Server server = new(asked => asked == 1 ? "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n" : "HTTP/1.1 204 Yes\r\n\r\n");
        _bench.Options = _bench.Options with { HookCommand = $"echo run >> '{_log}'", HookUrl = server.Address("") };
        _bench.Drop("a.mp4");

        await _bench.RunAsync();

        server.Asked.ShouldBe(2);
        File.ReadAllLines(_log).ShouldBe(["run"]);
    }

    [Fact]
    public async Task Webhook_AnswerWithoutEnd_IsNotRead()
    {
        await using Server server = new(_ => "HTTP/1.1 200 Yes\r\nContent-Length: 1610612736\r\n\r\n", endless: true);
        _bench.Options = _bench.Options with { HookUrl = server.Address("") };
        _bench.Drop("a.mp4");

        await _bench.RunAsync();

        await _bench.UntilAsync(() => server.Ended);
        server.Written.ShouldBeLessThan(64 << 20, "what fits the buffers of both sides");
    }

    [Fact]
    public async Task Webhook_RedirectToANeighbour_IsNotFollowed()
    {
        await using Server neighbour = new(_ => "HTTP/1.1 200 Yes\r\nContent-Length: 0\r\n\r\n");
        await using Server server = new(asked => asked == 1 ? $"HTTP/1.1 307 There\r\nLocation: {neighbour.Address("")}\r\nContent-Length: 0\r\n\r\n" : "HTTP/1.1 204 Yes\r\n\r\n");
        _bench.Options = _bench.Options with { HookUrl = server.Address("") };
        _bench.Drop("a.mp4");

        await _bench.RunAsync();

        neighbour.Asked.ShouldBe(0);
        Messages().ShouldContain(message => message.EndsWith("answered 307; a redirection is not followed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Webhook_PasswordInTheAddress_IsSentAndNeverTold()
    {
        await using Server server = new(asked => asked == 1 ? "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n" : "HTTP/1.1 204 Yes\r\n\r\n");
        _bench.Options = _bench.Options with { HookUrl = server.Address("me:pass%20word@") };
        _bench.Drop("a.mp4");

        await _bench.RunAsync();

        server.Request.ShouldContain($"Authorization: Basic {Convert.ToBase64String("me:pass word"u8)}");
        Messages().ShouldContain(message => message.Contains("answered 500", StringComparison.Ordinal));
        Messages().ShouldNotContain(message => message.Contains("pass", StringComparison.Ordinal) || message.Contains("secret", StringComparison.Ordinal));
    }

    private IEnumerable<string> Messages() => _bench.Events.Select(e => e.Message).OfType<string>();

    /// <summary>Answers every request with a given text, and sends on without end where it is told to.</summary>
    private sealed class Server : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly Task _serving;

        public Server(Func<int, string> answer, bool endless = false)
        {
            _listener.Start();
            _serving = ServeAsync(answer, endless);
        }

        public int Asked { get; private set; }

        public string Request { get; private set; } = "";

        public long Written { get; private set; }

        public bool Ended { get; private set; }

        public Uri Address(string user) => new($"http://{user}127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/secret?key=secret");

        public async ValueTask DisposeAsync()
        {
            _listener.Stop();
            await _serving;
        }

        private async Task ServeAsync(Func<int, string> answer, bool endless)
        {
            try
            {
                while (true)
                {
                    using var client = await _listener.AcceptTcpClientAsync();
                    await AnswerAsync(client.GetStream(), answer, endless);
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // Stopped.
            }
        }

        private async Task AnswerAsync(NetworkStream stream, Func<int, string> answer, bool endless)
        {
            try
            {
                var buffer = new byte[1 << 16];
                StringBuilder request = new();
                while (!request.ToString().Contains('}', StringComparison.Ordinal))
                    request.Append(Encoding.UTF8.GetString(buffer, 0, await stream.ReadAsync(buffer)));
                Request = request.ToString();
                Asked++;
                await stream.WriteAsync(Encoding.ASCII.GetBytes(answer(Asked)));
                for (; endless && Written < 1L << 30; Written += buffer.Length)
                    await stream.WriteAsync(buffer);
            }
            catch (IOException)
            {
                // The other side has heard enough.
            }

            Ended = true;
        }
    }
}
