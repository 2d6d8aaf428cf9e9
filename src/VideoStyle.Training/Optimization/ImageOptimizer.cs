using VideoStyle.Core.Errors;
using VideoStyle.Native.Files;
using VideoStyle.Native.Media;
using VideoStyle.Networks;
using VideoStyle.Networks.Color;
using VideoStyle.Torch.Runtime;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Training.Optimization;

/// <summary>Stylizes one image by optimizing its pixels, or synthesizes a texture from the style alone.</summary>
/// <remarks>
/// Gatys, Ecker and Bethge, "A Neural Algorithm of Artistic Style", 2015; coarse to fine as in Gatys et al., "Controlling
/// Perceptual Factors in Neural Style Transfer", 2017, section 6: each pyramid level starts with the upsampled result of the
/// coarser one, and its style image is resized accordingly.
/// </remarks>
public sealed class ImageOptimizer : IDisposable
{
    private const int ReportSteps = 10;
    private static readonly TimeSpan PreviewEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SaveEvery = TimeSpan.FromMinutes(5);

    private readonly OptimizationOptions _options;
    private readonly TimeProvider _time;
    private readonly StyleSource _styles;
    private readonly Tensor? _content;
    private readonly PyramidPlan _plan;
    private readonly OptimizationCheckpoint? _checkpoint;
    private readonly OutputFile _output;
    private bool _previewed;

    /// <summary>Reads everything needed, and reserves the output.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <exception cref="VideoStyleException">An option is out of range, a file is missing or damaged, or the output is taken.</exception>
    public ImageOptimizer(OptimizationOptions options, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (_options, _time) = (options, time ?? TimeProvider.System);
        using var scope = NewDisposeScope();
        _content = options.Content is null ? null : Pixels.Load(options.Content).DetachFromDisposeScope();
        _styles = new StyleSource(options, _content);
        try
        {
            var canvas = _content ?? _styles.First;
            _plan = PyramidPlan.Make(options, (int)canvas.size(2), (int)canvas.size(3));
            _checkpoint = options.Resume ? OptimizationCheckpoint.Read(options) : null;
            _output = OutputFile.Begin(options.Output, options.Overwrite, options.Content);
            OutputTarget.RequireBeside(options.PreviewPath, options.Overwrite || options.Resume, options.AllStyles.Select(style => style.Path).Append(options.Content).OfType<string>());
        }
        catch
        {
            _content?.Dispose();
            _styles.Dispose();
            _output?.Dispose();
            throw;
        }
    }

    /// <summary>Gets the size of the result in pixels.</summary>
    public (int Width, int Height) Size => (_plan.Levels[^1].Width, _plan.Levels[^1].Height);

    /// <summary>Optimizes and writes the image.</summary>
    /// <param name="report">Called every 10 steps, whenever the preview was written, and at the end of a level; or null.</param>
    /// <param name="cancellationToken">Saves a checkpoint and stops.</param>
    /// <exception cref="VideoStyleException">The losses overflowed (Model), memory ran out (Runtime) or a file could not be written (Output).</exception>
    public OptimizationResult Run(Action<OptimizationProgress>? report, CancellationToken cancellationToken) =>
        TorchFailure.Translate(() => OptimizeLevels(report, cancellationToken));

    private OptimizationResult OptimizeLevels(Action<OptimizationProgress>? report, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        var clock = new Clock(_time, _checkpoint?.Elapsed ?? TimeSpan.Zero);
        var first = _checkpoint?.Level ?? 0;
        var taken = _plan.Levels.Take(first).Sum(l => l.Iterations);
        Tensor? image = null;
        IReadOnlyDictionary<string, double> losses = new Dictionary<string, double>(StringComparer.Ordinal);
        for (var i = first; i < _plan.Levels.Count; i++)
        {
            using var level = Begin(i, image);
            var iteration = 0;
            if (_checkpoint is not null && i == first)
            {
                _checkpoint.Restore(level);
                iteration = _checkpoint.Iteration;
            }

            var done = Optimize(level, i, iteration, clock, report, cancellationToken);
            taken += done;
            losses = level.Losses;
            if (cancellationToken.IsCancellationRequested && done < _plan.Levels[i].Iterations)
            {
                OptimizationCheckpoint.Save(_options, level, i, done, clock.Elapsed);
                return new OptimizationResult(Completed: false, taken, clock.Elapsed, losses);
            }

            image = level.ToImage();
        }

        Write(image!);
        return new OptimizationResult(Completed: true, taken, clock.Elapsed, losses);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _content?.Dispose();
        _styles.Dispose();
        _output.Dispose();
    }

    private PyramidLevel Begin(int index, Tensor? coarser)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (height, width, iterations) = _plan.Levels[index];
        var content = _content is null ? null : Sized(_content, height, width);
        Tensor start;
        if (coarser is not null)
            start = Sized(coarser, height, width);
        else if (_options.Start == InitialImage.Content && content is not null)
            start = content;
        else
            start = Noise(height, width);
        return new PyramidLevel(_styles, _options, content, start, iterations);
    }

    /// <summary>Takes the steps of a level.</summary>
    /// <returns>The steps taken so far; all of them where it has converged.</returns>
    private int Optimize(PyramidLevel level, int index, int from, Clock clock, Action<OptimizationProgress>? report, CancellationToken cancellationToken)
    {
        var (height, width, iterations) = _plan.Levels[index];
        var (previewed, saved) = (clock.Elapsed, clock.Elapsed);
        for (var step = from; step < iterations;)
        {
            if (cancellationToken.IsCancellationRequested)
                return step;
            step = level.Optimizer.Step() ? step + 1 : iterations;
            if (!double.IsFinite(level.Losses.GetValueOrDefault("total")))
                throw new VideoStyleException(
                    ErrorKind.Model,
                    $"The optimization diverged at step {step}: the loss is no longer a number.",
                    "Set Optimizer to LbfgsSearch, or smaller Weights, and start again."
                );
            var preview = clock.Elapsed - previewed >= PreviewEvery;
            if (preview)
            {
                Preview(level);
                previewed = clock.Elapsed;
            }

            if (clock.Elapsed - saved >= SaveEvery)
            {
                OptimizationCheckpoint.Save(_options, level, index, step, clock.Elapsed);
                saved = clock.Elapsed;
            }

            if (preview || step % ReportSteps == 0 || step == iterations)
            {
                var share = _plan.Share(index, step);
                var remaining = share < 1 ? clock.Elapsed / share - clock.Elapsed : TimeSpan.Zero;
                report?.Invoke(
                    new OptimizationProgress
                    {
                        Level = index + 1,
                        Levels = _plan.Levels.Count,
                        Width = width,
                        Height = height,
                        Iteration = step,
                        Iterations = iterations,
                        Elapsed = clock.Elapsed,
                        Remaining = remaining,
                        Losses = level.Losses,
                        Preview = preview,
                    }
                );
            }
        }

        return iterations;
    }

    private void Preview(PyramidLevel level)
    {
        using var scope = NewDisposeScope();
        using var frame = Pixels.ToFrame(level.ToImage());
        ImageFile.Write(_options.PreviewPath, frame);
        _previewed = true;
    }

    private void Write(Tensor image)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        if (_options.Color == ColorPreservation.Luminance)
            image = ColorTransfer.KeepChroma(image, Sized(_content!, (int)image.size(2), (int)image.size(3)));
        using var frame = Pixels.ToFrame(image);
        var bytes = ImageFile.Encode(frame.Pixels, frame.Width, frame.Height, Path.GetExtension(_options.Output));
        try
        {
            _output.Stream.Write(bytes);
            _output.Commit();
            if (_previewed || _options.Resume)
                File.Delete(_options.PreviewPath);
            File.Delete(_options.CheckpointPath);
        }
        catch (IOException e)
        {
            throw new VideoStyleException(ErrorKind.Output, $"{_options.Output}: cannot be written: {e.Message}", "Free some space, or choose another disk.", e);
        }
    }

    private Tensor Noise(int height, int width)
    {
        manual_seed(_options.Seed);
        return (randn(1, 3, height, width) * 0.1 + 0.5).clamp(0, 1);
    }

    /// <summary>Resizes an image of bytes or of 0–1; the result is in 0–1.</summary>
    internal static Tensor Sized(Tensor image, int height, int width)
    {
        var bytes = image.dtype == ScalarType.Byte;
        var sized = Sampling.Resize(image.to(ScalarType.Float32).contiguous(), height, width);
        return bytes ? sized.clamp(0, 255) / 255 : sized.clamp(0, 1);
    }

    /// <summary>The elapsed time, interrupted parts of the run included.</summary>
    private sealed class Clock(TimeProvider time, TimeSpan before)
    {
        private readonly long _start = time.GetTimestamp();

        internal TimeSpan Elapsed => before + time.GetElapsedTime(_start);
    }
}
