using VideoStyle.Core.Errors;
using VideoStyle.Core.Flow;
using VideoStyle.Core.Media;
using VideoStyle.Core.Pipeline;
using VideoStyle.Core.Styling;
using VideoStyle.Native;
using VideoStyle.Native.Media;
using VideoStyle.Native.Vision;
using VideoStyle.Networks;
using VideoStyle.Networks.Models;

namespace VideoStyle.Cli.Converting;

/// <summary>Converts one video: composes source, style, flow and sink around the pipeline.</summary>
internal static class Conversion
{
    /// <summary>Runs a conversion; a video appears under its name only when it is complete and was read back.</summary>
    /// <exception cref="VideoStyleException">The conversion is impossible or failed; nothing is left behind.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; nothing is left behind.</exception>
    public static async Task<PipelineReport> RunAsync(
        ConversionRequest request,
        IConversionReporter reporter,
        CancellationToken cancellationToken
    )
    {
        VideoStyleNative.Require(NativeUnits.Media | NativeUnits.Torch);
        if (request.Coherence != CoherenceMode.Off)
            VideoStyleNative.Require(NativeUnits.Vision);

        using var source = FrameSource.Open(request.Input, SourceOptions(request));
        using var output = BeginOutput(request, source.Info);
        using var stylizer = TorchStylizer.Create(
            StyleCatalog.BuiltIn.Resolve(request.Style),
            new StylizerOptions { Device = request.Device, Precision = request.Precision }
        );
        PipelineReport report;
        OutputCheck? check;
        using (var sink = FrameSink.Create(output?.PartialPath ?? request.Output, SinkOptions(request), source))
        {
            reporter.Started(request, source.Info, stylizer.Description);
            if (sink is FFmpegSink video)
            {
                foreach (var note in video.Notes)
                    reporter.Noted(note);
            }

            using StylizePipeline pipeline = new(stylizer, CreateFlow(request), new StylizeOptions { Coherence = request.Coherence });
            report = await pipeline.RunAsync(source, sink, reporter.Progressed, cancellationToken).ConfigureAwait(false);
            if (report.FramesWritten == 0)
                throw new VideoStyleException(ErrorKind.Input, $"{request.Input}: has no frame in the chosen range.", "Widen --from and --to.");
            check = (sink as FFmpegSink)?.Check;
        }

        if (output is not null)
        {
            check?.Verify(output.PartialPath, request.Output);
            output.Commit();
        }

        NoteDamage(source, reporter);
        reporter.Finished(request, report);
        return report;
    }

    // Pictures are written one by one under their own names, and standard output has none.
    private static OutputFile? BeginOutput(ConversionRequest request, VideoInfo video) =>
        request.Output is "-" || FrameSink.WritesPictures(request.Output, video)
            ? null
            : OutputFile.Begin(request.Output, request.Force, request.Input);

    private static SourceOptions SourceOptions(ConversionRequest request) =>
        new()
        {
            From = request.From,
            To = request.To,
            MaxSize = request.MaxSize,
            FrameRate = request.FrameRate,
            Deinterlace = request.Deinterlace,
            KeepStreams = true,
            KeepAlpha = true,
        };

    private static SinkOptions SinkOptions(ConversionRequest request) =>
        new()
        {
            FileName = request.Output is "-" ? null : Path.GetFileName(request.Output),
            Codec = request.Codec,
            Crf = request.Crf,
            Preset = request.Preset,
            PixelFormat = request.PixelFormat,
            BitRate = request.BitRate,
            Copy = request.Copy,
        };

    private static void NoteDamage(IFrameSource source, IConversionReporter reporter)
    {
        if (source is FFmpegSource video)
        {
            foreach (var note in video.Notes)
                reporter.Noted(note);
        }
    }

    private static Func<IFlowEstimator>? CreateFlow(ConversionRequest request) =>
        request.Coherence == CoherenceMode.Off ? null : () => OpenCvFlow.Create(request.Flow);
}
