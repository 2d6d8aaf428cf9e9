using System.ComponentModel.DataAnnotations;
using VideoStyle.Core.Options;
using VideoStyle.Watch.Scanning;
using VideoStyle.Watch.Store;

namespace VideoStyle.Watch;

/// <summary>How a watcher works.</summary>
internal sealed record WatchOptions
{
    public required WatchedFolders Folders { get; init; }

    /// <summary>Gets the folder of the job store and of unfinished work.</summary>
    public required string StateFolder { get; init; }

    /// <summary>Gets the styles where no preset says otherwise, at least one.</summary>
    public required IReadOnlyList<string> Styles { get; init; }

    /// <summary>Gets the folders whose models and images a preset may name.</summary>
    [Option("style-folder", "A folder whose styles and images a videostyle.json may name, beside the built-in styles and those of --style. May be given several times.", ValueName = "DIR")]
    public IReadOnlyList<string> StyleFolders { get; init; } = [];

    /// <summary>Gets whether links in the watched folder may lead out of it.</summary>
    [Option("follow-links", "Also take videos that are links leading out of IN_DIR. Folders that are links are never entered.")]
    public bool FollowLinks { get; init; }

    /// <summary>Gets the other options where no preset says otherwise.</summary>
    public StylerOptions Options { get; init; } = new();

    /// <summary>Gets how long a file must not have changed before it is taken.</summary>
    [Option("settle", "A file is taken when it has not changed for this long: 5s, 500ms, 2m.", ValueName = "TIME")]
    [Range(0.05, 86400)]
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets the shortest time between two looks at the folder.</summary>
    [Option("poll", "Time between two looks at the folder, where the system reports no changes: 2s.", ValueName = "TIME")]
    [Range(0.05, 86400)]
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Gets what the marker of a finished file is called: <c>.done</c> for <c>a.mp4.done</c>; null takes files without one.</summary>
    [Option("ready-marker", "Take a file only when one of its name with this ending lies beside it: .done waits for clip.mp4.done.", ValueName = "ENDING")]
    public string? ReadyMarker { get; init; }

    [Option("order", "Which file is first.", ValueName = "ORDER")]
    public JobOrder Order { get; init; }

    [Option("on-duplicate", "What is done with content that was painted before.", ValueName = "RULE")]
    public DuplicateRule OnDuplicate { get; init; }

    /// <summary>Gets how many files are converted at the same time.</summary>
    [Option("jobs", "Files converted at the same time; one uses all cores.", Aliases = ["j"], ValueName = "N")]
    [Range(1, 64)]
    public int Jobs { get; init; } = 1;

    /// <summary>Gets the hours in which work is begun, or null for all.</summary>
    [Option("schedule", "Begin work only between these times of day: 22:00-06:00.", ValueName = "HH:MM-HH:MM")]
    public ScheduleWindow? Schedule { get; init; }

    public RetryPolicy Retry { get; init; } = new();

    /// <summary>Gets what must be free on the output's disk before anything is begun. Default 64 MiB.</summary>
    [Option("min-free", "Wait while less than this is free for the output: 500M, 2G; a plain number is MiB.", ValueName = "SIZE")]
    public ByteSize MinFree { get; init; } = new(64L << 20);

    /// <summary>Gets how long the sign of life of a job's owner may stand still.</summary>
    public TimeSpan LeasePatience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets whether to end when everything that is there was dealt with.</summary>
    [Option("once", "End when everything that is there was dealt with.")]
    public bool Once { get; init; }

    /// <summary>Gets what is started on an event, through <c>sh -c</c> with the event as JSON on its input; or null.</summary>
    [Option("on-event", "A shell command that is started when a file is done or has failed; it reads the event as JSON.", ValueName = "COMMAND")]
    public string? HookCommand { get; init; }

    /// <summary>Gets how long the command may take before it is stopped, 1 s to a day. Default 5 minutes.</summary>
    [Option("hook-timeout", "How long the command of --on-event may take before it is stopped; it is not run again for that event.", ValueName = "TIME")]
    [Range(1, 86400)]
    public TimeSpan HookTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Gets where an event is posted as JSON; or null.</summary>
    [Option("webhook", "A web address that the same event is posted to. A password in it is sent as such and never logged; VIDEOSTYLE_WEBHOOK keeps it out of the list of processes.", ValueName = "URL")]
    public Uri? HookUrl { get; init; }

    /// <summary>Tells whether a path below the output folder lies in a folder of the watcher's own: quarantine, finished sources, the queue.</summary>
    public bool IsReserved(string output)
    {
        var full = Path.Combine(Folders.Output, output);
        return ((string?[])[Folders.Quarantine, Folders.Done, StateFolder]).Any(folder => folder is not null && full.StartsWith(folder.TrimEnd('/') + '/', StringComparison.Ordinal));
    }

    /// <summary>Gets whether this watcher delivers events.</summary>
    public bool HasHooks => HookCommand is not null || HookUrl is not null;

    /// <summary>Gets the folder of all <see cref="WorkFolder"/>s.</summary>
    public string WorkParent => Path.Combine(StateFolder, "work");

    public string WorkFolder(long job) => Path.Combine(WorkParent, job.ToString(System.Globalization.CultureInfo.InvariantCulture));
}
