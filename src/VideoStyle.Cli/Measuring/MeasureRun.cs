using VideoStyle.Cli.Report;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Flow;
using VideoStyle.Core.Media;
using VideoStyle.Metrics;
using VideoStyle.Metrics.Farneback;
using VideoStyle.Native;
using VideoStyle.Native.Files;
using VideoStyle.Native.Media;
using VideoStyle.Native.Vision;

namespace VideoStyle.Cli.Measuring;

/// <summary>Measures clips: opens them, runs the measurement and writes the files that were asked for.</summary>
internal static class MeasureRun
{
    /// <summary>The name that the page has in the folder of a report.</summary>
    public const string PageName = "index.html";

    /// <summary>Runs a measurement; files appear under their names only when they are complete.</summary>
    /// <exception cref="VideoStyleException">The clips cannot be compared, or a file cannot be written.</exception>
    public static async Task<MeasureResult> RunAsync(MeasureRequest request, IProgress<long> progress, CancellationToken cancellationToken)
    {
        VideoStyleNative.Require(NativeUnits.Media | (request.FlowFrom is null ? NativeUnits.Vision : NativeUnits.None));
        using var csv = request.CsvFile is { } file ? OutputFile.Begin(file, request.Force) : null;
        using var page = request.ReportFolder is { } folder ? BeginPage(folder, request.Force) : null;

        List<MeasuredClip> clips = [];
        try
        {
            foreach (var path in (string?[])[request.Source, .. request.Outputs, request.PerFrame])
                if (path is not null)
                    clips.Add(new MeasuredClip(path, Open(path)));
            var perFrame = request.PerFrame is null ? null : clips[^1];
            var settings = request.Settings with { IgnoreTiming = request.Settings.IgnoreTiming || clips.Exists(clip => clip.Frames is ImageSequenceSource) };

            using var flow = CreateFlow(request);
            using var tofFlow = settings.FlowDifferenceEvery > 0 && !SharesEstimator(request)
                ? FlowSupply.Estimate(() => new FarnebackFlow(FarnebackSettings.Tof))
                : null;
            using var networks = DistanceNetworks.Open(request);
            Measurement measurement = new(settings, flow, tofFlow ?? flow, networks.ToMeter());
            var outputs = clips.GetRange(1, request.Outputs.Count);
            var result = await measurement.RunAsync(clips[0], outputs, perFrame, progress, cancellationToken).ConfigureAwait(false);

            if (csv is not null)
            {
                MetricsCsv.Write(csv.Stream, result);
                csv.Commit();
            }

            if (page is not null)
            {
                HtmlReport.Write(page.Stream, result);
                page.Commit();
            }

            return result;
        }
        finally
        {
            clips.ForEach(clip => clip.Frames.Dispose());
        }
    }

    // Decoding is far from being the slow part; each thread of a decoder holds frames of its own.
    private static IFrameSource Open(string path) =>
        FrameSource.Open(path, new VideoOptions { Threads = 1 });

    private static FlowSupply CreateFlow(MeasureRequest request) =>
        request.FlowFrom is { } folder
            ? FlowSupply.ReadFrom(new FlowFolder(folder, new PngFile()))
            : FlowSupply.Estimate(() => CreateEstimator(request.Flow), request.FlowCache is { } cache ? new FlowFolder(cache, new PngFile()) : null);

    /// <summary>Whether tOF can use the estimators of the flow, each of which takes memory; a cache would mix the outputs' flow up with the source's.</summary>
    private static bool SharesEstimator(MeasureRequest request) => request is { Flow: FlowMethod.Farneback, FlowFrom: null, FlowCache: null };

    private static IFlowEstimator CreateEstimator(FlowMethod method) =>
        method switch
        {
            FlowMethod.Farneback => new FarnebackFlow(FarnebackSettings.Tof),
            FlowMethod.FarnebackWide => new FarnebackFlow(FarnebackSettings.Wide),
            _ => OpenCvFlow.Create(method),
        };

    private static OutputFile BeginPage(string folder, bool force)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new VideoStyleException(ErrorKind.Output, $"{folder}: cannot be created: {e.Message}", innerException: e);
        }

        return OutputFile.Begin(Path.Combine(folder, PageName), force);
    }
}
