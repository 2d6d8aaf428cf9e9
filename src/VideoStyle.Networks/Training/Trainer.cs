using System.Globalization;
using VideoStyle.Core.Errors;
using VideoStyle.Native.Torch;
using VideoStyle.Networks.Files;
using VideoStyle.Networks.Models;

namespace VideoStyle.Networks.Training;

/// <summary>Trains a network to paint like a picture, and steadily.</summary>
/// <remarks>
/// Johnson, Alahi and Fei-Fei, 2016, with two changes: style is compared around the painting's own mean
/// (<see cref="StyleTarget"/>), and steadiness is learnt from known motion (<see cref="SyntheticMotion"/>).
/// </remarks>
public sealed class Trainer : IDisposable
{
    private const double LastRate = 1e-4;
    private const int WarmUpSteps = 50;
    private const int ReportSteps = 50;
    private const int PreviewSteps = 250;

    private readonly TrainingOptions _options;
    private readonly TimeProvider _time;
    private readonly TorchDevice _device;
    private readonly LossNetwork _loss;
    private readonly StyleTarget _style;
    private readonly ContentSet _content;
    private readonly TrainableNetwork _network;
    private readonly PreviewSheet _preview;
    private readonly DivergenceWatch _watch = new();
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
        _device = TorchDevice.Parse(options.Device);
        LibTorch.SetThreads(Environment.ProcessorCount);
        _content = ContentSet.Open(options.Content);
        using var scope = new TensorScope();
        var paintings = options.Styles.Select(s => (Pixels.ReadPainting(s.Path, options.StyleSize, options.StyleCrop), s.Weight)).ToList();
        _loss = LossNetwork.Load(options.LossWeights, _device, LossType(options.Precision, _device));
        _style = StyleTarget.Measure(_loss, paintings);
        var architecture =
            NetworkArchitecture.Find(options.Architecture)
            ?? throw new VideoStyleException(ErrorKind.Usage, $"'{options.Architecture}' is no network.", "Use lite or johnson.");
        _network = options.Base is { } path
            ? TrainableNetwork.From(StyleCatalog.BuiltIn.Resolve(path), _device)
            : TrainableNetwork.Random(architecture, options.Seed, _device);
        _preview = new PreviewSheet(_content, options.Seed);
        if (options.Resume)
            (_step, _before) = Checkpoint.Restore(options, _network);
    }

    /// <summary>Gets the files that could not be decoded, so far.</summary>
    public IReadOnlyCollection<string> Unreadable => _content.Unreadable;

    /// <summary>Gets the number of content files.</summary>
    public int ContentCount => _content.Count;

    /// <summary>Trains until the steps or the time are up, and writes the model.</summary>
    /// <param name="report">Called every 50 steps, and at the end; or null.</param>
    /// <param name="cancellationToken">Saves a checkpoint and stops.</param>
    /// <exception cref="VideoStyleException">The run diverged (Model), memory ran out (Runtime) or a file could not be written (Output).</exception>
    public TrainingResult Run(Action<TrainingProgress>? report, CancellationToken cancellationToken)
    {
        var meter = new LossMeter(_time);
        var start = _time.GetTimestamp();
        var next = Prefetch();
        try
        {
            for (; Share(_step, Elapsed()) < 1; _step++)
            {
                if (cancellationToken.IsCancellationRequested)
                {
                    Checkpoint.Save(_options, _network, _step, Elapsed());
                    return new TrainingResult(Completed: false, _step, Elapsed(), meter.Last);
                }

                using var scope = new TensorScope();
                using var pictures = next.GetAwaiter().GetResult();
                next = Prefetch(ahead: 1);
                meter.Add(TakeStep(pictures, Rate(Share(_step, Elapsed()))));
                if ((_step + 1) % ReportSteps == 0)
                    Report(meter, _step + 1, Elapsed(), report);
            }

            var result = new TrainingResult(Completed: true, _step, Elapsed(), meter.Flush());
            _preview.Write(_options.PreviewPath, _network.Mean);
            SafetensorsWriter.Write(_options.Output, _network.Mean.Parameters, ScalarType.Float16, TrainingCard.Make(_options, _network, _loss, result));
            File.Delete(_options.CheckpointPath);
            return result;
        }
        finally
        {
            Discard(next);
        }

        TimeSpan Elapsed() => _before + _time.GetElapsedTime(start);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _network.Dispose();
        _style.Dispose();
        _loss.Dispose();
        _preview.Dispose();
    }

    /// <summary>Waits for crops that nobody will use; what went wrong with them no longer matters.</summary>
    private static void Discard(Task<Tensor> crops) =>
        crops.ContinueWith(t => { if (t.IsCompletedSuccessfully) t.GetAwaiter().GetResult().Dispose(); }, TaskScheduler.Default).GetAwaiter().GetResult();

    /// <summary>Reads the crops of a step to come on another thread, while this one computes.</summary>
    private Task<Tensor> Prefetch(int ahead = 0)
    {
        var random = new StepRandom(_options.Seed, _step + ahead, "content");
        return Task.Run(() =>
        {
            LibTorch.SetThreads(1);
            return _content.Draw(_options.Batch, _options.Size, random);
        });
    }

    private Dictionary<string, double> TakeStep(Tensor pictures, double rate)
    {
        var x = pictures.To(_device, ScalarType.Float32);
        Tensor y;
        Tensor? temporal = null;
        if (_options.Weights.Temporal > 0)
        {
            var random = new StepRandom(_options.Seed, _step, "motion");
            LibTorch.ManualSeed((long)random.NextBits());
            var (grid, mask) = SyntheticMotion.Draw(_options.Batch, _options.Size, random);
            (grid, mask) = (grid.To(_device, ScalarType.Float32), mask.To(_device, ScalarType.Float32));
            var both = _network.Network.Paint(Tensor.Cat([x, Disturb(Functional.GridSample(x, grid), random)], 0));
            y = both.Narrow(0, 0, _options.Batch);
            temporal = Losses.Temporal(y, both.Narrow(0, _options.Batch, _options.Batch), grid, mask);
        }
        else
        {
            y = _network.Network.Paint(x);
        }

        var terms = Terms(x, y, temporal);
        var total = terms.Values.Aggregate((a, b) => a + b);
        var values = terms.ToDictionary(t => t.Key, t => t.Value.Item(), StringComparer.Ordinal);
        values["total"] = total.Item();
        _watch.Check(_step + 1, values["total"], y);
        total.Backward();
        _network.Step(_step + 1, rate);
        return values;
    }

    private Dictionary<string, Tensor> Terms(Tensor x, Tensor y, Tensor? temporal)
    {
        var weights = _options.Weights;
        var terms = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        var painted = _loss.Features(y);
        for (var i = 0; i < painted.Length; i++)
        {
            if (weights.Style[i] > 0)
                terms[string.Create(CultureInfo.InvariantCulture, $"style{i + 1}")] = _style.Distance(painted[i], i, _options.Gram) * weights.Style[i];
        }

        if (weights.Content > 0)
        {
            Tensor original;
            using (LibTorch.NoGrad())
                original = _loss.Features(x, LossNetwork.ContentLayer)[LossNetwork.ContentLayer];
            terms["content"] = Losses.Content(painted[LossNetwork.ContentLayer], original) * weights.Content;
        }

        if (weights.TotalVariation > 0)
            terms["tv"] = Losses.TotalVariation(y) * weights.TotalVariation;
        if (temporal is not null)
            terms["temporal"] = temporal * weights.Temporal;
        return terms;
    }

    /// <summary>Changes brightness and adds noise, as another exposure and another frame of the same camera would.</summary>
    private Tensor Disturb(Tensor pictures, StepRandom random)
    {
        var result = new Tensor[_options.Batch];
        for (var i = 0; i < result.Length; i++)
        {
            var (gain, offset, noise) = (random.Normal(1, 0.04), random.Normal(0, 0.02), random.Uniform(0, 0.03));
            var grain = Tensor.Randn(1, 3, _options.Size, _options.Size).To(_device, ScalarType.Float32);
            result[i] = (pictures.Narrow(0, i, 1) * gain + offset + grain * noise).Clamp(0, 1);
        }

        return Tensor.Cat(result, 0);
    }

    private void Report(LossMeter meter, long step, TimeSpan elapsed, Action<TrainingProgress>? report)
    {
        var preview = step % PreviewSteps == 0;
        if (preview)
        {
            _preview.Write(_options.PreviewPath, _network.Mean);
            Checkpoint.Save(_options, _network, step, elapsed);
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

    /// <summary>Chooses what a loss network computes in.</summary>
    internal static ScalarType LossType(Precision precision, TorchDevice device) =>
        precision switch
        {
            Precision.F32 => ScalarType.Float32,
            Precision.F16 when !device.IsCuda => throw new VideoStyleException(ErrorKind.Usage, "Half precision needs a GPU.", "Use bf16 or f32."),
            Precision.F16 or Precision.BF16 => ScalarType.BFloat16, // the gradients of a loss overflow in half precision
            _ => device.IsCuda || LibTorch.CpuHasBFloat16 ? ScalarType.BFloat16 : ScalarType.Float32,
        };
}
