using VideoStyle.Core.Compositing;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Flow;
using VideoStyle.Core.Media;
using VideoStyle.Core.Pipeline;
using VideoStyle.Core.Stylizers;
using VideoStyle.Engines;
using VideoStyle.Native;
using VideoStyle.Native.Files;
using VideoStyle.Native.Media;
using VideoStyle.Networks.Inference;

namespace VideoStyle.Converting;

/// <summary>Converts one video: composes source, stylizer, flow and sink around the pipeline, and checks the result.</summary>
/// <param name="options">What to do.</param>
/// <param name="stylizer">Stylizes; not disposed here.</param>
internal sealed class Conversion(StylerOptions options, IStylizer stylizer)
{
    // What decoding holds for each pixel of a picture, references and queues included.
    private const int BytesPerPixel = 24;

    /// <summary>Runs a conversion; a video appears under its name only when it is complete and was read back.</summary>
    /// <param name="input">A file, <c>-</c>, a folder of images, a glob or a numbered pattern.</param>
    /// <param name="output">A file, <c>-</c>, a folder or a numbered pattern.</param>
    /// <param name="report">Told of it.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="VideoStyleException">The conversion is impossible or failed; nothing is left behind.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; nothing is left behind but what can be resumed.</exception>
    public async Task<ConversionResult> RunAsync(string input, string output, Action<ConversionEvent> report, CancellationToken cancellationToken)
    {
        var segments = SegmentPlan.For(options, input, output);
        RequireUnits(options);
        using var source = FrameSource.Open(input, SourceOptions(options), cancellationToken);
        input = StreamUrl.Shown(input);
        MemoryNeed.Require(options, input, source.Info);
        DiskSpace.Require(options, output, source.Info);
        if (options.Output.CreateFolder)
            OutputFolder.Create(output);
        using var file = Begin(input, output, source.Info);
        using var comparison = options.Output.Compare is { } mode ? new Comparison(source, mode) : null;
        PipelineReport done;
        OutputCheck? check;
        using (var sink = FrameSink.Create(file?.PartialPath ?? output, options.Encode with { FileName = file is null ? null : Path.GetFileName(output) }, source, comparison?.Output ?? source.Info))
        {
            report(new ConversionStarted(input, output, source.Info, stylizer.Info.Description));
            var told = Tell((sink as FFmpegSink)?.Notes ?? (sink as ImageSequenceSink)?.Notes, report);
            if (stylizer is TorchStylizer network && network.RowTilesFor(source.Info.Width, source.Info.Height) is > 1 and var tiles)
                report(new ConversionNote($"{input}: frames are stylized in {tiles} row tiles, which takes less memory and gives the same result"));
            var segmented = sink is FFmpegSink video ? segments?.Over(video, stylizer) : null;
            var pipeline = segmented is null ? Pipeline(options, source.Info) : segments!.Apply(Pipeline(options, source.Info), segmented, source.Info);
            done = await RunAsync(comparison ?? source, comparison?.Before(sink) ?? segmented ?? sink, pipeline, report, cancellationToken).ConfigureAwait(false);
            if (done.FramesWritten == 0)
                throw new VideoStyleException(ErrorKind.Input, $"{input}: has no frame in the chosen range.", "Set VideoOptions.From and VideoOptions.To to a wider range.");
            check = (sink as FFmpegSink)?.Check;
            Tell((sink as FFmpegSink)?.Notes.Skip(told), report);
            if (sink is ImageSequenceSink && ImageOutput.DescribeLeft(output, done.FramesWritten) is { } left)
                report(new ConversionNote(left));
        }

        if (file is not null)
        {
            check?.Verify(file.PartialPath, output);
            file.Commit();
        }

        segments?.Remove();
        Tell((source as FFmpegSource)?.Notes ?? (source as ImageSequenceSource)?.Notes, report);
        return new ConversionResult(output, done);
    }

    /// <summary>Finds out what a conversion would do; fails as it would, and leaves nothing.</summary>
    /// <param name="input">The input.</param>
    /// <param name="output">The output.</param>
    /// <exception cref="VideoStyleException">The conversion is impossible.</exception>
    public ConversionPlan Plan(string input, string output)
    {
        SegmentPlan.For(options, input, output);
        RequireUnits(options);
        using var source = FrameSource.Open(input, SourceOptions(options));
        input = StreamUrl.Shown(input);
        MemoryNeed.Require(options, input, source.Info);
        DiskSpace.Require(options, output, source.Info);
        using var file = options.Output.CreateFolder && !Directory.Exists(OutputFolder.Of(output)) ? null : Begin(input, output, source.Info);
        return new ConversionPlan
        {
            Input = input,
            Output = output,
            Video = options.Output.Compare is { } mode ? new Comparison(source, mode).Output : source.Info,
            Stylizer = stylizer.Info.Description,
            Coherence = options.Mode,
            EstimatedBytes = output is "-" ? null : DiskSpace.Estimate(options, output, source.Info),
            FreeBytes = output is "-" ? null : DiskSpace.FreeAt(output),
        };
    }

    /// <summary>Takes frames through the pipeline.</summary>
    public async Task<PipelineReport> RunAsync(
        IFrameSource source, IFrameSink sink, PipelineOptions pipeline, Action<ConversionEvent>? report, CancellationToken cancellationToken)
    {
        return await StylizePipeline
            .RunAsync(source, stylizer, sink, pipeline, report is null ? null : progress => report(new FrameWritten(progress)), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>How the input is read.</summary>
    public static VideoOptions SourceOptions(StylerOptions options) =>
        options.Video with
        {
            KeepStreams = true,
            KeepAlpha = options.Output.Compare is null,
            KeepDepth = options.Output.Compare is null,
            MaxPixels = options.Compute.MaxMemory is { } memory ? Math.Max(memory.Bytes / BytesPerPixel, 1) : null,
        };

    /// <summary>How the pipeline works on frames of a size.</summary>
    public static PipelineOptions Pipeline(StylerOptions options, VideoInfo video) =>
        new()
        {
            Coherence = options.Mode,
            Blend = options.Coherence.Blend?.Apply(BlendOptions.For(options.Mode)),
            KeyframeInterval = options.Coherence.KeyframeInterval ?? PipelineOptions.KeyframeIntervalFor(options.Mode, video.Width, video.Height),
            CreateFlow = FlowOf(options),
            QueueLength = PipelineOptions.QueueLengthFor(video.Width, video.Height),
        };

    /// <summary>What makes the flow estimators; null where none is needed.</summary>
    public static Func<IFlowEstimator>? FlowOf(StylerOptions options) =>
        options.Mode == CoherenceMode.Off ? null : () => FlowEstimators.Create(options.Coherence.Flow ?? FlowEstimators.DefaultFor(options.Mode));

    /// <summary>Demands the parts of the native library that a conversion needs, beside its style's.</summary>
    /// <exception cref="VideoStyleException">One is not there (Runtime).</exception>
    public static void RequireUnits(StylerOptions options) =>
        VideoStyleNative.Require(options.Mode == CoherenceMode.Off ? NativeUnits.Media : NativeUnits.Media | NativeUnits.Vision);

    // Images are written one by one under their own names, and standard output has none.
    private OutputFile? Begin(string input, string output, VideoInfo video)
    {
        if (output is "-")
            return null;
        if (!FrameSink.WritesPictures(output, video))
            return OutputFile.Begin(output, options.Output.Overwrite, StreamUrl.Is(input) ? null : input);
        ImageOutput.RequireFree(input, output, options.Output.Overwrite);
        return null;
    }

    private static int Tell(IEnumerable<string>? notes, Action<ConversionEvent> report)
    {
        var count = 0;
        foreach (var note in notes ?? [])
        {
            report(new ConversionNote(note));
            count++;
        }

        return count;
    }
}
