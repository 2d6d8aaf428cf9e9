using VideoStyle.Benchmarking;
using VideoStyle.Converting;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Core.Stylizers;
using VideoStyle.Metrics;
using VideoStyle.Streaming;
using VideoStyle.Styles;
using VideoStyle.Training;
using VideoStyle.Training.Optimization;

namespace VideoStyle;

/// <summary>Turns videos, images and streams of frames into paintings that do not flicker.</summary>
/// <remarks>
/// The style is loaded when it is first needed and kept for further inputs, which are converted one after another. Failures that a user can act on are
/// <see cref="VideoStyleException"/>; a mistake of the caller is an <see cref="ArgumentException"/>.
/// </remarks>
/// <example>
/// <code>
/// using var styler = new VideoStyler(new StylerOptions { Style = new() { Name = "starry_night" } });
/// var result = await styler.ConvertAsync("in.mp4", "out.mp4");
/// Console.WriteLine($"{result.Report.FramesWritten} frames");
/// </code>
/// </example>
public sealed class VideoStyler : IDisposable
{
    private readonly Lazy<IStylizer> _stylizer;
    private readonly bool _isOwner;
    private IProgress<ConversionEvent>? _progress;

    /// <summary>Creates a styler.</summary>
    /// <param name="options">What to do; null for the defaults.</param>
    /// <exception cref="VideoStyleException">The options contradict each other (Usage).</exception>
    public VideoStyler(StylerOptions? options = null)
    {
        Options = options ?? new StylerOptions();
        Options.Validate();
        _stylizer = new Lazy<IStylizer>(() => StylizerBuilder.Build(Options, Report));
        _isOwner = true;
    }

    /// <summary>Creates a styler with a stylizer of the caller's, in place of <see cref="StylerOptions.Style"/>.</summary>
    /// <param name="options">What to do.</param>
    /// <param name="stylizer">Stylizes frames; kept by the caller, who disposes it after the styler.</param>
    /// <exception cref="VideoStyleException">The options contradict each other (Usage).</exception>
    public VideoStyler(StylerOptions options, IStylizer stylizer)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(stylizer);
        Options = options;
        Options.Validate();
        _stylizer = new Lazy<IStylizer>(stylizer);
    }

    /// <summary>Gets what the styler does.</summary>
    public StylerOptions Options { get; }

    /// <summary>Converts a video, an image or a sequence of images, and copies the other streams.</summary>
    /// <param name="input">A file, <c>-</c> for standard input, a folder of images, a glob, or a pattern such as <c>frame_%05d.png</c>.</param>
    /// <param name="output">A file, whose extension chooses the container; <c>-</c> for NUT on standard output; a folder or a pattern for images.</param>
    /// <param name="progress">Told what happens, in order, on the thread that it happens on; or null.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>What was done. The output is complete and was read back.</returns>
    /// <exception cref="VideoStyleException">It is impossible or failed; the output's path holds what it held before.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; nothing is left but what <see cref="OutputOptions.Resume"/> keeps.</exception>
    public async Task<ConversionResult> ConvertAsync(
        string input, string output, IProgress<ConversionEvent>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(input);
        ArgumentException.ThrowIfNullOrEmpty(output);
        _progress = progress;
        return await Conversion().RunAsync(input, output, Report, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Finds out what a conversion would do; fails as it would, and leaves nothing.</summary>
    /// <param name="input">As for <see cref="ConvertAsync"/>.</param>
    /// <param name="output">As for <see cref="ConvertAsync"/>.</param>
    /// <exception cref="VideoStyleException">The conversion is impossible.</exception>
    public ConversionPlan Plan(string input, string output)
    {
        ArgumentException.ThrowIfNullOrEmpty(input);
        ArgumentException.ThrowIfNullOrEmpty(output);
        return Conversion().Plan(input, output);
    }

    /// <summary>Stylizes a few frames, spread over a video, into a contact sheet beside the output, and predicts the time of the conversion.</summary>
    /// <param name="input">A file, a folder of images, a glob or a pattern.</param>
    /// <param name="output">As for <see cref="ConvertAsync"/>; the sheet is named after it.</param>
    /// <param name="frames">The number of frames, 1–24.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="VideoStyleException">The input cannot be read, or the sheet not written.</exception>
    public async Task<PreviewResult> PreviewAsync(string input, string output, int frames = 5, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(input);
        ArgumentException.ThrowIfNullOrEmpty(output);
        ArgumentOutOfRangeException.ThrowIfLessThan(frames, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(frames, Preview.MaxFrames);
        return await Preview.RunAsync(Options, _stylizer.Value, input, output, frames, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stylizes a stream of frames; nothing is read from or written to a file.</summary>
    /// <param name="video">Size and time base of the frames.</param>
    /// <param name="frames">The frames, in the order of their times; each is disposed here.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>As many frames, with the same times; the caller disposes each.</returns>
    /// <exception cref="VideoStyleException">A frame could not be stylized.</exception>
    public IAsyncEnumerable<Frame> StylizeAsync(VideoInfo video, IAsyncEnumerable<Frame> frames, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(video);
        ArgumentNullException.ThrowIfNull(frames);
        return FrameStream.RunAsync(Conversion(), Options, video, frames, cancellationToken);
    }

    /// <summary>Stylizes one frame, without regard to others.</summary>
    /// <param name="frame">The frame; kept by the caller.</param>
    /// <param name="pool">Lends the result.</param>
    /// <returns>A frame of the same size and times, which the caller disposes.</returns>
    /// <exception cref="VideoStyleException">The frame could not be stylized.</exception>
    public Frame Stylize(Frame frame, FramePool pool)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentNullException.ThrowIfNull(pool);
        using var stylized = _stylizer.Value.Stylize(frame);
        var result = pool.Rent(frame.Width, frame.Height, frame.HasAlpha, frame.Has16Bits);
        stylized.RoundTo(result);
        result.CopyTimingFrom(frame);
        return result;
    }

    /// <summary>Measures what each step of a conversion costs alone, and the whole pipeline.</summary>
    /// <param name="input">A video of at least two frames; null for a synthetic one of 1280x720.</param>
    /// <param name="rounds">How often everything is measured, at least 1.</param>
    /// <param name="maxFrames">The most frames of a step alone, and the frames of the synthetic video, at least 4.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>
    /// For each round the cost of <c>decode</c>, <c>flow</c>, <c>stylize</c>, <c>blend</c> and <c>encode</c> for each frame, of the <c>pipeline</c>, and of its <c>2nd half</c>.
    /// </returns>
    /// <exception cref="VideoStyleException">The input cannot be read.</exception>
    public async Task<IReadOnlyList<IReadOnlyDictionary<string, StepCost>>> BenchmarkAsync(
        string? input, int rounds = 3, int maxFrames = 60, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxFrames, 4);
        using var synthetic = input is null ? new SyntheticClip(1280, 720, maxFrames) : null;
        Benchmark benchmark = new(Options, _stylizer.Value, input ?? synthetic!.Path, maxFrames);
        List<IReadOnlyDictionary<string, StepCost>> costs = [];
        while (costs.Count < rounds)
            costs.Add(await benchmark.RunAsync(cancellationToken).ConfigureAwait(false));
        return costs;
    }

    /// <summary>Measures how steady stylized videos are, with the field's metrics.</summary>
    /// <param name="options">The clips, the metrics, and the reports to write.</param>
    /// <param name="progress">Told the number of frames so far; or null.</param>
    /// <param name="cancellationToken">Stops; no report is written then.</param>
    /// <exception cref="VideoStyleException">The clips cannot be read or compared, or a report not written.</exception>
    public static Task<MeasureResult> MeasureAsync(MeasureOptions options, IProgress<long>? progress = null, CancellationToken cancellationToken = default) =>
        Measurer.MeasureAsync(options, progress, cancellationToken);

    /// <summary>Trains a style, on a thread of its own.</summary>
    /// <param name="options">Style images, content, losses and the model to write.</param>
    /// <param name="progress">Told every 50 steps; or null.</param>
    /// <param name="cancellationToken">Stops after a step; the checkpoint is kept.</param>
    /// <returns>What was done; not completed where it was cancelled.</returns>
    /// <exception cref="VideoStyleException">An option is out of range, or an image cannot be read, or the model not written.</exception>
    public static Task<TrainingResult> TrainAsync(TrainingOptions options, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return Task.Run(
            () =>
            {
                using Trainer trainer = new(options);
                return trainer.Run(progress is null ? null : progress.Report, cancellationToken);
            },
            CancellationToken.None);
    }

    /// <summary>Optimizes an image or a short video until it has the content of one image and the style of another (Gatys et al., 2016), on a thread of its own.</summary>
    /// <param name="options">Content, style images, losses and the file to write.</param>
    /// <param name="progress">Told after each step; or null.</param>
    /// <param name="cancellationToken">Stops after a step; the checkpoint is kept.</param>
    /// <returns>What was done; not completed where it was cancelled.</returns>
    /// <exception cref="VideoStyleException">An option is out of range, or an image cannot be read or written.</exception>
    public static Task<OptimizationResult> OptimizeAsync(
        OptimizationOptions options, IProgress<OptimizationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return Task.Run(() => options.IsVideo ? OptimizeVideo() : OptimizeImage(), CancellationToken.None);

        OptimizationResult OptimizeImage()
        {
            using ImageOptimizer optimizer = new(options);
            return optimizer.Run(progress is null ? null : progress.Report, cancellationToken);
        }

        OptimizationResult OptimizeVideo()
        {
            using VideoOptimizer optimizer = new(options);
            return optimizer.Run(progress is null ? null : progress.Report, cancellationToken);
        }
    }

    /// <summary>Frees the style.</summary>
    public void Dispose()
    {
        if (_isOwner && _stylizer.IsValueCreated)
            _stylizer.Value.Dispose();
    }

    private Conversion Conversion() => new(Options, _stylizer.Value);

    private void Report(ConversionEvent e) => _progress?.Report(e);
}
