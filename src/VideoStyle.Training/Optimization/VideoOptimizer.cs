using VideoStyle.Core.Color;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Flow;
using VideoStyle.Core.Media;
using VideoStyle.Native.Files;
using VideoStyle.Native.Media;
using VideoStyle.Native.Vision;
using VideoStyle.Networks;
using VideoStyle.Torch.Runtime;

namespace VideoStyle.Training.Optimization;

/// <summary>Paints a short video by optimising each frame's pixels, held steady by the frames before it.</summary>
/// <remarks>
/// Ruder, Dosovitskiy and Brox, "Artistic Style Transfer for Videos", 2016: each frame begins with the warped painting of
/// the one before (section 4.1), is held to it where the flow is certain (4.2) and to those 2 and 4 frames back where it is
/// not (4.3). Further passes go to and fro from blended paintings (4.4). Departures: what nothing is known of begins with
/// the frame itself; the first pass already has the temporal losses; cuts are found, and each shot begins anew.
/// </remarks>
public sealed class VideoOptimizer : IDisposable
{
    private const int UsualSize = 512;
    private const long MostBytes = 1L << 30;
    private const double Blend = 0.5; // δ of section 4.4
    private static readonly int[] Back = [1, 2, 4];

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

    /// <summary>Reads the video and everything that painting needs, and reserves the output.</summary>
    /// <param name="options">What to paint.</param>
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
                new VideoOptions { MaxSize = options.Size ?? UsualSize, KeepStreams = true, From = options.From, To = options.To }
            );
            _output = OutputFile.Begin(options.Output, options.Force, options.Content);
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

    /// <summary>Paints and writes the video.</summary>
    /// <param name="report">Called after each level of a frame; or null.</param>
    /// <param name="cancellationToken">Keeps the finished frames and stops.</param>
    /// <exception cref="VideoStyleException">The losses overflowed (Model), memory ran out (Runtime) or a file could not be written (Output).</exception>
    public OptimizationResult Run(Action<OptimizationProgress>? report, CancellationToken cancellationToken) =>
        TorchFailure.Translate(() => PaintFrames(report, cancellationToken));

    private OptimizationResult PaintFrames(Action<OptimizationProgress>? report, CancellationToken cancellationToken)
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
                if (cancellationToken.IsCancellationRequested || !PaintFrame(pass, index, Tell, cancellationToken))
                    return new OptimizationResult(Completed: false, steps, _time.GetElapsedTime(start), losses);
                done++;
            }
        }

        Write();
        return new OptimizationResult(Completed: true, steps, _time.GetElapsedTime(start), losses);

        void Tell(int pass, int index, int level, PyramidLevel painting, int iterations)
        {
            steps += iterations;
            losses = painting.Losses;
            var place = pass * Count + (pass % 2 == 0 ? index : Count - 1 - index);
            var all = _options.Passes * Count;
            var elapsed = _time.GetElapsedTime(start);
            // The frames of a resumed video that were there already took no time.
            var remaining = elapsed / (done + 1) * (all - place - 1);
            report?.Invoke(new OptimizationProgress(place + 1, all, level + 1, _plan.Levels.Count, Size.Width, Size.Height, iterations, iterations, elapsed, remaining, losses, Preview: false));
        }
    }

    /// <inheritdoc />
    /// <remarks>Also of a painter whose constructor failed halfway.</remarks>
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
            if ((long)Count * frame.Width * frame.Height * 4 > MostBytes)
                throw new VideoStyleException(
                    ErrorKind.Input,
                    $"{_options.Content}: has more than {Count} frames of {frame.Width}×{frame.Height}, which do not fit into a gigabyte.",
                    "Paint a part with --from and --to, or use `videostyle convert` for long videos."
                );
        }

        if (Count == 0)
            throw new VideoStyleException(ErrorKind.Input, $"{_options.Content}: has no frame in the chosen range.", "Widen --from and --to.");
    }

    /// <summary>Paints one frame and stores it.</summary>
    /// <returns>False where it was interrupted.</returns>
    private bool PaintFrame(int pass, int index, Action<int, int, int, PyramidLevel, int> tell, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        var content = Picture(_frames[index]);
        var (start, losses) = pass == 0 ? FirstPass(index, content) : LaterPass(pass, index);
        var first = start is null ? 0 : _plan.Levels.Count - 1;
        for (var i = first; i < _plan.Levels.Count; i++)
        {
            var (height, width, iterations) = _plan.Levels[i];
            var sized = ImageOptimizer.Sized(content, height, width);
            var begin = start is null ? sized : ImageOptimizer.Sized(start, height, width);
            using var level = new PyramidLevel(_styles!, _options, sized, begin, iterations, losses);
            for (var step = 0; step < iterations && level.Optimizer.Step(); step++)
            {
                if (cancellationToken.IsCancellationRequested)
                    return false;
            }

            if (!double.IsFinite(level.Losses["total"]))
                throw new VideoStyleException(ErrorKind.Model, $"Frame {index + 1} went astray: the loss is no longer a number.", "Start again with --optimizer lbfgs-search.");
            start = level.Picture();
            tell(pass, index, i, level, iterations);
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
        var before = Back
            .Where(j => index - j >= _shots[index])
            .Select(j => motion.Warp(_luma[index], _luma[index - j], StylizedFrame(0, index - j)))
            .ToList();
        if (before.Count == 0)
            return (null, []);
        var (warped, certainty) = before[0];
        var start = content + (warped - content) * certainty;
        var certainties = TemporalTerms.LongTerm([.. before.Select(b => b.Certainty)]);
        return (start, Held([.. before.Zip(certainties, (b, c) => (b.Warped, c))]));
    }

    private (Tensor? Start, IReadOnlyList<PixelLoss> Losses) LaterPass(int pass, int index)
    {
        var own = StylizedFrame(pass - 1, index);
        var neighbour = pass % 2 == 0 ? index - 1 : index + 1;
        if (neighbour < 0 || neighbour >= Count || _shots[neighbour] != _shots[index])
            return (own, []);
        var (warped, certainty) = new TemporalTerms(_flow).Warp(_luma[index], _luma[neighbour], StylizedFrame(pass, neighbour));
        return (own + (warped - own) * certainty * Blend, Held([(warped, certainty)]));
    }

    private PixelLoss[] Held(IReadOnlyList<(Tensor Warped, Tensor Certainty)> before) =>
        _options.Weights.Temporal > 0 ? [new PixelLoss("temporal", _options.Weights.Temporal, TemporalTerms.Loss(before))] : [];

    private Tensor StylizedFrame(int pass, int index)
    {
        using var frame = _store.Read(pass, index) ?? throw new InvalidOperationException($"Frame {index} of pass {pass} is not painted.");
        return Picture(frame);
    }

    private static Tensor Picture(Frame frame) => Pixels.ToTensor(frame).to(ScalarType.Float32).contiguous() / 255;

    private void Write()
    {
        for (var i = 0; i < Count; i++)
        {
            using var painted = _store.Read(_options.Passes - 1, i)!;
            painted.CopyTimingFrom(_frames[i]);
            _sink!.Write(painted);
        }

        _sink!.Finish();
        var check = (_sink as FFmpegSink)?.Check;
        _sink!.Dispose();
        check?.Verify(_output!.PartialPath, _options.Output);
        _output!.Commit();
        _store.Remove();
    }
}
