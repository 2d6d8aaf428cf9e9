using System.Text.Json;
using VideoStyle.Cli.Converting;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Core.Pipeline;
using VideoStyle.Core.Stylizers;
using VideoStyle.Native;
using VideoStyle.Native.Files;
using VideoStyle.Native.Media;
using VideoStyle.Native.Vision;
using VideoStyle.Watch;

namespace VideoStyle.Cli.Watching;

/// <summary>Converts in segments: what a kill interrupts is gone on with at the last division, with the same result.</summary>
/// <param name="device"><c>auto</c>, <c>cpu</c> or <c>cuda[:N]</c>.</param>
/// <param name="longest">The longest segment: what is painted again after a kill, at most.</param>
internal sealed class ResumableConversion(string device, TimeSpan longest) : IVideoConverter
{
    private const int ThumbnailSize = 320;
    private const double UsualFrameRate = 25; // where the container does not say

    /// <inheritdoc />
    public async Task<ConvertedVideo> ConvertAsync(
        ConversionOrder order, Action<ConversionProgress> progress, CancellationToken cancellationToken)
    {
        VideoStyleNative.Require(NativeUnits.Media | NativeUnits.Kernels | NativeUnits.Vision);
        var coherence = Enum.Parse<CoherenceMode>(order.Settings.Coherence, ignoreCase: true);
        using var source = FFmpegSource.Open(
            order.Source, new VideoOptions { MaxSize = order.Settings.MaxSize, KeepStreams = true, KeepAlpha = true });
        using var stylizer = StylizerFactory.Create(new ConversionRequest { Input = order.Source, Output = "", Style = order.Style, Device = device });
        var folder = SegmentFolder.Open(Path.Combine(order.WorkFolder, "segments"), Key(order, stylizer));
        var (finished, resume) = folder.Read();
        foreach (var left in Directory.EnumerateFiles(order.WorkFolder, "painting-*"))
            File.Delete(left); // by a process that was killed
        // Named for the process: one that lost its lease while it slept must not write into its successor's file.
        var path = Path.Combine(order.WorkFolder, $"painting-{Environment.ProcessId}");
        using SegmentedSink sink = new(CreateSink(path, order, source), folder, finished);
        PipelineOptions options = new()
        {
            Coherence = coherence,
            CreateFlow = coherence == CoherenceMode.Off ? null : () => OpenCvFlow.Create(FlowNames.For(coherence)),
            Segments = RuleFor(source.Info),
            Resume = resume,
            FrameSkipped = sink.PassOver,
        };

        var resumed = resume?.Frame ?? 0;
        var report = await StylizePipeline.RunAsync(source, stylizer, sink, options, r => progress(Progress(r, resumed, source.Info.FrameCount)), cancellationToken)
            .ConfigureAwait(false);
        sink.Dispose();
        await FlushAsync(path, cancellationToken).ConfigureAwait(false);
        Verify(path, order, source.Info, report.FramesWritten);
        return new ConvertedVideo(path, report.FramesWritten);
    }

    /// <inheritdoc />
    public void WriteThumbnail(string video, string picture)
    {
        try
        {
            using var first = FFmpegSource.Open(video, new VideoOptions { MaxSize = ThumbnailSize });
            FramePool pool = new();
            var middle = first.Info.Duration / 2;
            using var source = middle > TimeSpan.Zero ? FFmpegSource.Open(video, new VideoOptions { MaxSize = ThumbnailSize, From = middle }) : null;
            using var frame = (source ?? first).Read(pool);
            if (frame is not null)
                ImageFile.Write(picture, frame);
        }
        catch (VideoStyleException)
        {
            // A page without a picture is still a page; what is wrong with the video, its conversion tells.
        }
    }

    private static FFmpegSink CreateSink(string path, ConversionOrder order, FFmpegSource source) =>
        FFmpegSink.Create(path, new EncodeOptions { FileName = order.Name, Codec = order.Settings.Codec, Crf = order.Settings.Crf }, source);

    // Whatever changes the packets must change the key.
    private string Key(ConversionOrder order, IStylizer stylizer) =>
        JsonSerializer.Serialize(new
        {
            source = ContentFingerprint.Of(order.Source),
            order.Name,
            order.Style,
            model = File.Exists(order.Style) ? ContentFingerprint.Of(order.Style) : null,
            order.Settings,
            longest,
            stylizer.Info.Description,
            stylizer.Info.Workers,
            version = typeof(ResumableConversion).Assembly.ManifestModule.ModuleVersionId,
        });

    // A cut is a free place to divide at, but each division costs a keyframe.
    private SegmentRule RuleFor(VideoInfo video)
    {
        var frames = (int)Math.Clamp(longest.TotalSeconds * (video.FrameRate.IsKnown ? video.FrameRate.Value : UsualFrameRate), 2, 100_000);
        return new SegmentRule(Math.Max(1, frames / 5), frames);
    }

    private static ConversionProgress Progress(PipelineReport report, long resumed, long? total) =>
        new(report.FramesWritten, total, report.Elapsed > TimeSpan.Zero ? (report.FramesWritten - resumed) / report.Elapsed.TotalSeconds : 0);

    private static async Task FlushAsync(string path, CancellationToken cancellationToken)
    {
        FileStream file = new(path, FileMode.Open, FileAccess.ReadWrite);
        await using (file.ConfigureAwait(false))
        {
            await file.FlushAsync(cancellationToken).ConfigureAwait(false);
            file.Flush(flushToDisk: true);
        }
    }

    // A file can be complete for the encoder and empty for a player.
    private static void Verify(string path, ConversionOrder order, VideoInfo source, long frames)
    {
        if (frames == 0)
            throw new VideoStyleException(ErrorKind.Input, $"{order.Source}: not one frame could be read.");
        using var painting = FFmpegSource.Open(path, new VideoOptions());
        var info = painting.Info;
        var exact = Path.GetExtension(order.Name).ToUpperInvariant() is ".MP4" or ".MOV" or ".M4V";
        if (exact && info.FrameCount is { } count && count != frames)
            throw new VideoStyleException(ErrorKind.Output, $"{order.Name}: holds {count} frames instead of {frames}.");
        if (order.Settings.MaxSize is null && (info.Width, info.Height) != (source.Width, source.Height))
            throw new VideoStyleException(ErrorKind.Output, $"{order.Name}: is {info.Width}x{info.Height} instead of {source.Width}x{source.Height}.");
    }
}
