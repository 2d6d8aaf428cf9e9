using VideoStyle.Core.Errors;
using VideoStyle.Core.Flow;
using VideoStyle.Core.Media;
using VideoStyle.Core.Pipeline;
using VideoStyle.Core.Stylizers;
using VideoStyle.Native;
using VideoStyle.Native.Files;
using VideoStyle.Native.Media;
using VideoStyle.Native.Vision;

namespace VideoStyle.Cli.Converting;

/// <summary>Converts one video: composes source, style, flow and sink around the pipeline.</summary>
internal static class Conversion
{
    /// <summary>Runs a conversion; a video appears under its name only when it is complete and was read back.</summary>
    /// <param name="request">What to do.</param>
    /// <param name="stylizer">Paints; not disposed here.</param>
    /// <param name="reporter">Is told of it.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="VideoStyleException">The conversion is impossible or failed; nothing is left behind.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; nothing is left behind but what can be resumed.</exception>
    public static async Task<PipelineReport> RunAsync(
        ConversionRequest request,
        IStylizer stylizer,
        IConversionReporter reporter,
        CancellationToken cancellationToken
    )
    {
        RequireUnits(request);
        using var source = FrameSource.Open(request.Input, VideoOptions(request));
        DiskSpace.Require(request, source.Info);
        if (request.MakeFolder)
            OutputFolder.Make(OutputFolder.Of(request));
        using var output = BeginOutput(request, source.Info);
        using var comparison = request.Compare is { } mode ? new Comparison(source, mode) : null;
        var resumption = request.Resume ? Resumption.Open(request, stylizer) : null;
        PipelineReport report;
        OutputCheck? check;
        using (var sink = FrameSink.Create(output?.PartialPath ?? request.Output, EncodeOptions(request, output), source, comparison?.Output ?? source.Info))
        {
            reporter.Started(request, source.Info, stylizer.Info.Description);
            TellNotes((sink as FFmpegSink)?.Notes, reporter);
            var segments = resumption?.Over((FFmpegSink)sink);
            PipelineOptions options = new()
            {
                Coherence = request.Coherence,
                Blend = request.Blend,
                KeyframeInterval = request.PaintEveryFor(source.Info.Width, source.Info.Height),
                CreateFlow = CreateFlow(request),
                QueueLength = PipelineOptions.QueueLengthFor(source.Info.Width, source.Info.Height),
            };
            report = await StylizePipeline.RunAsync(
                comparison ?? source, stylizer, comparison?.Before(sink) ?? segments ?? sink, resumption?.Apply(options, segments!) ?? options, reporter.Progressed, cancellationToken
            ).ConfigureAwait(false);
            if (report.FramesWritten == 0)
                throw new VideoStyleException(ErrorKind.Input, $"{request.Input}: has no frame in the chosen range.", "Widen --from and --to.");
            check = (sink as FFmpegSink)?.Check;
        }

        if (output is not null)
        {
            (resumption?.Correct(check!, report) ?? check)?.Verify(output.PartialPath, request.Output);
            output.Commit();
        }

        resumption?.Remove();
        TellNotes((source as FFmpegSource)?.Notes, reporter);
        reporter.Finished(request, report);
        return report;
    }

    /// <summary>Finds out what a conversion would do; fails as it would, and leaves nothing.</summary>
    /// <exception cref="VideoStyleException">The conversion is impossible.</exception>
    public static ConversionPlan Plan(ConversionRequest request, IStylizer stylizer)
    {
        RequireUnits(request);
        using var source = FrameSource.Open(request.Input, VideoOptions(request));
        DiskSpace.Require(request, source.Info);
        using var output = request.MakeFolder && !Directory.Exists(OutputFolder.Of(request)) ? null : BeginOutput(request, source.Info);
        return new ConversionPlan(
            request,
            request.Compare is { } mode ? new Comparison(source, mode).Output : source.Info,
            stylizer.Info.Description,
            request.Output is "-" ? null : DiskSpace.Estimate(request, source.Info),
            request.Output is "-" ? null : DiskSpace.FreeAt(request.Output)
        );
    }

    /// <summary>How the input of a conversion is read.</summary>
    public static VideoOptions VideoOptions(ConversionRequest request) =>
        new()
        {
            From = request.From,
            To = request.To,
            MaxSize = request.MaxSize,
            FrameRate = request.FrameRate,
            Deinterlace = request.Deinterlace,
            KeepStreams = true,
            KeepAlpha = request.Compare is null,
        };

    /// <summary>What makes the flow estimators of a conversion; null where it needs none.</summary>
    public static Func<IFlowEstimator>? CreateFlow(ConversionRequest request) =>
        request.Coherence == CoherenceMode.Off ? null : () => OpenCvFlow.Create(request.Estimator);

    /// <summary>Demands the parts of the native library that a conversion needs, beside its style's.</summary>
    /// <exception cref="VideoStyleException">One is not there (Runtime).</exception>
    public static void RequireUnits(ConversionRequest request) =>
        VideoStyleNative.Require(request.Coherence == CoherenceMode.Off ? NativeUnits.Media : NativeUnits.Media | NativeUnits.Vision);

    // Pictures are written one by one under their own names, and standard output has none.
    private static OutputFile? BeginOutput(ConversionRequest request, VideoInfo video)
    {
        if (request.Output is "-")
            return null;
        if (!FrameSink.WritesPictures(request.Output, video))
            return OutputFile.Begin(request.Output, request.Force, request.Input);
        PictureOutput.RequireFree(request);
        return null;
    }

    private static EncodeOptions EncodeOptions(ConversionRequest request, OutputFile? output) =>
        new()
        {
            FileName = output is null ? null : Path.GetFileName(request.Output),
            Codec = request.Codec,
            Crf = request.Crf,
            Preset = request.Preset,
            PixelFormat = request.PixelFormat,
            BitRate = request.BitRate,
            Copy = request.Copy,
        };

    private static void TellNotes(IReadOnlyList<string>? notes, IConversionReporter reporter)
    {
        foreach (var note in notes ?? [])
            reporter.Noted(note);
    }
}
