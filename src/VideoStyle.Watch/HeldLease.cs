using Microsoft.Data.Sqlite;
using VideoStyle.Core.Errors;
using VideoStyle.Watch.Store;

namespace VideoStyle.Watch;

/// <summary>Keeps the lease of a running job by a beat every second, and stops the work when it is lost or cancelled.</summary>
internal sealed class HeldLease : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly JobStore _store;
    private readonly Job _job;
    private readonly string _owner;
    private readonly CancellationTokenSource _stop;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private readonly Lock _beating = new();
    private bool _over;
    private ConversionProgress _progress;

    /// <summary>Starts the beat.</summary>
    public HeldLease(JobStore store, Job job, string owner, TimeProvider time, CancellationToken cancellationToken)
    {
        (_store, _job, _owner) = (store, job, owner);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _timer = time.CreateTimer(_ => Beat(), state: null, Interval, Interval);
    }

    /// <summary>Gets the token that stops the work.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>Gets whether another process has taken the job over.</summary>
    public bool IsLost { get; private set; }

    /// <summary>Gets whether a person asked to cancel.</summary>
    public bool IsCancelRequested { get; private set; }

    /// <summary>Takes note of progress, which the next beat writes down; of the first at once, or a death within a second would count as one without progress.</summary>
    public void Progress(ConversionProgress progress)
    {
        bool isFirst;
        lock (_gate)
            (isFirst, _progress) = (_progress.Frames == 0, progress);
        if (isFirst)
            _timer.Change(TimeSpan.Zero, Interval);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _timer.Dispose();
        lock (_beating)
            _over = true; // a beat that runs meanwhile has ended, and one that comes late does nothing
        _stop.Dispose();
    }

    private void Beat()
    {
        lock (_beating)
            if (!_over)
                WriteBeat();
    }

    private void WriteBeat()
    {
        ConversionProgress progress;
        lock (_gate)
            progress = _progress;
        try
        {
            switch (_store.Beat(_job.Id, _owner, progress.Frames, progress.Total, progress.FramesPerSecond))
            {
                case null:
                    IsLost = true;
                    _stop.Cancel();
                    break;
                case true:
                    IsCancelRequested = true;
                    _stop.Cancel();
                    break;
            }
        }
        catch (Exception e) when (e is SqliteException or VideoStyleException or ObjectDisposedException)
        {
            // A beat that is missed is made up for by the next one; patience spans many. A damaged store, the loops tell.
        }
    }
}
