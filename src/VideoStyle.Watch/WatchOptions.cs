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

    public JobSettings Settings { get; init; } = new();

    /// <summary>Gets how long a file must not have changed before it is taken.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets the shortest time between two looks at the folder.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Gets what the marker of a finished file is called: <c>.done</c> for <c>a.mp4.done</c>; null takes files without one.</summary>
    public string? ReadyMarker { get; init; }

    public JobOrder Order { get; init; }

    public DuplicateRule OnDuplicate { get; init; }

    /// <summary>Gets how many files are converted at the same time.</summary>
    public int Jobs { get; init; } = 1;

    /// <summary>Gets the hours in which work is begun, or null for all.</summary>
    public ScheduleWindow? Schedule { get; init; }

    public RetryPolicy Retry { get; init; } = new();

    /// <summary>Gets the free bytes on the output's disk below which nothing is begun.</summary>
    public long MinFree { get; init; } = 64L << 20;

    /// <summary>Gets how long the sign of life of a job's owner may stand still.</summary>
    public TimeSpan LeasePatience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets whether to end when everything that is there was dealt with.</summary>
    public bool Once { get; init; }

    /// <summary>Gets what is started on an event, through <c>sh -c</c> with the event as JSON on its input; or null.</summary>
    public string? HookCommand { get; init; }

    /// <summary>Gets where an event is posted as JSON; or null.</summary>
    public Uri? HookUrl { get; init; }

    /// <summary>Gets the folder of all <see cref="WorkFolder"/>s.</summary>
    public string WorkParent => Path.Combine(StateFolder, "work");

    public string WorkFolder(long job) => Path.Combine(WorkParent, job.ToString(System.Globalization.CultureInfo.InvariantCulture));
}
