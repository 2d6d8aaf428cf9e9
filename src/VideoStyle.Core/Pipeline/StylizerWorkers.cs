using System.Collections.Concurrent;
using System.Diagnostics;
using VideoStyle.Core.Compositing;
using VideoStyle.Core.Media;
using VideoStyle.Core.Stylizers;

namespace VideoStyle.Core.Pipeline;

/// <summary>Paints on threads of its own, so that long paintings do not keep the short tasks of other steps waiting for a thread.</summary>
internal sealed class StylizerWorkers : IDisposable
{
    private readonly BlockingCollection<Action> _jobs = [];
    private readonly IStylizer _stylizer;
    private readonly StageTimes _times;
    private readonly Thread[] _threads;

    /// <summary>Starts the threads.</summary>
    /// <param name="stylizer">Paints; <see cref="IStylizer.Workers"/> at once.</param>
    /// <param name="times">Told how long each painting took.</param>
    public StylizerWorkers(IStylizer stylizer, StageTimes times)
    {
        (_stylizer, _times) = (stylizer, times);
        _threads = new Thread[stylizer.Workers];
        for (var i = 0; i < _threads.Length; i++)
        {
            _threads[i] = new Thread(Work) { IsBackground = true, Name = $"paint {i}" };
            _threads[i].Start();
        }
    }

    /// <summary>Paints a frame when a thread is free.</summary>
    /// <param name="frame">Kept by the caller, until the task has ended.</param>
    /// <param name="cancellationToken">Gives the job up while it waits.</param>
    /// <returns>The painting, owned by the caller.</returns>
    public Task<StylizedFrame> PaintAsync(Frame frame, CancellationToken cancellationToken) =>
        QueueAsync(() => _stylizer.Paint(frame), cancellationToken);

    /// <summary>Paints parts of a frame when a thread is free.</summary>
    /// <param name="frame">Kept by the caller, until the task has ended.</param>
    /// <param name="areas">The parts.</param>
    /// <param name="like">The painting of the same shot that they go with, asked for before: jobs are begun in order, so that it is never waited for in vain.</param>
    /// <param name="cancellationToken">Gives the job up while it waits.</param>
    /// <returns>The paintings, owned by the caller.</returns>
    public Task<StylizedFrame[]> PaintPartsAsync(Frame frame, IReadOnlyList<Region> areas, Task<StylizedFrame> like, CancellationToken cancellationToken) =>
        QueueAsync(() => _stylizer.PaintParts(frame, areas, like.GetAwaiter().GetResult()), cancellationToken);

    /// <summary>Ends the threads after the jobs they have begun.</summary>
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

    private Task<T> QueueAsync<T>(Func<T> paint, CancellationToken token)
    {
        TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _jobs.Add(Run, CancellationToken.None); // as many as the pipeline plans ahead
        return done.Task;

        void Run()
        {
            if (token.IsCancellationRequested)
            {
                done.SetCanceled(token);
                return;
            }

            try
            {
                var begin = Stopwatch.GetTimestamp();
                var painted = paint();
                _times.Add(PipelineStage.Paint, begin);
                done.SetResult(painted);
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        }
    }
}
