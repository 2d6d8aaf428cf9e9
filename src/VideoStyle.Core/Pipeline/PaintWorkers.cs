using System.Collections.Concurrent;
using System.Diagnostics;
using VideoStyle.Core.Media;
using VideoStyle.Core.Styling;

namespace VideoStyle.Core.Pipeline;

/// <summary>Paints on threads of its own, so that long paintings do not keep the short tasks of other steps waiting for a thread.</summary>
internal sealed class PaintWorkers : IDisposable
{
    private readonly BlockingCollection<Job> _jobs = [];
    private readonly IStylizer _stylizer;
    private readonly StageTimes _times;
    private readonly Thread[] _threads;

    /// <summary>Starts the threads.</summary>
    /// <param name="stylizer">Paints; <see cref="IStylizer.Workers"/> at once.</param>
    /// <param name="times">Told how long each painting took.</param>
    public PaintWorkers(IStylizer stylizer, StageTimes times)
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
    public Task<Painting> PaintAsync(Frame frame, CancellationToken cancellationToken)
    {
        Job job = new(frame, new TaskCompletionSource<Painting>(TaskCreationOptions.RunContinuationsAsynchronously), cancellationToken);
        _jobs.Add(job, CancellationToken.None); // as many as the pipeline plans ahead
        return job.Done.Task;
    }

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
        {
            if (job.Token.IsCancellationRequested)
            {
                job.Done.SetCanceled(job.Token);
                continue;
            }

            try
            {
                var begin = Stopwatch.GetTimestamp();
                var painting = _stylizer.Paint(job.Frame);
                _times.Add(PipelineStage.Paint, begin);
                job.Done.SetResult(painting);
            }
            catch (Exception e)
            {
                job.Done.SetException(e);
            }
        }
    }

    private sealed record Job(Frame Frame, TaskCompletionSource<Painting> Done, CancellationToken Token);
}
