using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Shouldly;
using VideoStyle.Native.Files;
using Xunit;

namespace VideoStyle.Cli.Tests;

public sealed class WatchCommandTests : IDisposable
{
    private static readonly string[] Small = ["--max-size", "160"];
    private readonly TempFolder _folder = new();

    public WatchCommandTests() => Directory.CreateDirectory(In);

    private string In => _folder["in"];

    private string Out => _folder["out"];

    private string Painting => Path.Combine(Out, "windmill.great_wave.mp4");

    public void Dispose() => _folder.Dispose();

    [NativeFact]
    public async Task Watch_KilledAfterEverySegment_GivesTheSameFileAsUninterrupted()
    {
        Drop();
        (await ToolProcess.RunAsync(Arguments(Out, [.. Small, "--once"]))).ExitCode.ShouldBe(0);
        var whole = await File.ReadAllBytesAsync(Painting);
        Directory.Delete(Out, recursive: true);

        Dictionary<string, DateTime> segments = new(StringComparer.Ordinal);
        for (var kill = 0; kill < 3; kill++)
        {
            using var watch = ToolProcess.Start(Arguments(Out, Small));
            await ProcessState.UntilAsync(() => Segments().Count > kill || File.Exists(Painting));
            watch.Kill();
            await watch.WaitForExitAsync();
            foreach (var (path, written) in segments.Where(s => File.Exists(s.Key)))
                File.GetLastWriteTimeUtc(path).ShouldBe(written, $"{path} was painted again");
            segments = Segments();
        }

        (await ToolProcess.RunAsync(Arguments(Out, [.. Small, "--once"]))).ExitCode.ShouldBe(0);
        (await File.ReadAllBytesAsync(Painting)).ShouldBe(whole);
        Directory.GetDirectories(Path.Combine(Out, ".videostyle", "work")).ShouldBeEmpty();
    }

    [NativeFact]
    public async Task Watch_Terminated_EndsWith143BeforeTheVideoIsDoneAndKeepsTheWork()
    {
        Drop();
        // A style so slow that the signal comes in the middle.
        using var watch = ToolProcess.Start([.. Arguments(Out, "--coherence", "best").Select(a => a == "great_wave" ? "udnie_johnson" : a)]);
        await ProcessState.UntilAsync(() => Segments().Count > 0);
        await SignalAsync(watch, "TERM");
        var result = await ToolProcess.EndAsync(watch);

        result.ExitCode.ShouldBe(143, result.Error);
        Segments().ShouldNotBeEmpty();
        var jobs = await ToolProcess.RunAsync("jobs", "list", Out, "--json");
        JsonDocument.Parse(jobs.Output).RootElement.GetProperty("state").GetString().ShouldBe("queued");
    }

    [NativeFact]
    public async Task Watch_InterruptedTwice_StopsAtOnceWith130()
    {
        Drop();
        using var watch = Start();
        await ProcessState.UntilAsync(() => Directory.Exists(Path.Combine(Out, ".videostyle", "work")));
        await SignalAsync(watch, "INT");
        await SignalAsync(watch, "INT");

        (await ToolProcess.EndAsync(watch)).ExitCode.ShouldBe(130);
    }

    [NativeFact]
    public async Task Watch_BrokenFile_ExitsWith7AndSaysWhyInQuarantine()
    {
        await File.WriteAllTextAsync(Path.Combine(In, "bad.mp4"), "no video");

        var result = await ToolProcess.RunAsync(Arguments(Out, "--once", "--attempts", "1"));

        result.ExitCode.ShouldBe(7, result.Error);
        (await File.ReadAllTextAsync(Path.Combine(Out, "quarantine", "bad.mp4.why.json"))).ShouldContain("cannot be read as a video");
    }

    [NativeFact]
    public async Task Watch_UnknownStyle_ExitsWith5BeforeAnythingIsTaken() =>
        (await ToolProcess.RunAsync("watch", In, Out, "--style", "starry_nite", "--once")).ExitCode.ShouldBe(5);

    [NativeTheory]
    [InlineData("0.0.0.0:0")]
    [InlineData("127.0.0.1:0")]
    public async Task Watch_EmptyToken_ExitsWith2BeforeAnythingIsServed(string address)
    {
        Dictionary<string, string?> environment = new(StringComparer.Ordinal) { ["VIDEOSTYLE_TOKEN"] = "" };

        var result = await ToolProcess.RunAsync(environment, Arguments(Out, "--once", "--http", address));

        result.ExitCode.ShouldBe(2, result.Error);
        result.Error.ShouldContain("VIDEOSTYLE_TOKEN: the token is empty.");
    }

    [NativeFact]
    public async Task Watch_PrivateFileWithEscapeCharacters_IsLoggedEscapedAndItsPaintingStaysPrivate()
    {
        var source = Path.Combine(In, "a\e[31m\nb.mp4");
        using (var file = UnixFile.CreateNew(source, UnixFileMode.UserRead | UnixFileMode.UserWrite))
            RandomAccess.Write(file, await File.ReadAllBytesAsync(SampleVideos.Windmill), 0);

        var result = await ToolProcess.RunAsync(Arguments(Out, "--once", "--max-size", "64"));

        result.ExitCode.ShouldBe(0, result.Error);
        foreach (var made in Directory.GetFiles(Out, "*.mp4").Concat(Directory.GetFiles(Path.Combine(Out, ".videostyle", "thumbnails"))).ToList())
            UnixFile.ModeOf(made).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite, made);
        result.Error.ShouldNotContain('\e');
        result.Error.Split('\n').Count(line => line.StartsWith("done ", StringComparison.Ordinal) && line.Contains("a\\x1b[31m\\nb.mp4", StringComparison.Ordinal)).ShouldBe(1, result.Error);
    }

    [NativeFact]
    public async Task Jobs_DamagedStore_ExitsWith4AndSaysWhatToDo()
    {
        Directory.CreateDirectory(Path.Combine(Out, ".videostyle"));
        var store = Path.Combine(Out, ".videostyle", "jobs.db");
        await File.WriteAllTextAsync(store, new string('x', 5000));

        var result = await ToolProcess.RunAsync("jobs", "list", Out);

        result.ExitCode.ShouldBe(4);
        result.Error.ShouldContain($"{store}: the job store is damaged");
        result.Error.ShouldContain($"mv '{store}'");
    }

    [NativeFact]
    public async Task Watch_InputInsideOutput_ExitsWith2()
    {
        var result = await ToolProcess.RunAsync("watch", In, _folder.Path, "--once");

        result.ExitCode.ShouldBe(2);
        result.LastErrorLine.ShouldContain("Choose an output folder");
    }

    [NativeFact]
    public async Task Watch_UnderSystemd_TellsThatItIsReadyAndThatItStops()
    {
        using Socket socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 60_000 };
        socket.Bind(new UnixDomainSocketEndPoint(_folder["notify"]));
        using var watch = Process.Start(new ProcessStartInfo("env", [$"NOTIFY_SOCKET={_folder["notify"]}", ToolProcess.Tool, .. Arguments(Out)])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        })!;
        var message = new byte[64];

        Encoding.ASCII.GetString(message, 0, socket.Receive(message)).ShouldBe("READY=1");
        await SignalAsync(watch, "TERM");
        Encoding.ASCII.GetString(message, 0, socket.Receive(message)).ShouldBe("STOPPING=1");
        await watch.WaitForExitAsync();
        watch.ExitCode.ShouldBe(143);
    }

    [NativeFact]
    public async Task Jobs_NoStore_ExitsWith3() => (await ToolProcess.RunAsync("jobs", "list", In)).ExitCode.ShouldBe(3);

    [SmallDiskFact]
    public async Task Watch_FullDisk_WaitsAndGoesOnOnceThereIsRoom()
    {
        Drop();
        Directory.CreateDirectory(Out);
        var result = await InNamespaceAsync($"""
            mount -t tmpfs -o size=8m tmpfs '{Out}'
            head -c 7000000 /dev/zero > '{Out}/filler'
            {Watch("--min-free 4")} 2> '{_folder["log"]}' & tool=$!
            until grep -q 'waiting for room' '{_folder["log"]}'; do sleep 0.1; done
            ls '{Out}'/*.mp4 2>/dev/null && exit 9
            rm '{Out}/filler'
            until ls '{Painting}' 2>/dev/null; do sleep 0.1; kill -0 $tool || exit 8; done
            kill $tool; wait $tool
            """);

        result.ShouldBe(143, await LogAsync());
    }

    [SmallDiskFact]
    public async Task Watch_DiskThatIsFullAtTheStart_WaitsAndGoesOnOnceThereIsRoom()
    {
        Drop();
        Directory.CreateDirectory(Out);
        var result = await InNamespaceAsync($"""
            mount -t tmpfs -o size=8m tmpfs '{Out}'
            cat /dev/zero > '{Out}/filler' 2>/dev/null
            {Watch("--min-free 1")} 2> '{_folder["log"]}' & tool=$!
            until grep -q '^waiting' '{_folder["log"]}'; do sleep 0.1; kill -0 $tool || exit 8; done
            rm '{Out}/filler'
            until ls '{Painting}' 2>/dev/null; do sleep 0.1; kill -0 $tool || exit 8; done
            kill $tool; wait $tool
            """);

        result.ShouldBe(143, await LogAsync());
    }

    [SmallDiskFact]
    public async Task Watch_ReadOnlyOutput_WaitsAndGoesOnOnceItCanBeWritten()
    {
        Directory.CreateDirectory(Out);
        var result = await InNamespaceAsync($"""
            mount -t tmpfs -o size=64m tmpfs '{Out}'
            {Watch($"--min-free 1 --state '{_folder["state"]}'")} 2> '{_folder["log"]}' & tool=$!
            until grep -q watching '{_folder["log"]}'; do sleep 0.1; done
            mount -o remount,ro '{Out}'
            cp '{SampleVideos.Windmill}' '{In}/windmill.mp4'
            until grep -q 'cannot be written' '{_folder["log"]}'; do sleep 0.1; done
            mount -o remount,rw '{Out}'
            until ls '{Painting}' 2>/dev/null; do sleep 0.1; kill -0 $tool || exit 8; done
            test ! -e '{Out}/quarantine/windmill.mp4' || exit 7
            kill $tool; wait $tool
            """);

        result.ShouldBe(143, await LogAsync());
    }

    [SmallDiskFact]
    public async Task Watch_ShareThatVanishesAndComesBack_LosesAndRepeatsNothing()
    {
        Directory.CreateDirectory(_folder["share"]);
        File.Copy(SampleVideos.Windmill, Path.Combine(_folder["share"], "windmill.mp4"));
        var result = await InNamespaceAsync($"""
            mount --bind '{_folder["share"]}' '{In}'
            {Watch("--min-free 1 --json")} > '{_folder["log"]}' 2>&1 & tool=$!
            until grep -q '"started"' '{_folder["log"]}'; do sleep 0.1; done
            umount -l '{In}'
            sleep 3
            mount --bind '{_folder["share"]}' '{In}'
            until ls '{Painting}' 2>/dev/null; do sleep 0.1; kill -0 $tool || exit 8; done
            cp '{SampleVideos.Cut}' '{In}/cut.mp4'
            until ls '{Out}/cut.great_wave.mp4' 2>/dev/null; do sleep 0.1; kill -0 $tool || exit 8; done
            kill $tool; wait $tool
            """);

        result.ShouldBe(143, await LogAsync());
        (await LogAsync()).Split('\n').Count(line => line.Contains("\"done\"", StringComparison.Ordinal)).ShouldBe(2, await LogAsync());
    }

    private void Drop() => File.Copy(SampleVideos.Windmill, Path.Combine(In, "windmill.mp4"));

    private string[] Arguments(string output, params string[] more) =>
        ["watch", In, output, "--style", "great_wave", "--settle", "0.1", "--poll", "0.1", "--segment", "0.3", "--min-free", "1", .. more];

    private Process Start() => ToolProcess.Start(Arguments(Out));

    private string Watch(string more) =>
        $"'{ToolProcess.Tool}' watch '{In}' '{Out}' --style great_wave --settle 0.1 --poll 0.1 {more}";

    private Dictionary<string, DateTime> Segments()
    {
        var work = Path.Combine(Out, ".videostyle", "work");
        return Directory.Exists(work)
            ? Directory.GetFiles(work, "*.packets", SearchOption.AllDirectories).ToDictionary(path => path, File.GetLastWriteTimeUtc, StringComparer.Ordinal)
            : [];
    }

    private async Task<string> LogAsync() => await File.ReadAllTextAsync(_folder["log"]);

    private static async Task<int> InNamespaceAsync(string script)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromMinutes(2));
        using var shell = Process.Start(new ProcessStartInfo("unshare", ["-rm", "sh", "-c", script]) { UseShellExecute = false, RedirectStandardOutput = true })!;
        try
        {
            await shell.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            shell.Kill(entireProcessTree: true);
            return -1;
        }

        return shell.ExitCode;
    }

    private static async Task SignalAsync(Process process, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }
}
