using System.CommandLine;
using Microsoft.Data.Sqlite;
using VideoStyle.Cli.Binding;
using VideoStyle.Cli.Output;
using VideoStyle.Cli.Watching;
using VideoStyle.Core.Errors;
using VideoStyle.Native;
using VideoStyle.Native.Files;
using VideoStyle.Serving;
using VideoStyle.Watch;
using VideoStyle.Watch.Scanning;
using VideoStyle.Watch.Serving;
using VideoStyle.Watch.Store;

namespace VideoStyle.Cli.Commands;

/// <summary><c>videostyle watch IN_DIR OUT_DIR</c>.</summary>
internal static class WatchCommand
{
    private static readonly TimeSpan StartPause = TimeSpan.FromSeconds(5);

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

    private static readonly Option<string?> TokenFile = new("--token-file")
    {
        Description = "A file with the token that --http asks for; or set VIDEOSTYLE_TOKEN. Without either, one is made and kept in the state folder, for its owner alone to read.",
        HelpName = "FILE",
    };

    private static readonly Option<bool> Json = new("--json") { Description = "Write events as one JSON object a line to standard output." };

    private static readonly Option<bool> Verbose = new("--verbose") { Description = "Print the stack trace of a defect." };

    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        Input.Validators.Add(Arguments.RefuseOptionLike);
        Output.Validators.Add(Arguments.RefuseOptionLike);
        Command command = new("watch", "Paints every video that is dropped into a folder, whatever happens in between.") { Input, Output, Style };
        Watching.AddTo(command);
        foreach (var option in (Option[])[DoneDir, QuarantineDir, State, Http, TokenFile, Json, Verbose])
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
        if (options.StyleFolders.FirstOrDefault(folder => !Directory.Exists(folder)) is { } missing)
            throw new VideoStyleException(ErrorKind.Input, $"--style-folder {missing}: there is no such folder.", $"Create it with: mkdir -p '{missing}'");
        WatchLog log = new(parse.GetValue(Json));
        var (store, service) = await StartAsync(options, log, cancellationToken).ConfigureAwait(false);
        using var storeHeld = store;
        using var serviceHeld = service;
        var server = parse.GetValue(Http) is { } address
            ? await WatchServer.StartAsync(address, TokenOf(parse.GetValue(TokenFile)), options, store, service, log.Write, cancellationToken).ConfigureAwait(false)
            : null;
        try
        {
            Chatter.WriteLine($"watching {options.Folders.Input}; paintings go to {options.Folders.Output}");
            if (server is not null)
                Chatter.WriteLine($"the page is at {server.Address}{(server.TokenFile is { } file ? $"; its token is in {file}" : "")}");
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

        return store.Count() is var counts && (counts[JobState.Quarantined] + counts[JobState.Failed] > 0 || service.HeldBack > 0) ? ExitCode.SomeFailed : ExitCode.Success;
    }

    // A disk that is full when the service starts is waited for as one that fills later.
    private static async Task<(JobStore Store, WatchService Service)> StartAsync(WatchOptions options, WatchLog log, CancellationToken cancellationToken)
    {
        while (true)
        {
            JobStore? store = null;
            try
            {
                store = JobStore.Open(Path.Combine(options.StateFolder, "jobs.db"), TimeProvider.System);
                return (store, new WatchService(options, store, new StylerConverter(options.Jobs), TimeProvider.System, log.Write));
            }
            catch (Exception e) when (e is VideoStyleException { Kind: ErrorKind.Output } or SqliteException or IOException
                && (FolderHealth.IsFull(options.StateFolder) || FolderHealth.IsFull(options.Folders.Output)))
            {
                store?.Dispose();
                log.Write(new WatchEvent("waiting", Job: null, e.Message.ReplaceLineEndings(" ")));
                await Task.Delay(StartPause, cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                store?.Dispose();
                throw;
            }
        }
    }

    // Never from the command line, which every user of the machine can read.
    internal static AccessToken? TokenOf(string? tokenFile) =>
        tokenFile is { } file ? AccessToken.Read(file)
        : Environment.GetEnvironmentVariable("VIDEOSTYLE_TOKEN") is { } token ? new AccessToken(token, "VIDEOSTYLE_TOKEN")
        : null;

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
