using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using VideoStyle.Cli.Watching;
using VideoStyle.Cli.Converting;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Pipeline;
using VideoStyle.Native;
using VideoStyle.Watch;
using VideoStyle.Watch.Scanning;
using VideoStyle.Watch.Serving;
using VideoStyle.Watch.Store;

namespace VideoStyle.Cli.Commands;

/// <summary><c>videostyle watch IN_DIR OUT_DIR</c>.</summary>
internal static class WatchCommand
{
    private static readonly Argument<string> Input = new("in_dir") { Description = "The folder that is watched, with all folders below it." };

    private static readonly Argument<string> Output = new("out_dir") { Description = "Where the paintings go; the same tree grows here." };

    private static readonly Option<string[]> Style = new("--style", "-s")
    {
        Description = "A built-in style or a model file; several make one painting each. A videostyle.json in a folder decides for what lies in and below it.",
        DefaultValueFactory = _ => [ConversionRequest.DefaultStyle],
        AllowMultipleArgumentsPerToken = true,
        HelpName = "NAME|FILE",
    };

    private static readonly Option<CoherenceMode> Coherence = new("--coherence", "-c")
    {
        Description = "How steady the paint is held: off, fast or best.",
        DefaultValueFactory = _ => CoherenceMode.Fast,
        HelpName = "MODE",
    };

    private static readonly Option<string> Device = new("--device") { Description = "auto, cpu, cuda or cuda:N.", DefaultValueFactory = _ => "auto", HelpName = "DEVICE" };

    private static readonly Option<string?> Codec = new("--codec") { Description = "As for convert.", HelpName = "NAME" };

    private static readonly Option<int?> Crf = new("--crf") { Description = "As for convert.", HelpName = "N" };

    private static readonly Option<int?> MaxSize = new("--max-size") { Description = "As for convert.", HelpName = "PIXELS" };

    private static readonly Option<double> Settle = Seconds("--settle", "A file is taken when it has not changed for so many seconds.", 5);

    private static readonly Option<double> Poll = Seconds("--poll", "Seconds between two looks at the folder, where the system reports no changes.", 2);

    private static readonly Option<string?> ReadyMarker = new("--ready-marker")
    {
        Description = "Take a file only when one of its name with this ending lies beside it: .done waits for clip.mp4.done.",
        HelpName = "ENDING",
    };

    private static readonly Option<JobOrder> Order = new("--order") { Description = "Which file is first: oldest, smallest or newest.", HelpName = "ORDER" };

    private static readonly Option<DuplicateRule> OnDuplicate = new("--on-duplicate")
    {
        Description = "What is done with content that was painted before: skip or rerun.",
        HelpName = "RULE",
    };

    private static readonly Option<int> Jobs = new("--jobs", "-j") { Description = "Files converted at the same time; one uses all cores.", DefaultValueFactory = _ => 1, HelpName = "N" };

    private static readonly Option<ScheduleWindow?> Schedule = new("--schedule")
    {
        Description = "Begin work only between these times of day: 22:00-06:00.",
        CustomParser = ParseSchedule,
        HelpName = "HH:MM-HH:MM",
    };

    private static readonly Option<int> Attempts = new("--attempts") { Description = "How often a file is tried before it goes to quarantine.", DefaultValueFactory = _ => 3, HelpName = "N" };

    private static readonly Option<string?> DoneDir = new("--done-dir") { Description = "Move a source here once it is painted; without it, sources stay.", HelpName = "DIR" };

    private static readonly Option<string?> QuarantineDir = new("--quarantine-dir")
    {
        Description = "Where files go that cannot be converted, with a JSON file that says why. Default: OUT_DIR/quarantine.",
        HelpName = "DIR",
    };

    private static readonly Option<string?> State = new("--state") { Description = "Where the queue and unfinished work lie. Default: OUT_DIR/.videostyle; on a share, name a local folder.", HelpName = "DIR" };

    private static readonly Option<int> MinFree = new("--min-free") { Description = "Wait while less than so many MiB are free for the output.", DefaultValueFactory = _ => 64, HelpName = "MIB" };

    private static readonly Option<double> Segment = Seconds("--segment", "Longest part of a video that is painted again after a crash.", 10);

    private static readonly Option<string?> HookCommand = new("--on-event") { Description = "A shell command that is started when a file is done or has failed; it reads the event as JSON.", HelpName = "COMMAND" };

    private static readonly Option<Uri?> HookUrl = new("--webhook") { Description = "A web address that the same event is posted to.", CustomParser = ParseUrl, HelpName = "URL" };

    private static readonly Option<string?> Http = new("--http") { Description = "Serve a page with queue and progress here: 127.0.0.1:8642. Any other address than loopback asks for a token.", HelpName = "HOST:PORT" };

    private static readonly Option<string?> Token = new("--token") { Description = "The token for --http; or set VIDEOSTYLE_TOKEN. Without one, one is made and printed.", HelpName = "TEXT" };

    private static readonly Option<bool> Once = new("--once") { Description = "End when everything that is there was dealt with." };

    private static readonly Option<bool> Json = new("--json") { Description = "Write events as one JSON object a line to standard output." };

    private static readonly Option<bool> Verbose = new("--verbose") { Description = "Print the stack trace of a defect." };

    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        Input.Validators.Add(Arguments.RefuseOptionLike);
        Output.Validators.Add(Arguments.RefuseOptionLike);
        Crf.Validators.Add(Arguments.InRange(0, 63));
        MaxSize.Validators.Add(Arguments.InRange(16, 16384));
        Jobs.Validators.Add(Arguments.InRange(1, 64));
        Attempts.Validators.Add(Arguments.InRange(1, 100));
        MinFree.Validators.Add(Arguments.InRange(1, 1 << 30));
        Command command = new("watch", "Paints every video that is dropped into a folder, whatever happens in between.")
        {
            Input, Output, Style, Coherence, Device, Codec, Crf, MaxSize, Settle, Poll, ReadyMarker, Order, OnDuplicate, Jobs, Schedule,
            Attempts, DoneDir, QuarantineDir, State, MinFree, Segment, HookCommand, HookUrl, Http, Token, Once, Json, Verbose,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        VideoStyleNative.Require(NativeUnits.Media | NativeUnits.Vision | NativeUnits.Kernels);
        var options = Options(parse);
        foreach (var style in options.Styles)
            StylizerFactory.Require(style); // a style that is misspelt is told now, not at the first file
        WatchLog log = new(parse.GetValue(Json));
        using var store = JobStore.Open(Path.Combine(options.StateFolder, "jobs.db"), TimeProvider.System);
        ResumableConversion converter = new(parse.GetRequiredValue(Device), TimeSpan.FromSeconds(parse.GetValue(Segment)));
        using WatchService service = new(options, store, converter, TimeProvider.System, log.Write);
        var server = parse.GetValue(Http) is { } address
            ? await WatchServer.StartAsync(address, parse.GetValue(Token) ?? Environment.GetEnvironmentVariable("VIDEOSTYLE_TOKEN"), options, store, service, log.Write, cancellationToken).ConfigureAwait(false)
            : null;
        try
        {
            Console.Error.WriteLine($"watching {options.Folders.Input}; paintings go to {options.Folders.Output}");
            if (server is not null)
                Console.Error.WriteLine($"the page is at {server.Address}");
            Systemd.Notify("READY=1");
            await service.RunAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new StoppedException("Stopped; what was begun goes on where it was at the next start.");
        }
        finally
        {
            Systemd.Notify("STOPPING=1");
            if (server is not null)
                await server.DisposeAsync().ConfigureAwait(false);
        }

        return store.Count()[JobState.Quarantined] > 0 ? ExitCode.SomeFailed : ExitCode.Success;
    }

    private static WatchOptions Options(ParseResult parse)
    {
        WatchedFolders folders = new(parse.GetRequiredValue(Input), parse.GetRequiredValue(Output), parse.GetValue(DoneDir), parse.GetValue(QuarantineDir));
        var state = parse.GetValue(State) ?? Path.Combine(folders.Output, ".videostyle");
        try
        {
            Directory.CreateDirectory(state);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new VideoStyleException(ErrorKind.Output, $"{state}: cannot be made ({e.Message.TrimEnd('.')}).", "Choose a folder you may write to.", e);
        }

        return new WatchOptions
        {
            Folders = folders,
            StateFolder = Path.GetFullPath(state),
            Styles = [.. parse.GetRequiredValue(Style).Distinct(StringComparer.Ordinal)],
            Settings = new JobSettings(parse.GetValue(Coherence).ToString().ToLowerInvariant(), parse.GetValue(Codec), parse.GetValue(Crf), parse.GetValue(MaxSize)),
            Settle = TimeSpan.FromSeconds(parse.GetValue(Settle)),
            Poll = TimeSpan.FromSeconds(parse.GetValue(Poll)),
            ReadyMarker = parse.GetValue(ReadyMarker),
            Order = parse.GetValue(Order),
            OnDuplicate = parse.GetValue(OnDuplicate),
            Jobs = parse.GetValue(Jobs),
            Schedule = parse.GetValue(Schedule),
            Retry = new RetryPolicy { Attempts = parse.GetValue(Attempts) },
            MinFree = (long)parse.GetValue(MinFree) << 20,
            Once = parse.GetValue(Once),
            HookCommand = parse.GetValue(HookCommand),
            HookUrl = parse.GetValue(HookUrl),
        };
    }

    private static Option<double> Seconds(string name, string description, double value)
    {
        Option<double> option = new(name) { Description = description, DefaultValueFactory = _ => value, HelpName = "SECONDS" };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is not (>= 0.05 and <= 86400))
                result.AddError($"{name} must lie between 0.05 and 86400.");
        });
        return option;
    }

    private static ScheduleWindow? ParseSchedule(ArgumentResult result)
    {
        if (!ScheduleWindow.TryParse(result.Tokens[0].Value, out var window))
            result.AddError($"'{result.Tokens[0].Value}' is no schedule; write it like 22:00-06:00.");
        return window;
    }

    private static Uri? ParseUrl(ArgumentResult result)
    {
        if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
            return url;
        result.AddError($"'{result.Tokens[0].Value}' is no web address; write it like http://localhost:9000/done.");
        return null;
    }
}
