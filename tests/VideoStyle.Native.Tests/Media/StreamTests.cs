using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Native.Media;
using Xunit;

namespace VideoStyle.Native.Tests.Media;

/// <summary>Streams between this library and ffmpeg on loopback.</summary>
public sealed class StreamTests : IDisposable
{
    private const int Frames = 50;
    private const int Least = 40; // ffmpeg ends with what is still on its way

    private readonly TempFolder _folder = new();
    private readonly string _clip;
    private readonly int _port = LoopbackServer.FreePort();

    public StreamTests() => _clip = _folder["clip.ts"];

    public void Dispose() => _folder.Dispose();

    [MediaTheory(NeedsTools = true)]
    [InlineData("rtmp://127.0.0.1:{0}/live/key", "-f flv -listen 1")]
    [InlineData("srt://127.0.0.1:{0}", "-f mpegts", "?mode=listener")]
    [InlineData("tcp://127.0.0.1:{0}", "-f mpegts", "?listen=1")]
    public void Open_AStreamThatIsServed_GivesItsFrames(string url, string format, string query = "")
    {
        Make();
        var address = Address(url);
        using var server = Start(["-re", "-i", _clip, "-c", "copy", .. format.Split(' '), address + query]);

        ReadAll(() => FFmpegSource.Open(address, new VideoOptions())).ShouldBeInRange(Least, Frames);
    }

    [MediaTheory(NeedsTools = true)]
    [InlineData("rtmp://127.0.0.1:{0}/live/key", "-f flv")]
    [InlineData("rtsp://127.0.0.1:{0}/live", "-c:a aac -f rtsp -rtsp_transport tcp")]
    [InlineData("srt://127.0.0.1:{0}", "-f mpegts")]
    [InlineData("tcp://127.0.0.1:{0}", "-f mpegts")]
    public async Task Open_Listening_GivesTheFramesThatAreSent(string url, string format)
    {
        Make();
        var address = Address(url);
        var reading = Task.Run(() => ReadAll(() => FFmpegSource.Open(address, new VideoOptions(), new StreamOptions { Listen = true, Live = true, Timeout = TimeSpan.FromSeconds(20) })));

        while (!reading.IsCompleted)
        {
            using var sender = Start(["-re", "-i", _clip, "-c", "copy", .. format.Split(' '), address]);
            await sender.WaitForExitAsync();
            if (sender.ExitCode == 0)
                break; // until it listens, nobody can connect
        }

        (await reading).ShouldBeInRange(Least, Frames);
    }

    [MediaTheory(NeedsTools = true)]
    [InlineData("srt://127.0.0.1:{0}", "?mode=listener")]
    [InlineData("tcp://127.0.0.1:{0}", "?listen=1")]
    [InlineData("rtmp://127.0.0.1:{0}/live/key", "", "-f flv -listen 1")]
    [InlineData("rtsp://127.0.0.1:{0}/live", "", "-rtsp_flags listen")]
    public async Task Write_ToAServer_ArrivesThere(string url, string query, string options = "")
    {
        Make();
        var received = _folder["received.mkv"];
        var address = Address(url);
        using var server = Start([.. options.Split(' ', StringSplitOptions.RemoveEmptyEntries), "-i", address + query, "-c", "copy", received]);
        using var source = FFmpegSource.Open(_clip, new VideoOptions { KeepStreams = true }, new StreamOptions { Live = true });
        using (var sink = Connect(() => FFmpegSink.Create(address, new EncodeOptions(), source.Info, source, new StreamOptions { Live = true })))
        {
            FramePool pool = new();
            while (source.Read(pool) is { } frame)
                using (frame)
                    sink.Write(frame);
            sink.Finish();
        }

        await server.WaitForExitAsync();
        FFmpegTool.PacketTimes(received, 0).Length.ShouldBeInRange(Least, Frames);
        FFmpegTool.PacketTimes(received, 1).Length.ShouldBeGreaterThan(70);
    }

    [MediaFact(NeedsTools = true)]
    public async Task Open_RtspThatIsRedirected_IsRefusedWithASentence()
    {
        using TcpListener listener = new(IPAddress.Loopback, _port);
        listener.Start();
        using TcpListener other = new(IPAddress.Loopback, 0);
        other.Start();
        var answering = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync();
            using StreamReader reader = new(client.GetStream());
            var sequence = "1";
            while (await reader.ReadLineAsync() is { } line)
            {
                if (line.StartsWith("CSeq:", StringComparison.Ordinal))
                    sequence = line[5..].Trim();
                if (line.Length == 0)
                    await client.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(
                        $"RTSP/1.0 302 Moved\r\nCSeq: {sequence}\r\nLocation: rtsp://127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}/x\r\n\r\n"));
            }
        });

        var e = Should.Throw<VideoStyleException>(() => FFmpegSource.Open($"rtsp://user:secret@127.0.0.1:{_port}/live", new VideoOptions()));

        e.Message.ShouldContain("is redirected to another place");
        e.Message.ShouldNotContain("secret");
        await answering;
    }

    [MediaFact]
    public void Open_AServerThatSaysNothing_EndsByTimeAndByCancellation()
    {
        using TcpListener silent = new(IPAddress.Loopback, _port);
        silent.Start();

        Should.Throw<VideoStyleException>(() => FFmpegSource.Open($"tcp://127.0.0.1:{_port}", new VideoOptions(), new StreamOptions { Timeout = TimeSpan.FromSeconds(0.3) }))
            .Message.ShouldContain("nothing came for 0.3 s");
        using CancellationTokenSource stop = new(TimeSpan.FromSeconds(0.3));
        Should.Throw<OperationCanceledException>(() => FFmpegSource.Open($"tcp://127.0.0.1:{_port}", new VideoOptions(), new StreamOptions { Stop = stop.Token }));
    }

    private static int ReadAll(Func<FFmpegSource> open)
    {
        using var source = Connect(open);
        FramePool pool = new();
        var count = 0;
        for (; source.Read(pool) is { } frame; count++)
            frame.Dispose();
        return count;
    }

    // Until the other side listens.
    private static T Connect<T>(Func<T> open)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                return open();
            }
            catch (VideoStyleException e) when (tries < 200 && e.Kind is ErrorKind.Input or ErrorKind.Output)
            {
                Thread.Sleep(50);
            }
        }
    }

    private static Process Start(string[] arguments) =>
        Process.Start(new ProcessStartInfo("ffmpeg", ["-v", "error", "-nostdin", "-y", .. arguments]) { RedirectStandardError = true, UseShellExecute = false })!;

    private string Address(string url) => string.Format(System.Globalization.CultureInfo.InvariantCulture, url, _port);

    private void Make() => FFmpegTool.Make(
        "-f", "lavfi", "-i", $"testsrc2=s=64x48:r=25:d={Frames / 25}", "-f", "lavfi", "-i", "sine=440", "-t", $"{Frames / 25}", "-pix_fmt", "yuv420p",
        "-c:v", "libx264", "-bf", "0", "-g", "10", "-c:a", "aac", _clip);
}
