using System.Globalization;
using VideoStyle.Core.Errors;
using VideoStyle.Native.Vision;
using VideoStyle.Networks;
using VideoStyle.Torch.Files;
using VideoStyle.Torch.Runtime;

namespace VideoStyle.Training;

/// <summary>Trains a style network: one style, several, or arbitrary styles.</summary>
public sealed class Trainer : IDisposable
{
    private const double LastRate = 1e-4;
    private const int WarmupSteps = 50;
    private const int ReportSteps = 50;
    private const int PreviewSteps = 250;

    private readonly TrainingOptions _options;
    private readonly TimeProvider _time;
    private readonly ContentDataset _content;
    private readonly TrainingTask _task;
    private readonly PreviewSheet _preview;
    private readonly Checkpoint _checkpoint;
    private readonly OpenCvFlow? _flow;
    private readonly int _prefetch;
    private readonly int _threads;
    private TimeSpan _elapsedBefore;
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
        // Beside a GPU the CPU has only small operations, which more threads would slow down.
        _threads = device.IsCuda() ? 1 : Environment.ProcessorCount;
        TorchThreads.Set(_threads);
        _content = ContentDataset.Open(options.Content);
        _task = options.IsSanet ? new SanetTask(options, device) : new StyleTask(options, device);
        _flow = options.Motion == MotionSource.Video && options.Weights.Temporal > 0 ? OpenCvFlow.Create(FlowMethod.DisMedium) : null;
        // A GPU takes a step in less time than a thread needs to read its crops. The flow estimator serves one thread.
        _prefetch = device.IsCuda() && _flow is null ? Math.Clamp(Environment.ProcessorCount / 2, 1, 8) : 0;
        _preview = new PreviewSheet(_content, options.Seed);
        _checkpoint = new Checkpoint(options.CheckpointPath, Settings(options, _task), _task.Weights);
        if (options.Resume)
            (_step, _elapsedBefore) = _checkpoint.Restore();
    }

    /// <summary>Gets the files that could not be decoded, so far.</summary>
    public IReadOnlyCollection<string> Unreadable => _content.Unreadable;

    /// <summary>Gets the number of content files.</summary>
    public int ContentCount => _content.Count;

    /// <summary>Trains until the steps or the time are used up, and writes the model.</summary>
    /// <param name="report">Called every 50 steps and at the end; or null.</param>
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
            for (; Progress(_step, Elapsed()) < 1; _step++)
            {
                if (cancellationToken.IsCancellationRequested)
                {
                    _checkpoint.Save(_step, Elapsed());
                    return new TrainingResult(Completed: false, _step, Elapsed(), meter.Last);
                }

                using var scope = NewDisposeScope();
                while (coming.Count <= _prefetch)
                    coming.Enqueue(Prefetch(_step + coming.Count));
                var crops = coming.Dequeue().GetAwaiter().GetResult();
                coming.Enqueue(Prefetch(_step + coming.Count + 1));
                meter.Add(TakeStep(crops, LearningRate(Progress(_step, Elapsed()))));
                Array.ForEach(crops, c => c.Dispose());
                if ((_step + 1) % ReportSteps == 0)
                    Report(meter, _step + 1, Elapsed(), report);
            }

            var result = new TrainingResult(Completed: true, _step, Elapsed(), meter.Flush(), _preview.Judge(_task.Judge));
            _preview.Write(_options.PreviewPath, _task.Stylize);
            SafetensorsWriter.Write(_options.Output, _task.Result, ScalarType.Float16, TrainingMetadata.Create(_options, _task, result));
            File.Delete(_options.CheckpointPath);
            return result;
        }
        finally
        {
            foreach (var crops in coming)
                Discard(crops);
        }

        TimeSpan Elapsed() => _elapsedBefore + _time.GetElapsedTime(start);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _flow?.Dispose();
        _task.Dispose();
        _preview.Dispose();
    }

    /// <summary>Waits for crops that will not be used; their errors no longer matter.</summary>
    private static void Discard(Task<ContentCrop[]> crops) =>
        crops.ContinueWith(t => { if (t.IsCompletedSuccessfully) Array.ForEach(t.GetAwaiter().GetResult(), c => c.Dispose()); }, TaskScheduler.Default).GetAwaiter().GetResult();

    /// <summary>Reads the crops of a coming step on another thread.</summary>
    private Task<ContentCrop[]> Prefetch(long step)
    {
        var random = new CounterRandom(_options.Seed, step, "content");
        return Task.Run<ContentCrop[]>(() =>
        {
            TorchThreads.Set(1);
            return [.. Enumerable.Range(0, _options.Batch).Select(_ => _content.Draw(_options.Size, random, _flow))];
        });
    }

    private Dictionary<string, double> TakeStep(ContentCrop[] crops, double rate)
    {
        // Waiting for crops that no thread has begun to read reads them on this thread, which then computes with one thread; and sums
        // depend on the number of threads.
        TorchThreads.Set(_threads);
        var values = _task.ComputeGradients(crops, _step);
        _task.Weights.Step(_step + 1, rate);
        return values;
    }

    private void Report(LossMeter meter, long step, TimeSpan elapsed, Action<TrainingProgress>? report)
    {
        var preview = step % PreviewSteps == 0;
        if (preview)
        {
            _preview.Write(_options.PreviewPath, _task.Stylize);
            _checkpoint.Save(step, elapsed);
        }

        var progress = Progress(step, elapsed);
        var losses = meter.Flush();
        var remaining = progress > 0 ? (elapsed / progress) - elapsed : TimeSpan.Zero;
        report?.Invoke(new TrainingProgress(step, elapsed, remaining, meter.SecondsPerStep, losses, preview));
    }

    private double Progress(long step, TimeSpan elapsed) => _options.Steps is { } steps ? (double)step / steps : elapsed / _options.Time;

    /// <summary>Cosine annealing after a linear warm-up.</summary>
    private double LearningRate(double progress) =>
        (LastRate + (_options.FirstRate - LastRate) * 0.5 * (1 + Math.Cos(Math.PI * progress))) * Math.Min(1, (_step + 1.0) / WarmupSteps);

    /// <summary>The settings that must be the same when a run is resumed.</summary>
    private static Dictionary<string, string> Settings(TrainingOptions options, TrainingTask task) =>
        new(StringComparer.Ordinal)
        {
            ["architecture"] = task.Architecture,
            ["family"] = task.Family ?? "single",
            ["seed"] = options.Seed.ToString(CultureInfo.InvariantCulture),
            ["size"] = options.Size.ToString(CultureInfo.InvariantCulture),
            ["batch"] = options.Batch.ToString(CultureInfo.InvariantCulture),
            ["style_images"] = string.Join(", ", options.AllStyles.Select(s => Path.GetFileName(s.Path))),
        };

    /// <summary>Chooses the dtype of loss networks, and of the convolutions of a network in training.</summary>
    internal static ScalarType LossType(Precision precision, Device device) =>
        precision switch
        {
            Precision.F32 => ScalarType.Float32,
            Precision.F16 when !device.IsCuda() => throw new VideoStyleException(ErrorKind.Usage, "Half precision needs a GPU.", "Set Precision to BF16 or F32."),
            Precision.F16 or Precision.BF16 => ScalarType.BFloat16, // the gradients of a loss overflow in half precision
            _ => device.IsCuda() || TorchRuntime.CpuHasBFloat16 ? ScalarType.BFloat16 : ScalarType.Float32,
        };
}
