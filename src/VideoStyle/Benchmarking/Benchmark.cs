using VideoStyle.Converting;
using VideoStyle.Core.Compositing;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Core.MotionEstimation;
using VideoStyle.Core.Pipeline;
using VideoStyle.Core.Stylizers;
using VideoStyle.Native.Media;

namespace VideoStyle.Benchmarking;

/// <summary>Times each step of a conversion alone, one after another, and then the whole pipeline, file to file.</summary>
/// <remarks>
/// Each step alone has the whole machine, as it has inside the pipeline only when the others wait. The ratio of the
/// pipeline to their sum says what the overlap brings: below 1 it pays.
/// </remarks>
internal sealed class Benchmark(StylerOptions options, IStylizer stylizer, string input, int frameLimit)
{
    /// <summary>The most pixels kept in memory for the steps alone: 64 frames of 720p.</summary>
    private const long PixelLimit = 64L * 1280 * 720;

    private readonly FramePool _pool = new();

    /// <summary>The pipeline once its buffers are there and the code is compiled: what each further frame of a long video costs.</summary>
    public const string SecondHalf = "2nd half";

    /// <summary>Runs one round.</summary>
    /// <returns>What each step alone cost, the whole pipeline under <c>pipeline</c>, and of that the <see cref="SecondHalf"/>.</returns>
    public async Task<IReadOnlyDictionary<string, StepCost>> RunAsync(CancellationToken cancellationToken)
    {
        Dictionary<string, StepCost> times = new(StringComparer.Ordinal);
        var (frames, info) = Decode(times);
        try
        {
            using (stylizer.Stylize(frames[0]))
            {
                // The first frame loads kernels and memory; a long video pays for that once.
            }

            cancellationToken.ThrowIfCancellationRequested();
            var motions = Flow(frames, times);
            cancellationToken.ThrowIfCancellationRequested();
            var stylized = Stylize(frames, times);
            Blend(frames, stylized, motions, times);
            cancellationToken.ThrowIfCancellationRequested();
            Encode(frames, info, times);
        }
        finally
        {
            frames.ForEach(frame => frame.Dispose());
        }

        await PipelineAsync(frames.Count, times, cancellationToken).ConfigureAwait(false);
        return times;
    }

    private (List<Frame> Frames, VideoInfo Info) Decode(Dictionary<string, StepCost> times)
    {
        using var source = FFmpegSource.Open(input, options.Video);
        List<Frame> frames = [];
        var meter = StepCost.Begin();
        var limit = Math.Clamp(PixelLimit / ((long)source.Info.Width * source.Info.Height), 4, frameLimit);
        while (frames.Count < limit && source.Read(_pool) is { } frame)
            frames.Add(frame);
        if (frames.Count < 2)
            throw new VideoStyleException(ErrorKind.Input, $"{input}: has too few frames to measure.", "Use a longer clip.");
        times["decode"] = meter.End(frames.Count);
        return (frames, source.Info);
    }

    // As in the pipeline: pairs are independent, so they are shared out over the cores.
    private Motion?[] Flow(List<Frame> frames, Dictionary<string, StepCost> times)
    {
        var motions = new Motion?[frames.Count];
        if (options.Mode == CoherenceMode.Off)
            return motions;
        var createFlow = Conversion.FlowOf(options)!;
        var meter = StepCost.Begin();
        var factor = LumaReducer.FactorFor(frames[0].Width, frames[0].Height, PipelineOptions.FlowSizeOf(options.Mode));
        var lumas = frames.AsParallel().AsOrdered().Select(frame => LumaReducer.Reduce(frame, factor)).ToArray();
        Parallel.For(
            1,
            frames.Count,
            () => new MotionEstimator(createFlow(), factor) { IsExposureInvariant = stylizer.Info.IsExposureInvariant },
            (t, _, estimator) =>
            {
                motions[t] = estimator.Estimate(lumas[t - 1], lumas[t]);
                return estimator;
            },
            estimator => estimator.Dispose()
        );
        times["flow"] = meter.End(frames.Count);
        return motions;
    }

    private StylizedFrame[] Stylize(List<Frame> frames, Dictionary<string, StepCost> times)
    {
        var stylized = new StylizedFrame[frames.Count];
        var meter = StepCost.Begin();
        Parallel.For(0, frames.Count, new ParallelOptions { MaxDegreeOfParallelism = stylizer.Info.Workers }, t => stylized[t] = stylizer.Stylize(frames[t]));
        times["stylize"] = meter.End(frames.Count);
        return stylized;
    }

    private void Blend(List<Frame> frames, StylizedFrame[] stylized, Motion?[] motions, Dictionary<string, StepCost> times)
    {
        using TemporalBlend blend = new(BlendOptions.For(options.Mode));
        var meter = StepCost.Begin();
        for (var t = 0; t < frames.Count; t++)
        {
            using var shown = _pool.Rent(frames[t].Width, frames[t].Height);
            blend.Next(stylized[t], motions[t], shown);
        }

        times["blend"] = meter.End(frames.Count);
    }

    private void Encode(List<Frame> frames, VideoInfo info, Dictionary<string, StepCost> times)
    {
        var path = TemporaryPath();
        try
        {
            var meter = StepCost.Begin();
            using (var sink = FFmpegSink.Create(path, ToMp4(), info))
            {
                frames.ForEach(sink.Write);
                sink.Finish();
            }

            times["encode"] = meter.End(frames.Count);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private async Task PipelineAsync(int frames, Dictionary<string, StepCost> times, CancellationToken cancellationToken)
    {
        var path = TemporaryPath();
        try
        {
            using var source = FFmpegSource.Open(input, options.Video);
            using var sink = FFmpegSink.Create(path, ToMp4(), source.Info);
            var meter = StepCost.Begin();
            StepCost.Meter? second = null;
            var half = frames / 2;
            var report = await new Conversion(options, stylizer)
                .RunAsync(source, sink, Conversion.Pipeline(options, source.Info), AtHalf, cancellationToken)
                .ConfigureAwait(false);
            times["pipeline"] = meter.End((int)report.FramesWritten);
            if (second is { } rest)
                times[SecondHalf] = rest.End((int)report.FramesWritten - half);

            void AtHalf(ConversionEvent e)
            {
                if (e is FrameWritten { Report: var now } && now.FramesWritten == half)
                    second = StepCost.Begin();
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    private EncodeOptions ToMp4() => options.Encode with { FormatName = "mp4" };

    private static string TemporaryPath() => Path.Combine(Path.GetTempPath(), $"videostyle-bench-{Guid.NewGuid():N}.mp4");
}
