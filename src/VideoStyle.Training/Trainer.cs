using VideoStyle.Core.Errors;
using VideoStyle.Native.Vision;
using VideoStyle.Networks;
using VideoStyle.Torch.Files;
using VideoStyle.Torch.Runtime;

namespace VideoStyle.Training;

/// <summary>Trains a network to paint: one style, several, or after any picture.</summary>
public sealed class Trainer : IDisposable
{
    private const double LastRate = 1e-4;
    private const int WarmUpSteps = 50;
    private const int ReportSteps = 50;
    private const int PreviewSteps = 250;

    private readonly TrainingOptions _options;
    private readonly TimeProvider _time;
    private readonly ContentSet _content;
    private readonly TrainingTask _task;
    private readonly PreviewSheet _preview;
    private readonly OpenCvFlow? _flow;
    private readonly int _ahead;
    private readonly int _threads;
    private TimeSpan _before;
    private long _step;

    /// <summary>Reads everything that training needs.</summary>
    /// <param name="options">What to train.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <exception cref="VideoStyleException">An option is out of range, or a file is missing or damaged.</exception>
    public Trainer(TrainingOptions options, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (_options, _time) = (options, time ?? TimeProvider.System);
        var device = Devices.Parse(options.Device);
        // Beside a GPU the processor has only small things to do, which more threads would make slower.
        _threads = device.IsCuda() ? 1 : Environment.ProcessorCount;
        TorchThreads.Set(_threads);
        _content = ContentSet.Open(options.Content);
        _task = options.Sanet ? new SanetTask(options, device) : new StyleTask(options, device);
        _flow = options.Motion == MotionSource.Video && options.Weights.Temporal > 0 ? OpenCvFlow.Create(FlowMethod.DisMedium) : null;
        // A GPU takes a step in less time than a thread needs to read its crops. The estimator serves one thread.
        _ahead = device.IsCuda() && _flow is null ? Math.Clamp(Environment.ProcessorCount / 2, 1, 8) : 0;
        _preview = new PreviewSheet(_content, options.Seed);
        if (options.Resume)
            (_step, _before) = Checkpoint.Restore(options, _task);
    }

    /// <summary>Gets the files that could not be decoded, so far.</summary>
    public IReadOnlyCollection<string> Unreadable => _content.Unreadable;

    /// <summary>Gets the number of content files.</summary>
    public int ContentCount => _content.Count;

    /// <summary>Trains until the steps or the time are up, and writes the model.</summary>
    /// <param name="report">Called every 50 steps, and at the end; or null.</param>
    /// <param name="cancellationToken">Saves a checkpoint and stops.</param>
    /// <exception cref="VideoStyleException">The run diverged (Model), memory ran out (Runtime) or a file could not be written (Output).</exception>
    public TrainingResult Run(Action<TrainingProgress>? report, CancellationToken cancellationToken) =>
        TorchFailure.Translate(() => Train(report, cancellationToken));

    private TrainingResult Train(Action<TrainingProgress>? report, CancellationToken cancellationToken)
    {
        var meter = new LossMeter(_time);
        var start = _time.GetTimestamp();
        Queue<Task<ContentCrop[]>> coming = new();
        try
        {
            for (; Share(_step, Elapsed()) < 1; _step++)
            {
                if (cancellationToken.IsCancellationRequested)
                {
                    Checkpoint.Save(_options, _task, _step, Elapsed());
                    return new TrainingResult(Completed: false, _step, Elapsed(), meter.Last);
                }

                using var scope = NewDisposeScope();
                while (coming.Count <= _ahead)
                    coming.Enqueue(Prefetch(_step + coming.Count));
                var crops = coming.Dequeue().GetAwaiter().GetResult();
                coming.Enqueue(Prefetch(_step + coming.Count + 1));
                meter.Add(TakeStep(crops, Rate(Share(_step, Elapsed()))));
                Array.ForEach(crops, c => c.Dispose());
                if ((_step + 1) % ReportSteps == 0)
                    Report(meter, _step + 1, Elapsed(), report);
            }

            var result = new TrainingResult(Completed: true, _step, Elapsed(), meter.Flush());
            _preview.Write(_options.PreviewPath, _task.Paint);
            SafetensorsWriter.Write(_options.Output, _task.Result, ScalarType.Float16, TrainingMetadata.Make(_options, _task, result));
            File.Delete(_options.CheckpointPath);
            return result;
        }
        finally
        {
            foreach (var crops in coming)
                Discard(crops);
        }

        TimeSpan Elapsed() => _before + _time.GetElapsedTime(start);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _flow?.Dispose();
        _task.Dispose();
        _preview.Dispose();
    }

    /// <summary>Waits for crops that nobody will use; what went wrong with them no longer matters.</summary>
    private static void Discard(Task<ContentCrop[]> crops) =>
        crops.ContinueWith(t => { if (t.IsCompletedSuccessfully) Array.ForEach(t.GetAwaiter().GetResult(), c => c.Dispose()); }, TaskScheduler.Default).GetAwaiter().GetResult();

    /// <summary>Reads the crops of a step to come on another thread, while this one computes.</summary>
    private Task<ContentCrop[]> Prefetch(long step)
    {
        var random = new StepRandom(_options.Seed, step, "content");
        return Task.Run<ContentCrop[]>(() =>
        {
            TorchThreads.Set(1);
            return [.. Enumerable.Range(0, _options.Batch).Select(_ => _content.Draw(_options.Size, random, _flow))];
        });
    }

    private Dictionary<string, double> TakeStep(ContentCrop[] crops, double rate)
    {
        // Waiting for crops that nobody has begun to read reads them on this thread, which then has one thread to compute
        // with; and sums come out differently with another number of threads.
        TorchThreads.Set(_threads);
        var values = _task.Learn(crops, _step);
        _task.Weights.Step(_step + 1, rate);
        return values;
    }

    private void Report(LossMeter meter, long step, TimeSpan elapsed, Action<TrainingProgress>? report)
    {
        var preview = step % PreviewSteps == 0;
        if (preview)
        {
            _preview.Write(_options.PreviewPath, _task.Paint);
            Checkpoint.Save(_options, _task, step, elapsed);
        }

        var share = Share(step, elapsed);
        var losses = meter.Flush();
        var remaining = share > 0 ? (elapsed / share) - elapsed : TimeSpan.Zero;
        report?.Invoke(new TrainingProgress(step, elapsed, remaining, meter.SecondsPerStep, losses, preview));
    }

    private double Share(long step, TimeSpan elapsed) => _options.Steps is { } steps ? (double)step / steps : elapsed / _options.Time;

    /// <summary>Cosine from the first rate to the last, after a short warm-up.</summary>
    private double Rate(double share) =>
        (LastRate + (_options.FirstRate - LastRate) * 0.5 * (1 + Math.Cos(Math.PI * share))) * Math.Min(1, (_step + 1.0) / WarmUpSteps);

    /// <summary>Chooses what loss networks compute in, and the convolutions of a network that is trained.</summary>
    internal static ScalarType LossType(Precision precision, Device device) =>
        precision switch
        {
            Precision.F32 => ScalarType.Float32,
            Precision.F16 when !device.IsCuda() => throw new VideoStyleException(ErrorKind.Usage, "Half precision needs a GPU.", "Use bf16 or f32."),
            Precision.F16 or Precision.BF16 => ScalarType.BFloat16, // the gradients of a loss overflow in half precision
            _ => device.IsCuda() || TorchRuntime.CpuHasBFloat16 ? ScalarType.BFloat16 : ScalarType.Float32,
        };
}
