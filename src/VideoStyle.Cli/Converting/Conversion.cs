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
    /// <summary>Runs a conversion; the output appears under its name only when it is complete.</summary>
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

        using var source = FFmpegSource.Open(
            request.Input,
            new SourceOptions { From = request.From, To = request.To, MaxSize = request.MaxSize, KeepStreams = true, KeepAlpha = true }
        );
        using var output = OutputFile.Begin(request.Output, request.Force, request.Input);
        using var stylizer = TorchStylizer.Create(
            StyleCatalog.BuiltIn.Resolve(request.Style),
            new StylizerOptions { Device = request.Device, Precision = request.Precision }
        );
        using var sink = FFmpegSink.Create(
            output.PartialPath,
            new SinkOptions
            {
                FileName = Path.GetFileName(request.Output),
                Codec = request.Codec,
                Crf = request.Crf,
                Preset = request.Preset,
            },
            source
        );

        reporter.Started(request, source.Info, stylizer.Description);
        foreach (var note in sink.Notes)
            reporter.Noted(note);
        using var pipeline = new StylizePipeline(
            stylizer,
            CreateFlow(request),
            new StylizeOptions { Coherence = request.Coherence }
        );
        var report = await pipeline.RunAsync(source, sink, reporter.Progressed, cancellationToken).ConfigureAwait(false);
        if (report.FramesWritten == 0)
            throw new VideoStyleException(ErrorKind.Input, $"{request.Input}: has no frame in the chosen range.", "Widen --from and --to.");
        output.Commit();
        reporter.Finished(request, report);
        return report;
    }

    private static Func<IFlowEstimator>? CreateFlow(ConversionRequest request) =>
        request.Coherence == CoherenceMode.Off ? null : () => OpenCvFlow.Create(request.Flow);
}
