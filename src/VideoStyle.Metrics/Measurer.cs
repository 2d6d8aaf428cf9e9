using VideoStyle.Core.Errors;
using VideoStyle.Core.Flow;
using VideoStyle.Core.Media;
using VideoStyle.Metrics.Farneback;
using VideoStyle.Metrics.Flow;
using VideoStyle.Metrics.Reports;
using VideoStyle.Native;
using VideoStyle.Native.Files;
using VideoStyle.Native.Media;
using VideoStyle.Native.Vision;

namespace VideoStyle.Metrics;

/// <summary>Measures files: opens the clips, measures them and writes the reports that were asked for.</summary>
/// <remarks>For frames that are not in files, see <see cref="Measurement"/>.</remarks>
public static class Measurer
{
    /// <summary>Measures clips.</summary>
    /// <param name="options">What is measured, how, and which files are written.</param>
    /// <param name="progress">Told the number of frames so far, or null.</param>
    /// <param name="cancellationToken">Stops between two frames; no file is then written.</param>
    /// <returns>The figures.</returns>
    /// <exception cref="VideoStyleException">
    /// Options contradict each other (Usage), the clips cannot be read or compared (Input), weights are missing (Model),
    /// a file exists or cannot be written (Output), or a native library is missing (Runtime).
    /// </exception>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public static async Task<MeasureResult> MeasureAsync(MeasureOptions options, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        RefuseContradictions(options);
        VideoStyleNative.Require(NativeUnits.Media | (options.Flow.FromFolder is null ? NativeUnits.Vision : NativeUnits.None));
        using var csv = options.Report.CsvFile is { } file ? OutputFile.Begin(file, options.Report.Overwrite) : null;
        using var page = options.Report.PageFolder is { } folder ? BeginPage(folder, options.Report.Overwrite) : null;

        var result = await MeasureClipsAsync(options, progress, cancellationToken).ConfigureAwait(false);

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

    private static void RefuseContradictions(MeasureOptions options)
    {
        if (options.Flow is { FromFolder: not null, CacheFolder: not null })
            throw new VideoStyleException(ErrorKind.Usage, "FlowOptions.FromFolder reads all flow from files, so there is nothing to keep in FlowOptions.CacheFolder.", "Set one of the two.");
        if (options.Networks.LpipsBackbone is null != options.Networks.LpipsHeads is null)
            throw new VideoStyleException(ErrorKind.Usage, "LPIPS needs both NetworkOptions.LpipsBackbone and NetworkOptions.LpipsHeads.", "Set both, or neither.");
    }

    private static async Task<MeasureResult> MeasureClipsAsync(MeasureOptions options, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        List<MeasuredClip> clips = [];
        try
        {
            foreach (var path in (string?[])[.. options.Stylized, options.PerFrame])
                if (path is not null)
                    clips.Add(new MeasuredClip(StreamUrl.Shown(path), OpenClip(path)));
            clips.Insert(0, OpenSource(options, clips[0]));
            var perFrame = options.PerFrame is null ? null : clips[^1];
            var settings = options.Settings with
            {
                IgnoreTiming = options.Settings.IgnoreTiming || clips.Exists(clip => clip.Frames is ImageSequenceSource),
                Gallery = options.Report.PageFolder is null ? null : options.Settings.Gallery ?? new GallerySettings(),
            };

            using var flow = CreateFlow(options.Flow);
            using var tofFlow = settings.TofEvery > 0 && !SharesEstimator(options.Flow)
                ? FlowProvider.Estimate(() => new FarnebackFlow(FarnebackSettings.Tof))
                : null;
            Measurement measurement = new(flow.Truth is null ? settings : settings.ForKnownMotion(), flow, tofFlow ?? flow, options.Networks);
            return await measurement.RunAsync(clips[0], clips.GetRange(1, options.Stylized.Count), perFrame, progress, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            clips.ForEach(clip => clip.Frames.Dispose());
        }
    }

    // Decoding is far from being the slow part; each thread of a decoder holds frames of its own.
    private static IFrameSource OpenClip(string path) => FrameSource.Open(path, new VideoOptions { Threads = 1 });

    // Flow in files is numbered by the frames of the source as it is.
    private static MeasuredClip OpenSource(MeasureOptions options, MeasuredClip stylized)
    {
        if (options.Settings.MaxFrames is not null || options.Flow.FromFolder is not null || options.Flow.CacheFolder is not null)
            return new MeasuredClip(StreamUrl.Shown(options.Source), OpenClip(options.Source));
        var source = MatchedSource.Open(options.Source, stylized.Frames.Info, stylized.Name, options.Settings.IgnoreTiming, out var note);
        return new MeasuredClip(StreamUrl.Shown(options.Source), source, note is null ? null : StreamUrl.Shown(note));
    }

    private static FlowProvider CreateFlow(FlowOptions options) =>
        options.FromFolder is { } folder
            ? FlowProvider.ReadFrom(new FlowFolder(folder, new PngFile()))
            : FlowProvider.Estimate(() => CreateEstimator(options.Method), options.CacheFolder is { } cache ? new FlowFolder(cache, new PngFile()) : null);

    /// <summary>Whether tOF can use the estimators of the reference flow, each of which takes memory; a cache would mix the flow of stylized clips up with the source's.</summary>
    private static bool SharesEstimator(FlowOptions options) => options is { Method: FlowMethod.Farneback, FromFolder: null, CacheFolder: null };

    private static IFlowEstimator CreateEstimator(FlowMethod method) =>
        method switch
        {
            FlowMethod.Farneback => new FarnebackFlow(FarnebackSettings.Tof),
            FlowMethod.FarnebackWide => new FarnebackFlow(FarnebackSettings.Wide),
            _ => OpenCvFlow.Create(method),
        };

    private static OutputFile BeginPage(string folder, bool overwrite)
    {
        OutputTarget.CreateFolder(folder);
        return OutputFile.Begin(Path.Combine(folder, HtmlReport.PageName), overwrite);
    }
}
