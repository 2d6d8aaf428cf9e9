using System.CommandLine;
using System.Globalization;
using VideoStyle.Cli.Output;
using VideoStyle.Core.Errors;
using VideoStyle.Watch;
using VideoStyle.Watch.Store;

namespace VideoStyle.Cli.Commands;

/// <summary><c>videostyle jobs list|status|pause|resume|cancel|retry</c>: the queue of a watcher, while it runs or not.</summary>
internal static class JobsCommand
{
    private static readonly Argument<string> Output = new("out_dir") { Description = "The output folder of the watcher, or its --state folder." };

    private static readonly Argument<long[]> Ids = new("id") { Description = "Numbers of jobs, as `list` shows them.", Arity = ArgumentArity.ZeroOrMore };

    private static readonly Option<JobState?> OnlyState = new("--state") { Description = "Only jobs of this state.", HelpName = "STATE" };

    private static readonly Option<int> Limit = new("--limit") { Description = "At most so many.", DefaultValueFactory = _ => 50, HelpName = "N" };

    private static readonly Option<bool> Json = new("--json") { Description = "Write one JSON object a line." };

    private static readonly Option<bool> AllFailed = new("--all") { Description = "Every job that has failed or lies in quarantine." };

    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        Command list = new("list", "Lists jobs, the running ones first.") { Output, OnlyState, Limit, Json };
        list.SetAction(parse => With(parse, store => List(store, parse)));
        Command status = new("status", "Counts the jobs of each state.") { Output, Json };
        status.SetAction(parse => With(parse, store => Status(store, parse.GetValue(Json))));
        Command pause = new("pause", "Begins no further job; running ones go on.") { Output };
        pause.SetAction(parse => With(parse, store => store.IsPaused = true));
        Command resume = new("resume", "Begins jobs again.") { Output };
        resume.SetAction(parse => With(parse, store => store.IsPaused = false));
        Command cancel = new("cancel", "Takes jobs out of the queue, or stops them.") { Output, Ids };
        cancel.SetAction(parse => With(parse, store => ForEach(store, parse.GetValue(Ids) ?? [], store.Cancel, "is over already, or unknown")));
        Command retry = new("retry", "Queues jobs again that failed, were cancelled or are done.") { Output, Ids, AllFailed };
        retry.SetAction(parse => With(parse, store => ForEach(store, Chosen(store, parse), store.Retry, "is queued or running already, or unknown")));
        return new Command("jobs", "Shows and steers the queue of a watcher.") { list, status, pause, resume, cancel, retry };
    }

    private static int With(ParseResult parse, Action<JobStore> action)
    {
        var folder = parse.GetRequiredValue(Output);
        var state = StoreBinding.StateOf(folder) ?? Path.Combine(folder, ".videostyle");
        var inState = Path.Combine(state, "jobs.db");
        using var store = JobStore.Open(File.Exists(inState) ? inState : Path.Combine(folder, "jobs.db"), TimeProvider.System, mustExist: true);
        action(store);
        return ExitCode.Success;
    }

    private static long[] Chosen(JobStore store, ParseResult parse) =>
        parse.GetValue(AllFailed)
            ? [.. store.List(JobState.Failed, int.MaxValue).Concat(store.List(JobState.Quarantined, int.MaxValue)).Select(job => job.Id)]
            : parse.GetValue(Ids) ?? [];

    private static void ForEach(JobStore store, long[] ids, Func<long, bool> action, string refusal)
    {
        if (ids.Length == 0)
            throw new VideoStyleException(ErrorKind.Usage, "No job is named.", "Give the number of one; `videostyle jobs list` shows them.");
        foreach (var id in ids)
            if (!action(id))
                throw new VideoStyleException(ErrorKind.Usage, $"Job {id} {refusal}.", "`videostyle jobs list` shows the jobs.");
    }

    private static void Status(JobStore store, bool json)
    {
        var counts = store.Count();
        if (json)
        {
            JsonLine.Write(new { v = 1, type = "status", paused = store.IsPaused, jobs = counts.ToDictionary(c => c.Key.ToString().ToLowerInvariant(), c => c.Value, StringComparer.Ordinal) });
            return;
        }

        Console.Out.WriteLine(store.IsPaused ? "paused" : "not paused");
        foreach (var (state, count) in counts.OrderBy(c => c.Key))
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{state.ToString().ToLowerInvariant(),-12} {count,7}"));
    }

    private static void List(JobStore store, ParseResult parse)
    {
        foreach (var job in store.List(parse.GetValue(OnlyState), parse.GetValue(Limit)))
        {
            if (parse.GetValue(Json))
                JsonLine.Write(new
                {
                    v = 1,
                    type = "job",
                    id = job.Id,
                    state = job.State,
                    source = job.Path,
                    output = job.Output,
                    style = job.Style,
                    frames = job.Frames,
                    totalFrames = job.TotalFrames,
                    fps = Math.Round(job.FramesPerSecond, 2),
                    failures = job.Failures,
                    reason = job.Reason,
                });
            else
                Console.Out.WriteLine(PrintableText.Line(Line(job)));
        }
    }

    private static string Line(Job job)
    {
        var progress = job is { State: JobState.Running, TotalFrames: > 0 and var total }
            ? string.Create(CultureInfo.InvariantCulture, $" {100.0 * job.Frames / total:0} %, {job.FramesPerSecond:0.0} fps")
            : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"{job.Id,5}  {job.State.ToString().ToLowerInvariant(),-11}  {job.Path} → {job.Output}{progress}{(job.Reason is { } reason ? $"  ({reason})" : "")}");
    }
}
