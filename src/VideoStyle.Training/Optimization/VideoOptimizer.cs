using VideoStyle.Core.Errors;
using VideoStyle.Core.Flow;
using VideoStyle.Core.Media;
using VideoStyle.Native.Files;
using VideoStyle.Native.Media;
using VideoStyle.Native.Vision;
using VideoStyle.Networks;
using VideoStyle.Networks.Color;
using VideoStyle.Torch.Runtime;

namespace VideoStyle.Training.Optimization;

/// <summary>Stylizes a short video by optimizing the pixels of each frame, with a temporal loss against the frames before it.</summary>
/// <remarks>
/// Ruder, Dosovitskiy and Brox, "Artistic Style Transfer for Videos", 2016: each frame starts with the warped result of the frame
/// before (section 4.1), with a short-term loss where the flow is certain (4.2) and a long-term loss against the frames 2 and 4 back
/// where it is not (4.3). Further passes alternate their direction (4.4). Departures: disoccluded regions start with the content
/// frame; the first pass already has the temporal losses; scene cuts are detected, and each shot starts anew.
/// </remarks>
public sealed class VideoOptimizer : IDisposable
{
    private const int DefaultSize = 512;
    private const long MaxBytes = 1L << 30;
    private const double PassBlend = 0.5; // δ of section 4.4
    private static readonly int[] LongTermOffsets = [1, 2, 4];

    private readonly OptimizationOptions _options;
    private readonly TimeProvider _time;
    private readonly IFrameSource? _source;
    private readonly OutputFile? _output;
    private readonly IFrameSink? _sink;
    private readonly StyleSource? _styles;
    private readonly OptimizedFrames _store;
    private readonly OpenCvFlow _flow = OpenCvFlow.Create(FlowMethod.DisFine);
    private readonly FramePool _pool = new();
    private readonly List<Frame> _frames = [];
    private readonly List<LumaImage> _luma = [];
    private readonly List<int> _shots = [];
    private readonly PyramidPlan _plan;

    /// <summary>Reads the video and everything else needed, and reserves the output.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <exception cref="VideoStyleException">An option is out of range, a file is missing or damaged, the video is too long, or the output is taken.</exception>
    public VideoOptimizer(OptimizationOptions options, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (_options, _time) = (options, time ?? TimeProvider.System);
        try
        {
            _source = FrameSource.Open(
                options.Content!,
                new VideoOptions { MaxSize = options.Size ?? DefaultSize, KeepStreams = true, From = options.From, To = options.To }
            );
            _output = OutputFile.Begin(options.Output, options.Overwrite, options.Content);
            _sink = FrameSink.Create(_output.PartialPath, new EncodeOptions { FileName = Path.GetFileName(options.Output) }, _source);
            ReadFrames();
            using var scope = NewDisposeScope();
            _plan = PyramidPlan.Make(options with { Size = Math.Max(_frames[0].Width, _frames[0].Height) }, _frames[0].Height, _frames[0].Width);
            _styles = new StyleSource(options, Pixels.ToTensor(_frames[0]));
            _store = new OptimizedFrames(options);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Gets the size of the video in pixels.</summary>
    public (int Width, int Height) Size => (_frames[0].Width, _frames[0].Height);

    /// <summary>Gets the number of frames.</summary>
    public int Count => _frames.Count;

    /// <summary>Optimizes all frames and writes the video.</summary>
    /// <param name="report">Called after each pyramid level of a frame; or null.</param>
    /// <param name="cancellationToken">Keeps the finished frames and stops.</param>
    /// <exception cref="VideoStyleException">The losses overflowed (Model), memory ran out (Runtime) or a file could not be written (Output).</exception>
    public OptimizationResult Run(Action<OptimizationProgress>? report, CancellationToken cancellationToken) =>
        TorchFailure.Translate(() => OptimizeFrames(report, cancellationToken));

    private OptimizationResult OptimizeFrames(Action<OptimizationProgress>? report, CancellationToken cancellationToken)
    {
        var start = _time.GetTimestamp();
        var (steps, done) = (0, 0);
        IReadOnlyDictionary<string, double> losses = new Dictionary<string, double>(StringComparer.Ordinal);
        for (var pass = 0; pass < _options.Passes; pass++)
        {
            for (var i = 0; i < Count; i++)
            {
                var index = pass % 2 == 0 ? i : Count - 1 - i;
                using var stored = _store.Read(pass, index);
                if (stored is not null)
                    continue;
                if (cancellationToken.IsCancellationRequested || !OptimizeFrame(pass, index, Report, cancellationToken))
                    return new OptimizationResult(Completed: false, steps, _time.GetElapsedTime(start), losses);
                done++;
            }
        }

        Write();
        return new OptimizationResult(Completed: true, steps, _time.GetElapsedTime(start), losses);

        void Report(int pass, int index, int level, PyramidLevel pyramidLevel, int iterations)
        {
            steps += iterations;
            losses = pyramidLevel.Losses;
            var place = pass * Count + (pass % 2 == 0 ? index : Count - 1 - index);
            var all = _options.Passes * Count;
            var elapsed = _time.GetElapsedTime(start);
            // The frames that a resumed run found finished took no time.
            var remaining = elapsed / (done + 1) * (all - place - 1);
            report?.Invoke(
                new OptimizationProgress
                {
                    Frame = place + 1,
                    Frames = all,
                    Level = level + 1,
                    Levels = _plan.Levels.Count,
                    Width = Size.Width,
                    Height = Size.Height,
                    Iteration = iterations,
                    Iterations = iterations,
                    Elapsed = elapsed,
                    Remaining = remaining,
                    Losses = losses,
                }
            );
        }
    }

    /// <inheritdoc />
    /// <remarks>Also called for an optimizer whose constructor failed halfway.</remarks>
    public void Dispose()
    {
        foreach (var frame in _frames)
            frame.Dispose();
        _sink?.Dispose();
        _output?.Dispose();
        _source?.Dispose();
        _styles?.Dispose();
        _flow.Dispose();
    }

    private void ReadFrames()
    {
        var cuts = new SceneCutDetector();
        while (_source!.Read(_pool) is { } frame)
        {
            _frames.Add(frame);
            _luma.Add(LumaReducer.Reduce(frame, 1));
            _shots.Add(Count > 1 && !cuts.IsCut(_luma[^2], _luma[^1]) ? _shots[^1] : Count - 1);
            if ((long)Count * frame.Width * frame.Height * 4 > MaxBytes)
                throw new VideoStyleException(
                    ErrorKind.Input,
                    $"{_options.Content}: has more than {Count} frames of {frame.Width}×{frame.Height}, which do not fit into a gigabyte.",
                    "Choose a part with From and To, or use the feed-forward conversion for long videos."
                );
        }

        if (Count == 0)
            throw new VideoStyleException(ErrorKind.Input, $"{_options.Content}: has no frame in the chosen range.", "Widen From and To.");
    }

    /// <summary>Optimizes one frame and stores it.</summary>
    /// <returns>False where it was interrupted.</returns>
    private bool OptimizeFrame(int pass, int index, Action<int, int, int, PyramidLevel, int> report, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        var content = ToImage(_frames[index]);
        var (start, losses) = pass == 0 ? FirstPass(index, content) : LaterPass(pass, index);
        var first = start is null ? 0 : _plan.Levels.Count - 1;
        for (var i = first; i < _plan.Levels.Count; i++)
        {
            var (height, width, iterations) = _plan.Levels[i];
            var sized = ImageOptimizer.Sized(content, height, width);
            var initial = start is null ? sized : ImageOptimizer.Sized(start, height, width);
            using var level = new PyramidLevel(_styles!, _options, sized, initial, iterations, losses);
            for (var step = 0; step < iterations && level.Optimizer.Step(); step++)
            {
                if (cancellationToken.IsCancellationRequested)
                    return false;
            }

            if (!double.IsFinite(level.Losses["total"]))
                throw new VideoStyleException(ErrorKind.Model, $"Frame {index + 1} diverged: the loss is no longer a number.", "Set Optimizer to LbfgsSearch, and start again.");
            start = level.ToImage();
            report(pass, index, i, level, iterations);
        }

        if (_options.Color == ColorPreservation.Luminance)
            start = ColorTransfer.KeepChroma(start!, content);
        using var frame = Pixels.ToFrame(start!);
        _store.Write(pass, index, frame);
        return true;
    }

    private (Tensor? Start, IReadOnlyList<PixelLoss> Losses) FirstPass(int index, Tensor content)
    {
        var motion = new TemporalTerms(_flow);
        var before = LongTermOffsets
            .Where(j => index - j >= _shots[index])
            .Select(j => motion.Warp(_luma[index], _luma[index - j], Stored(0, index - j)))
            .ToList();
        if (before.Count == 0)
            return (null, []);
        var (warped, certainty) = before[0];
        var start = content + (warped - content) * certainty;
        var certainties = TemporalTerms.LongTerm([.. before.Select(b => b.Certainty)]);
        return (start, TemporalLosses([.. before.Zip(certainties, (b, c) => (b.Warped, c))]));
    }

    private (Tensor? Start, IReadOnlyList<PixelLoss> Losses) LaterPass(int pass, int index)
    {
        var own = Stored(pass - 1, index);
        var neighbour = pass % 2 == 0 ? index - 1 : index + 1;
        if (neighbour < 0 || neighbour >= Count || _shots[neighbour] != _shots[index])
            return (own, []);
        var (warped, certainty) = new TemporalTerms(_flow).Warp(_luma[index], _luma[neighbour], Stored(pass, neighbour));
        return (own + (warped - own) * certainty * PassBlend, TemporalLosses([(warped, certainty)]));
    }

    private PixelLoss[] TemporalLosses(IReadOnlyList<(Tensor Warped, Tensor Certainty)> before) =>
        _options.Weights.Temporal > 0 ? [new PixelLoss("temporal", _options.Weights.Temporal, TemporalTerms.Loss(before))] : [];

    private Tensor Stored(int pass, int index)
    {
        using var frame = _store.Read(pass, index) ?? throw new InvalidOperationException($"Frame {index} of pass {pass} is not finished.");
        return ToImage(frame);
    }

    private static Tensor ToImage(Frame frame) => Pixels.ToTensor(frame).to(ScalarType.Float32).contiguous() / 255;

    private void Write()
    {
        for (var i = 0; i < Count; i++)
        {
            using var stylized = _store.Read(_options.Passes - 1, i)!;
            stylized.CopyTimingFrom(_frames[i]);
            _sink!.Write(stylized);
        }

        _sink!.Finish();
        var check = (_sink as FFmpegSink)?.Check;
        _sink!.Dispose();
        check?.Verify(_output!.PartialPath, _options.Output);
        _output!.Commit();
        _store.Remove();
    }
}
