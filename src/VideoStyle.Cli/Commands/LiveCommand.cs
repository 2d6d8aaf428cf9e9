using System.CommandLine;
using VideoStyle.Cli.Binding;
using VideoStyle.Cli.Output;
using VideoStyle.Cli.Watching;
using VideoStyle.Core.Errors;
using VideoStyle.Live;
using VideoStyle.Live.Serving;
using VideoStyle.Native;
using VideoStyle.Serving;

namespace VideoStyle.Cli.Commands;

/// <summary><c>videostyle live INPUT [OUTPUT...]</c>.</summary>
internal static class LiveCommand
{
    private static readonly Argument<string?> Input = new("input")
    {
        Description = "What is painted: a camera (/dev/video0), a screen (screen, screen:DISPLAY), a URL (rtsp, rtmp, srt, udp, tcp, http, https), a video, or - for standard input.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Argument<string[]> Outputs = new("outputs")
    {
        Description = "Where it goes, at once: a URL (rtmp, rtsp, srt, udp, tcp), a video, an .m3u8 for HLS, a loopback device (/dev/video9), or - for NUT on standard output.",
        Arity = ArgumentArity.ZeroOrMore,
        HelpName = "OUTPUT...",
    };

    private static readonly OptionBinder<LiveOptions> Options = new("from", "to", "fps", "mask", "style-collection", "nearest", "compare", "segment", "resume");

    private static readonly Option<string?> Http = new("--http")
    {
        Description = "Serve a page with the picture and its controls here: 127.0.0.1:8642. Any other address than loopback asks for a token.",
        HelpName = "HOST:PORT",
    };

    private static readonly Option<string?> TokenFile = new("--token-file")
    {
        Description = "A file with the token that --http asks for; or set VIDEOSTYLE_TOKEN. Without either, one is made and kept for its owner alone to read.",
        HelpName = "FILE",
    };

    private static readonly Option<bool> ListDevices = new("--list-devices") { Description = "Only list the cameras and screens that are here." };

    private static readonly Option<bool> Json = new("--json") { Description = "Write events as one JSON object a line to standard output." };

    private static readonly Option<bool> Verbose = new("--verbose") { Description = "Print the stack trace of a defect." };

    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        Input.Validators.Add(Arguments.RefuseOptionLike);
        Outputs.Validators.Add(Arguments.RefuseOptionLike);
        Command command = new("live", "Paints a camera or a stream while you watch, with little delay.") { Input, Outputs };
        Options.AddTo(command);
        foreach (var option in (Option[])[Http, TokenFile, ListDevices, Json, Verbose])
            command.Options.Add(option);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        if (parse.GetValue(ListDevices))
            return DeviceList.Write(parse.GetValue(Json));
        var input = parse.GetValue(Input) ?? throw new VideoStyleException(ErrorKind.Usage, "No input is named.", "See the cameras here with: videostyle live --list-devices");
        VideoStyleNative.Require(NativeUnits.Media);
        var (json, address, targets) = (parse.GetValue(Json), parse.GetValue(Http), parse.GetValue(Outputs) ?? []);
        if (targets.Length == 0 && address is null)
            throw new VideoStyleException(ErrorKind.Usage, "Nobody would see the painting: neither an output is named nor a page.", "Name an output, or watch it at --http 127.0.0.1:8642.");
        if (json && targets.Contains("-", StringComparer.Ordinal))
            throw new VideoStyleException(ErrorKind.Usage, "--json and the output - both want standard output.", "Write to a file, or leave --json out.");
        LiveReporter reporter = new(json);
        LiveRun run = new(
            input, targets, Options.Read(parse, new LiveOptions()), TimeProvider.System, reporter.Write, load: null, cancellationToken);
        await using (run.ConfigureAwait(false))
        {
            var server = address is null ? null : await ServeAsync(parse, address, run, reporter, cancellationToken).ConfigureAwait(false);
            try
            {
                reporter.Started(run, targets);
                Systemd.Notify("READY=1");
                using var progress = reporter.Follow(run);
                await run.RunAsync().ConfigureAwait(false);
            }
            finally
            {
                Systemd.Notify("STOPPING=1");
                if (server is not null)
                    await server.DisposeAsync().ConfigureAwait(false);
            }
        }

        reporter.Finished(run);
        if (cancellationToken.IsCancellationRequested)
            throw new StoppedException("Stopped; every output is complete.");
        return run.Sink.Outputs.Any(output => output.Failure is not null) ? ExitCode.SomeFailed : ExitCode.Success;
    }

    private static async Task<PageServer> ServeAsync(ParseResult parse, string address, LiveRun run, LiveReporter reporter, CancellationToken cancellationToken)
    {
        var state = Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } folder
            ? folder
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state");
        var kept = Path.Combine(state, "videostyle", "live.token");
        Directory.CreateDirectory(Path.GetDirectoryName(kept)!);
        var server = await PageServer.StartAsync(
            address, WatchCommand.TokenOf(parse.GetValue(TokenFile)), kept, new LiveRoutes(run).Map, problem => reporter.Write(new LiveEvent("warning", problem)), cancellationToken).ConfigureAwait(false);
        Chatter.WriteLine($"the page is at {server.Address}{(server.TokenFile is { } file ? $"; its token is in {file}" : "")}");
        return server;
    }
}
