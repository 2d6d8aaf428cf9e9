using System.CommandLine;
using VideoStyle.Cli.Binding;
using VideoStyle.Cli.Output;
using VideoStyle.Cli.Watching;
using VideoStyle.Native;
using VideoStyle.Native.Files;
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
        DefaultValueFactory = _ => [StyleOptions.Default],
        AllowMultipleArgumentsPerToken = true,
        HelpName = "NAME|FILE",
    };

    private static readonly OptionBinder<WatchOptions> Watching = new("style", "force", "resume");

    private static readonly Option<string?> DoneDir = new("--done-dir") { Description = "Move a source here once it is painted; without it, sources stay.", HelpName = "DIR" };

    private static readonly Option<string?> QuarantineDir = new("--quarantine-dir")
    {
        Description = "Where files go that cannot be converted, with a JSON file that says why. Default: OUT_DIR/quarantine.",
        HelpName = "DIR",
    };

    private static readonly Option<string?> State = new("--state") { Description = "Where the queue and unfinished work lie. Default: OUT_DIR/.videostyle; on a share, name a local folder.", HelpName = "DIR" };

    private static readonly Option<string?> Http = new("--http") { Description = "Serve a page with queue and progress here: 127.0.0.1:8642. Any other address than loopback asks for a token.", HelpName = "HOST:PORT" };

    private static readonly Option<string?> Token = new("--token") { Description = "The token for --http; or set VIDEOSTYLE_TOKEN. Without one, one is made and printed.", HelpName = "TEXT" };

    private static readonly Option<bool> Json = new("--json") { Description = "Write events as one JSON object a line to standard output." };

    private static readonly Option<bool> Verbose = new("--verbose") { Description = "Print the stack trace of a defect." };

    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        Input.Validators.Add(Arguments.RefuseOptionLike);
        Output.Validators.Add(Arguments.RefuseOptionLike);
        Command command = new("watch", "Paints every video that is dropped into a folder, whatever happens in between.") { Input, Output, Style };
        Watching.AddTo(command);
        foreach (var option in (Option[])[DoneDir, QuarantineDir, State, Http, Token, Json, Verbose])
            command.Options.Add(option);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        VideoStyleNative.Require(NativeUnits.Media | NativeUnits.Vision | NativeUnits.Kernels);
        var options = OptionsOf(parse);
        foreach (var style in options.Styles)
            (options.Options.Style with { Name = style }).Require(); // a style that is misspelt is told now, not at the first file
        WatchLog log = new(parse.GetValue(Json));
        using var store = JobStore.Open(Path.Combine(options.StateFolder, "jobs.db"), TimeProvider.System);
        using WatchService service = new(options, store, new StylerConverter(options.Jobs), TimeProvider.System, log.Write);
        var server = parse.GetValue(Http) is { } address
            ? await WatchServer.StartAsync(address, parse.GetValue(Token) ?? Environment.GetEnvironmentVariable("VIDEOSTYLE_TOKEN"), options, store, service, log.Write, cancellationToken).ConfigureAwait(false)
            : null;
        try
        {
            Chatter.WriteLine($"watching {options.Folders.Input}; paintings go to {options.Folders.Output}");
            if (server is not null)
                Chatter.WriteLine($"the page is at {server.Address}");
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

        return store.Count() is var counts && counts[JobState.Quarantined] + counts[JobState.Failed] > 0 ? ExitCode.SomeFailed : ExitCode.Success;
    }

    private static WatchOptions OptionsOf(ParseResult parse)
    {
        WatchedFolders folders = new(parse.GetRequiredValue(Input), parse.GetRequiredValue(Output), parse.GetValue(DoneDir), parse.GetValue(QuarantineDir));
        var state = parse.GetValue(State) ?? Path.Combine(folders.Output, ".videostyle");
        OutputTarget.CreateFolder(state);
        return Watching.Read(parse, new WatchOptions
        {
            Folders = folders,
            StateFolder = Path.GetFullPath(state),
            Styles = [.. parse.GetRequiredValue(Style).Distinct(StringComparer.Ordinal)],
        });
    }
}
