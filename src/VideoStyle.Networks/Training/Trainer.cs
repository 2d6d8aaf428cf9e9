using System.Globalization;
using VideoStyle.Core.Errors;
using VideoStyle.Native.Torch;
using VideoStyle.Native.Vision;
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
    private readonly StylePool _styles;
    private readonly ContentSet _content;
    private readonly TrainableNetwork _network;
    private readonly PreviewSheet _preview;
    private readonly OpenCvFlow? _flow;
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
        var type = LossType(options.Precision, _device);
        _loss = LossNetwork.Load(options.LossWeights, _device, type);
        var (architecture, start) = StartingPoint(options);
        _styles = StylePool.Measure(options, architecture, _loss);
        _network = TrainableNetwork.Begin(_styles.Form, start, options.Seed, _device, type);
        _flow = options.Motion == MotionSource.Video && options.Weights.Temporal > 0 ? OpenCvFlow.Create(FlowMethod.DisMedium) : null;
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
                var crops = next.GetAwaiter().GetResult();
                next = Prefetch(ahead: 1);
                meter.Add(TakeStep(crops, Rate(Share(_step, Elapsed()))));
                Array.ForEach(crops, c => c.Dispose());
                if ((_step + 1) % ReportSteps == 0)
                    Report(meter, _step + 1, Elapsed(), report);
            }

            var result = new TrainingResult(Completed: true, _step, Elapsed(), meter.Flush());
            _preview.Write(_options.PreviewPath, Shown);
            SafetensorsWriter.Write(_options.Output, _network.Mean, ScalarType.Float16, TrainingCard.Make(_options, _network, _loss, result));
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
        _flow?.Dispose();
        _network.Dispose();
        _styles.Dispose();
        _loss.Dispose();
        _preview.Dispose();
    }

    /// <summary>Waits for crops that nobody will use; what went wrong with them no longer matters.</summary>
    private static void Discard(Task<ContentCrop[]> crops) =>
        crops.ContinueWith(t => { if (t.IsCompletedSuccessfully) Array.ForEach(t.GetAwaiter().GetResult(), c => c.Dispose()); }, TaskScheduler.Default).GetAwaiter().GetResult();

    /// <summary>Reads the crops of a step to come on another thread, while this one computes.</summary>
    private Task<ContentCrop[]> Prefetch(int ahead = 0)
    {
        var random = new StepRandom(_options.Seed, _step + ahead, "content");
        return Task.Run<ContentCrop[]>(() =>
        {
            LibTorch.SetThreads(1);
            return [.. Enumerable.Range(0, _options.Batch).Select(_ => _content.Draw(_options.Size, random, _flow))];
        });
    }

    private Dictionary<string, double> TakeStep(ContentCrop[] crops, double rate)
    {
        // Waiting for crops that nobody has begun to read reads them on this thread, which then has one thread to compute
        // with; and sums come out differently with another number of threads.
        LibTorch.SetThreads(Environment.ProcessorCount);
        var values = new Dictionary<string, double>(StringComparer.Ordinal);
        var motion = new StepRandom(_options.Seed, _step, "motion");
        var draw = new StepRandom(_options.Seed, _step, "style");
        LibTorch.ManualSeed((long)motion.NextBits());
        // Of several styles each crop gets one of its own; a single style paints all crops at once, which is faster.
        var count = _styles.Count == 1 ? _options.Batch : 1;
        for (var i = 0; i < _options.Batch; i += count)
        {
            using var scope = new TensorScope();
            var terms = Learn(crops.AsSpan(i, count), _styles.Draw(draw), motion);
            foreach (var (name, value) in terms)
                values[name] = values.GetValueOrDefault(name) + value * count / _options.Batch;
        }

        _network.Step(_step + 1, rate);
        return values;
    }

    /// <summary>Adds the gradients of some crops, painted in one style, to those of the step.</summary>
    private Dictionary<string, double> Learn(ReadOnlySpan<ContentCrop> crops, int style, StepRandom motion)
    {
        var count = crops.Length;
        var x = Tensor.Cat([.. crops.ToArray().Select(c => c.Picture)], 0).To(_device, ScalarType.Float32);
        var network = _network.Network(style);
        Tensor y;
        Tensor? temporal = null;
        if (_options.Weights.Temporal > 0)
        {
            var (moved, grid, mask) = Moved(crops, x, motion);
            var both = network.Paint(Tensor.Cat([x, moved], 0));
            y = both.Narrow(0, 0, count);
            var brightening = _options.LuminanceAware ? Losses.Luminance(moved - Functional.GridSample(x, grid)) : null;
            temporal = Losses.Temporal(y, both.Narrow(0, count, count), grid, mask, brightening);
        }
        else
        {
            y = network.Paint(x);
        }

        var terms = Terms(x, y, _styles.Target(style), temporal);
        var total = terms.Values.Aggregate((a, b) => a + b) * ((double)count / _options.Batch);
        var values = terms.ToDictionary(t => t.Key, t => t.Value.Item(), StringComparer.Ordinal);
        values["total"] = values.Values.Sum();
        _watch.Check(_step + 1, values["total"], y);
        total.Backward();
        return values;
    }

    private Dictionary<string, Tensor> Terms(Tensor x, Tensor y, StyleTarget style, Tensor? temporal)
    {
        var weights = _options.Weights;
        var terms = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        var painted = _loss.Features(y);
        for (var i = 0; i < painted.Length; i++)
        {
            if (weights.Style[i] == 0)
                continue;
            var distance = style.Distance(painted[i], i, _options.Gram);
            // Relative to a painting of one tone, another is hundreds of times too far; of several, such a one would
            // drown the rest. Near the goal ln(1 + d) is d.
            var term = _styles.Count > 1 ? distance.Log1p() : distance;
            terms[string.Create(CultureInfo.InvariantCulture, $"style{i + 1}")] = term * weights.Style[i];
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

    /// <summary>The network that the preview's column shows.</summary>
    private StyleNetwork Shown(int column) => _network.MeanNetwork(column % _styles.Count);

    /// <summary>The network to paint with, and the weights to begin with: those of the base, which decides on the network; or none.</summary>
    private static (NetworkArchitecture Architecture, IReadOnlyDictionary<string, Tensor>? Start) StartingPoint(TrainingOptions options)
    {
        if (options.Base is null)
        {
            return (
                NetworkArchitecture.Find(options.AnyStyle ? "lite" : options.Architecture)
                    ?? throw new VideoStyleException(ErrorKind.Usage, $"'{options.Architecture}' is no network.", "Use lite, johnson or any."),
                null
            );
        }

        if (StyleFamily.TryLoad(options.Base) is { } family && options.Separate)
            return (family.Architecture, family.Tensors());
        var model = StyleCatalog.BuiltIn.Resolve(options.Base);
        return (model.Architecture, model.Tensors());
    }

    /// <summary>The crops a moment later: as the video shows them, else moved at random.</summary>
    private (Tensor Moved, Tensor Grid, Tensor Mask) Moved(ReadOnlySpan<ContentCrop> crops, Tensor x, StepRandom random)
    {
        var (moved, grids, masks) = (new Tensor[crops.Length], new Tensor[crops.Length], new Tensor[crops.Length]);
        for (var i = 0; i < crops.Length; i++)
        {
            if (crops[i].Next is { } next)
            {
                (moved[i], grids[i], masks[i]) = (next.Picture.To(_device, ScalarType.Float32), OnDevice(next.Grid), OnDevice(next.Mask));
                continue;
            }

            var (grid, mask) = SyntheticMotion.Draw(1, _options.Size, random);
            (grids[i], masks[i]) = (OnDevice(grid), OnDevice(mask));
            moved[i] = Disturb(Functional.GridSample(x.Narrow(0, i, 1), grids[i]), random);
        }

        return (Tensor.Cat(moved, 0), Tensor.Cat(grids, 0), Tensor.Cat(masks, 0));

        Tensor OnDevice(Tensor tensor) => tensor.To(_device, ScalarType.Float32);
    }

    /// <summary>Changes brightness and adds noise, as another exposure and another frame of the same camera would.</summary>
    private Tensor Disturb(Tensor picture, StepRandom random)
    {
        var (gain, offset, noise) = (random.Normal(1, 0.04), random.Normal(0, 0.02), random.Uniform(0, 0.03));
        var grain = Tensor.Randn(1, 3, _options.Size, _options.Size).To(_device, ScalarType.Float32);
        return (picture * gain + offset + grain * noise).Clamp(0, 1);
    }

    private void Report(LossMeter meter, long step, TimeSpan elapsed, Action<TrainingProgress>? report)
    {
        var preview = step % PreviewSteps == 0;
        if (preview)
        {
            _preview.Write(_options.PreviewPath, Shown);
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

    /// <summary>Chooses what loss networks compute in, and the convolutions of a network that is trained.</summary>
    internal static ScalarType LossType(Precision precision, TorchDevice device) =>
        precision switch
        {
            Precision.F32 => ScalarType.Float32,
            Precision.F16 when !device.IsCuda => throw new VideoStyleException(ErrorKind.Usage, "Half precision needs a GPU.", "Use bf16 or f32."),
            Precision.F16 or Precision.BF16 => ScalarType.BFloat16, // the gradients of a loss overflow in half precision
            _ => device.IsCuda || LibTorch.CpuHasBFloat16 ? ScalarType.BFloat16 : ScalarType.Float32,
        };
}
