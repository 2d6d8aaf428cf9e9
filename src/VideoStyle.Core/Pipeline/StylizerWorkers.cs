using System.Collections.Concurrent;
using System.Diagnostics;
using VideoStyle.Core.Compositing;
using VideoStyle.Core.Media;
using VideoStyle.Core.Stylizers;

namespace VideoStyle.Core.Pipeline;

/// <summary>Runs a stylizer on dedicated threads, so that its long jobs do not occupy the thread pool that the other stages use.</summary>
internal sealed class StylizerWorkers : IDisposable
{
    private readonly BlockingCollection<Action> _jobs = [];
    private readonly IStylizer _stylizer;
    private readonly StageTimes _times;
    private readonly Thread[] _threads;

    /// <summary>Starts the threads, <see cref="StylizerInfo.Workers"/> of them.</summary>
    /// <param name="stylizer">The stylizer; not disposed here.</param>
    /// <param name="times">Receives the busy time of the threads.</param>
    public StylizerWorkers(IStylizer stylizer, StageTimes times)
    {
        (_stylizer, _times) = (stylizer, times);
        times.SetWorkers(PipelineStage.Stylize, stylizer.Info.Workers);
        _threads = new Thread[stylizer.Info.Workers];
        for (var i = 0; i < _threads.Length; i++)
        {
            _threads[i] = new Thread(Work) { IsBackground = true, Name = $"stylize {i}" };
            _threads[i].Start();
        }
    }

    /// <summary>Stylizes a frame when a thread is free.</summary>
    /// <param name="frame">Kept by the caller until the task has ended.</param>
    /// <param name="cancellationToken">Cancels the job while it waits.</param>
    /// <returns>The stylized frame, owned by the caller.</returns>
    public Task<StylizedFrame> StylizeAsync(Frame frame, CancellationToken cancellationToken) =>
        QueueAsync(() => _stylizer.Stylize(frame), cancellationToken);

    /// <summary>Stylizes regions of a frame when a thread is free.</summary>
    /// <param name="frame">Kept by the caller until the task has ended.</param>
    /// <param name="regions">The regions.</param>
    /// <param name="reference">A keyframe of the same shot, queued before. Jobs begin in order, so waiting for it cannot deadlock.</param>
    /// <param name="cancellationToken">Cancels the job while it waits.</param>
    /// <returns>The stylized regions, owned by the caller.</returns>
    public Task<StylizedFrame[]> StylizeRegionsAsync(
        Frame frame, IReadOnlyList<Region> regions, Task<StylizedFrame> reference, CancellationToken cancellationToken) =>
        QueueAsync(() => _stylizer.Regions!.Stylize(frame, regions, reference.GetAwaiter().GetResult().State), cancellationToken);

    /// <summary>Ends the threads after the jobs that were queued.</summary>
    public void Dispose()
    {
        _jobs.CompleteAdding();
        foreach (var thread in _threads)
            thread.Join();
        _jobs.Dispose();
    }

    private void Work()
    {
        foreach (var job in _jobs.GetConsumingEnumerable())
            job();
    }

    private Task<T> QueueAsync<T>(Func<T> stylize, CancellationToken cancellationToken)
    {
        TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _jobs.Add(Run, CancellationToken.None); // never full: the channels bound the number of jobs
        return done.Task;

        void Run()
        {
            if (cancellationToken.IsCancellationRequested)
            {
                done.SetCanceled(cancellationToken);
                return;
            }

            try
            {
                var begin = Stopwatch.GetTimestamp();
                var stylized = stylize();
                _times.Add(PipelineStage.Stylize, begin);
                done.SetResult(stylized);
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        }
    }
}
