using System.Globalization;
using VideoStyle.Core.Errors;
using VideoStyle.Native.Vision;
using VideoStyle.Networks.Flow;
using VideoStyle.Torch.Files;
using VideoStyle.Torch.Operators;
using VideoStyle.Torch.Runtime;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Training.Flow;

/// <summary>Trains an optical-flow network on synthetic pairs with known motion.</summary>
public sealed class FlowTrainer : IDisposable
{
    private const int ReportSteps = 100;
    private const int WarmupSteps = 300;
    private const double LastRateShare = 0.02;
    private const double EmaDecay = 0.999;
    private const double Reuse = 3; // how often a pair is trained on, about

    private readonly FlowTrainingOptions _options;
    private readonly TimeProvider _time;
    private readonly Device _device;
    private readonly FlowPhotos _photos;
    private readonly FlowPairGenerator _generator;
    private readonly FlowValidation _validation;
    private readonly TrainableWeights _weights;
    private readonly Checkpoint _checkpoint;
    private readonly int _threads;
    private readonly TimeSpan _elapsedBefore;
    private EndPointError? _last;
    private long _step;

    /// <summary>Reads the photos, makes the pairs to validate with, and initializes the weights.</summary>
    /// <param name="options">What to train.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="cancellationToken">Stops that.</param>
    /// <exception cref="VideoStyleException">An option is out of range, or a file is missing or damaged.</exception>
    public FlowTrainer(FlowTrainingOptions options, TimeProvider? time = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (_options, _time) = (options, time ?? TimeProvider.System);
        _device = Devices.Parse(options.Device);
        _threads = options.Threads ?? (_device.IsCuda() ? 1 : Environment.ProcessorCount);
        _photos = FlowPhotos.Read(options.Content, 2 * options.Width, Environment.ProcessorCount, cancellationToken);
        _generator = new FlowPairGenerator(_photos.Training, options.Width, options.Height, options.MaxMotion, options.Seed);
        // Always the same pairs, so that runs compare.
        _validation = new FlowValidation(new FlowPairGenerator(_photos.Validation, options.Width, options.Height, options.MaxMotion, seed: -1), options.ValidationPairs);
        using (NewDisposeScope())
            _weights = new TrainableWeights(InitialWeights(options), _ => true, _device, EmaDecay);
        _checkpoint = new Checkpoint(options.CheckpointPath, Settings(options), _weights);
        if (options.Resume)
            (_step, _elapsedBefore) = _checkpoint.Restore();
    }

    /// <summary>Gets the photos that were skipped: unreadable or too small.</summary>
    public IReadOnlyCollection<string> Skipped => _photos.Unreadable;

    /// <summary>Gets the number of photos that are trained on.</summary>
    public int PhotoCount => _photos.Training.Count;

    /// <summary>Scores DIS on the pairs to validate with, for comparison; null without OpenCV.</summary>
    public EndPointError? ScoreDis() => _validation.ScoreDis();

    /// <summary>Trains until the steps or the time are used up, and writes the network.</summary>
    /// <param name="report">Called every 100 steps, at each validation and at the end; or null.</param>
    /// <param name="cancellationToken">Saves a checkpoint and stops.</param>
    /// <exception cref="VideoStyleException">The run diverged (Model), memory ran out (Runtime) or a file could not be written (Output).</exception>
    public TrainingResult Run(Action<FlowTrainingProgress>? report, CancellationToken cancellationToken) =>
        TorchFailure.Translate(() => Train(report, cancellationToken));

    /// <inheritdoc />
    public void Dispose()
    {
        _weights.Dispose();
        _validation.Dispose();
    }

    private TrainingResult Train(Action<FlowTrainingProgress>? report, CancellationToken cancellationToken)
    {
        var meter = new LossMeter(_time);
        var start = _time.GetTimestamp();
        TorchThreads.Set(_threads);
        var makers = _device.IsCuda() ? Math.Max(1, Environment.ProcessorCount - 1) : 1;
        using var pool = new FlowPairPool(_generator, _options.PoolSize, _options.Batch / Reuse, _step, makers);
        var network = new FlowNetwork(_weights.Current);
        for (; Progress(Elapsed()) < 1; _step++)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                _checkpoint.Save(_step, Elapsed());
                return new TrainingResult(Completed: false, _step, Elapsed(), meter.Last);
            }

            meter.Add(TakeStep(network, pool, LearningRate(Progress(Elapsed()))));
            var validate = (_step + 1) % _options.ValidationSteps == 0;
            if (validate)
                _checkpoint.Save(_step + 1, Elapsed());
            if (validate || (_step + 1) % ReportSteps == 0)
                Report(meter, _step + 1, Elapsed(), validate, report);
        }

        Report(meter, _step, Elapsed(), validate: true, report);
        var result = new TrainingResult(Completed: true, _step, Elapsed(), meter.Last);
        SafetensorsWriter.Write(_options.Output, _weights.Averaged, ScalarType.Float16, Metadata(result));
        File.Delete(_options.CheckpointPath);
        return result;

        TimeSpan Elapsed() => _elapsedBefore + _time.GetElapsedTime(start);
    }

    private Dictionary<string, double> TakeStep(FlowNetwork network, FlowPairPool pool, double rate)
    {
        using var scope = NewDisposeScope();
        var random = new CounterRandom(_options.Seed, _step, "step");
        // A step that has begun is finished, so that a checkpoint is always of whole steps.
        var batch = FlowBatch.Of(pool.Draw(_step, _options.Batch, random, CancellationToken.None), random, _device);
        // One level is now and then visited twice, so that further steps at it are possible.
        int[] steps = [1, 1, 1];
        if (random.NextDouble() < 0.4)
            steps[random.Below(steps.Length)]++;
        var features = network.Encode(batch.Luma);
        var losses = FlowLoss.Of(network.Predict(features.Narrow(0, _options.Batch), features.Narrow(_options.Batch, _options.Batch), steps), batch);
        var values = losses.ToDictionary(l => l.Key, l => l.Value.ToDouble(), StringComparer.Ordinal);
        values["total"] = values.Values.Sum();
        if (!double.IsFinite(values["total"]))
            throw new VideoStyleException(ErrorKind.Model, $"The training diverged at step {_step + 1}: the loss is no longer a number.", "Set a lower LearningRate, or another Seed, and start again.");
        Backpropagation.Run(losses.Values.Aggregate((a, b) => a + b));
        _weights.Step(_step + 1, rate);
        return values;
    }

    private void Report(LossMeter meter, long step, TimeSpan elapsed, bool validate, Action<FlowTrainingProgress>? report)
    {
        EndPointError? refined = null;
        if (validate)
            (_last, refined) = _validation.Score(new FlowNetwork(_weights.Averaged), _device);
        var losses = meter.Flush();
        var progress = Progress(elapsed);
        var remaining = progress > 0 ? (elapsed / progress) - elapsed : TimeSpan.Zero;
        report?.Invoke(new FlowTrainingProgress(step, elapsed, remaining, meter.SecondsPerStep, losses, validate ? _last : null, refined));
    }

    private double Progress(TimeSpan elapsed) => _options.Steps is { } steps ? (double)_step / steps : elapsed / _options.Time;

    /// <summary>Cosine annealing after a linear warm-up.</summary>
    private double LearningRate(double progress) =>
        _options.LearningRate * (LastRateShare + (1 - LastRateShare) * 0.5 * (1 + Math.Cos(Math.PI * progress))) * Math.Min(1, (_step + 1.0) / WarmupSteps);

    private static Dictionary<string, Tensor> InitialWeights(FlowTrainingOptions options)
    {
        var file = options.Base is null ? null : FlowModelFile.Read(options.Base);
        return FlowNetwork.Parameters.ToDictionary(
            p => p.Key,
            p => file?.Tensors[p.Key].ToTensor() ?? HostTensor.From<float>(FlowNetwork.InitialValues(p.Key, p.Value, new CounterRandom(options.Seed, 0, p.Key).Normal), p.Value),
            StringComparer.Ordinal);
    }

    private static Dictionary<string, string> Settings(FlowTrainingOptions options) =>
        new(StringComparer.Ordinal)
        {
            ["architecture"] = FlowNetwork.Architecture,
            ["seed"] = options.Seed.ToString(CultureInfo.InvariantCulture),
            ["size"] = string.Create(CultureInfo.InvariantCulture, $"{options.Width}x{options.Height}"),
            ["max_motion_px"] = options.MaxMotion.ToString(CultureInfo.InvariantCulture),
            ["batch"] = options.Batch.ToString(CultureInfo.InvariantCulture),
        };

    private Dictionary<string, string> Metadata(TrainingResult result)
    {
        var culture = CultureInfo.InvariantCulture;
        return new(Settings(_options), StringComparer.Ordinal)
        {
            ["name"] = Path.GetFileNameWithoutExtension(_options.Output),
            ["training_images"] = string.Join(", ", _options.Content.Select(c => Path.GetFileName(Path.TrimEndingDirectorySeparator(c)))),
            ["training_photos"] = PhotoCount.ToString(culture),
            ["init_from"] = _options.Base is null ? "random" : Path.GetFileNameWithoutExtension(_options.Base),
            ["steps"] = result.Steps.ToString(culture),
            ["train_seconds"] = result.Elapsed.TotalSeconds.ToString("0", culture),
            ["validation_error_px"] = _last!.MeanPx.ToString("0.0000", culture),
            ["validation_over_1_px"] = _last.Over1Px.ToString("0.0000", culture),
            ["validation_pairs"] = _options.ValidationPairs.ToString(culture),
            ["videostyle"] = typeof(FlowTrainer).Assembly.GetName().Version!.ToString(3),
        };
    }
}
