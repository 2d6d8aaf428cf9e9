using System.Globalization;
using VideoStyle.Converting;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Core.Pipeline;
using VideoStyle.Native.Files;
using VideoStyle.Native.Media;

namespace VideoStyle.Watch;

/// <summary>Converts as <c>convert</c> does, in segments that survive a kill: what is interrupted is gone on with, with the same result.</summary>
/// <param name="jobs">How many conversions share the memory that the process may use.</param>
internal sealed class StylerConverter(int jobs) : IVideoConverter
{
    private const int ThumbnailSize = 320;

    /// <inheritdoc />
    public async Task<ConvertedVideo> ConvertAsync(ConversionOrder order, Action<ConversionProgress> progress, CancellationToken cancellationToken)
    {
        // A folder for the process: one that lost its lease while it slept must not write into its successor's file.
        var folder = Path.Combine(order.WorkFolder, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        foreach (var left in Directory.EnumerateDirectories(order.WorkFolder).Where(left => int.TryParse(Path.GetFileName(left), CultureInfo.InvariantCulture, out _)))
            Directory.Delete(left, recursive: true); // by a process that was killed
        var output = Path.Combine(folder, order.Name);
        using VideoStyler styler = new(order.Options with
        {
            Compute = order.Options.Compute with { MaxMemory = MemoryNeed.Share(order.Options.Compute.MaxMemory, jobs) },
            Output = order.Options.Output with
            {
                CreateFolder = true,
                Overwrite = true,
                Resume = order.Options.Output.Compare is null,
                ResumeFolder = Path.Combine(order.WorkFolder, "segments"),
            },
        });
        var result = await styler.ConvertAsync(order.Source, output, new Listener(progress, order.Note), cancellationToken).ConfigureAwait(false);
        return new ConvertedVideo(output, result.Report.FramesWritten);
    }

    /// <inheritdoc />
    public void WriteThumbnail(string video, string picture)
    {
        try
        {
            using (var whole = FFmpegSource.Open(video, new VideoOptions { TimesOnly = true }))
                if (!MemoryNeed.IsDecodable(whole.Info, jobs))
                    return; // the conversion says so
            using var first = FFmpegSource.Open(video, new VideoOptions { MaxSize = ThumbnailSize });
            FramePool pool = new();
            var middle = first.Info.Duration / 2;
            using var source = middle > TimeSpan.Zero ? FFmpegSource.Open(video, new VideoOptions { MaxSize = ThumbnailSize, From = middle }) : null;
            using var frame = (source ?? first).Read(pool);
            if (frame is not null)
            {
                ImageFile.Write(picture, frame);
                UnixFile.SetMode(picture, UnixFile.ModeLike(video));
            }
        }
        catch (VideoStyleException)
        {
            // A page without a picture is still a page; what is wrong with the video, its conversion tells.
        }
    }

    private sealed class Listener(Action<ConversionProgress> progress, Action<string> note) : IProgress<ConversionEvent>
    {
        private long? _total;
        private long? _resumed;

        public void Report(ConversionEvent value)
        {
            if (value is ConversionStarted { Video.FrameCount: var total })
                _total = total;
            if (value is ConversionNote said)
                note(said.Text);
            if (value is not FrameWritten { Report: var report })
                return;
            _resumed ??= report.FramesWritten - 1;
            progress(new ConversionProgress(report.FramesWritten, _total, Speed(report, _resumed.Value)));
        }

        private static double Speed(PipelineReport report, long resumed) =>
            report.Elapsed > TimeSpan.Zero ? (report.FramesWritten - resumed) / report.Elapsed.TotalSeconds : 0;
    }
}
