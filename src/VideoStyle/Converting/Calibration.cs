using VideoStyle.Core.Media;
using VideoStyle.Core.Stylizers;
using VideoStyle.Native.Media;

namespace VideoStyle.Converting;

/// <summary>Predicts the time of a conversion from the beginning of the same conversion, done into a temporary folder.</summary>
/// <remarks>Scattered frames would mislead: each is a shot of its own, so that none is interpolated between keyframes, and nothing is decoded or encoded beside them.</remarks>
internal static class Calibration
{
    private const int MaxFrames = 96;
    private const int MinFrames = 12;
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(10);

    /// <summary>Converts the beginning of an input.</summary>
    /// <param name="options">The conversion's.</param>
    /// <param name="stylizer">Stylizes; not disposed here.</param>
    /// <param name="input">The input; not <c>-</c>.</param>
    /// <param name="output">The output, which decides on the encoder.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>The time of the whole conversion, or null where the length of the input is not known.</returns>
    public static async Task<TimeSpan?> PredictAsync(StylerOptions options, IStylizer stylizer, string input, string output, CancellationToken cancellationToken)
    {
        using var source = FrameSource.Open(input, Conversion.SourceOptions(options) with { KeepStreams = false }, cancellationToken);
        if (source.Info.FrameCount is not { } all)
            return null;
        var folder = Directory.CreateTempSubdirectory("videostyle-preview-");
        try
        {
            List<TimeSpan> written = [];
            using var sink = CreateSink(folder.FullName, output, options.Encode, source.Info);
            await new Conversion(options, stylizer)
                .RunAsync(new Beginning(source, MaxFrames, MinFrames, Budget), sink, Conversion.Pipeline(options, source.Info), Note, cancellationToken)
                .ConfigureAwait(false);
            return Predict(written, all);

            void Note(ConversionEvent e)
            {
                if (e is FrameWritten { Report: var report })
                    written.Add(report.Elapsed);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Extends what the first frames took to all of them.</summary>
    /// <param name="written">When each of the first frames was written, since the start.</param>
    /// <param name="all">The number of frames in all.</param>
    /// <returns>Null where no frame was written.</returns>
    public static TimeSpan? Predict(IReadOnlyList<TimeSpan> written, long all)
    {
        if (written.Count == 0)
            return null;
        // The first half pays for kernels, memory and full queues, which a long video pays for once.
        var half = (written.Count - 1) / 2;
        var each = written.Count == 1 ? written[0] : (written[^1] - written[half]) / (written.Count - 1 - half);
        return written[^1] + each * Math.Max(0, all - written.Count);
    }

    private static IFrameSink CreateSink(string folder, string output, EncodeOptions encode, VideoInfo video)
    {
        if (output is "-")
            return new NoSink();
        if (!FrameSink.WritesPictures(output, video))
            return FFmpegSink.Create(Path.Combine(folder, Path.GetFileName(output)), encode, video);
        var extension = Path.GetExtension(Path.TrimEndingDirectorySeparator(output));
        return ImageSequenceSink.Create(Path.Combine(folder, "frame_%05d" + (Native.Files.ImageSequence.IsPicture(output) ? extension : ".png")));
    }

    private sealed class NoSink : IFrameSink
    {
        public void Write(Frame frame)
        {
            // Standard output is not written twice; raw frames cost next to nothing.
        }

        public void Finish()
        {
            // Nothing was begun.
        }

        public void Dispose()
        {
            // Holds nothing.
        }
    }
}
