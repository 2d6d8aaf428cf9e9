using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Core.Stylizers;
using VideoStyle.Native.Files;
using VideoStyle.Native.Media;

namespace VideoStyle.Converting;

/// <summary>Stylizes a few frames, spread over the input, before a long conversion, and predicts how long that takes.</summary>
/// <remarks>
/// The frames of the sheet go through the real pipeline. The time is predicted from the beginning of the input (<see cref="Calibration"/>).
/// </remarks>
internal static class Preview
{
    /// <summary>The most frames of one sheet.</summary>
    public const int MaxFrames = 24;

    /// <summary>Writes the sheet.</summary>
    /// <param name="options">The conversion's.</param>
    /// <param name="stylizer">Stylizes; not disposed here.</param>
    /// <param name="input">The input; not <c>-</c>.</param>
    /// <param name="output">The output, which names the sheet.</param>
    /// <param name="count">The number of frames, 1 to <see cref="MaxFrames"/>.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="VideoStyleException">The input cannot be read, or the sheet not written.</exception>
    public static async Task<PreviewResult> RunAsync(
        StylerOptions options, IStylizer stylizer, string input, string output, int count, CancellationToken cancellationToken)
    {
        if (input is "-")
            throw new VideoStyleException(ErrorKind.Usage, "A preview looks here and there in its input, and standard input has no there.", "Name a file.");
        Conversion.RequireUnits(options);
        FramePool pool = new();
        var (frames, video) = Sample(options, input, pool, count);
        using var clip = frames;
        var path = SheetOf(input, output);
        if (options.Output.CreateFolder)
            OutputFolder.Create(output);
        using var file = OutputFile.Begin(path, options.Output.Overwrite, input);
        using ContactSheet sheet = new(pool, video, clip.Count);
        clip.PlaceOn(sheet);
        await new Conversion(options, stylizer).RunAsync(clip, new LowerRow(sheet), Conversion.Pipeline(options, video), report: null, cancellationToken).ConfigureAwait(false);
        file.Stream.Write(ImageFile.Encode(sheet.Picture.Pixels, sheet.Picture.Width, sheet.Picture.Height, ".png"));
        file.Commit();
        return new PreviewResult(path, await Calibration.PredictAsync(options, stylizer, input, output, cancellationToken).ConfigureAwait(false));
    }

    // holiday.starry_night.mp4 is previewed in holiday.starry_night.preview.png.
    private static string SheetOf(string input, string output) =>
        Path.ChangeExtension(Path.TrimEndingDirectorySeparator(output is "-" ? input : output), null) + ".preview.png";

    private static (SampledFrames Frames, VideoInfo Video) Sample(StylerOptions options, string input, FramePool pool, int count)
    {
        var read = Conversion.SourceOptions(options) with { KeepStreams = false, KeepAlpha = false, KeepDepth = false };
        using var source = FrameSource.Open(input, read);
        var video = source.Info;
        SampledFrames frames = new(video);
        try
        {
            frames.Add(source.Read(pool) ?? throw new VideoStyleException(ErrorKind.Input, $"{input}: holds no frame."), TimeSpan.Zero);
            for (var i = 1; i < count && video.Duration is { } length; i++)
                TryAdd(length * i / count);
            return (frames, video);
        }
        catch
        {
            frames.Dispose();
            throw;
        }

        // A video may be shorter than its container says.
        void TryAdd(TimeSpan time)
        {
            try
            {
                using var there = FrameSource.Open(input, read with { From = (read.From ?? TimeSpan.Zero) + time });
                if (there.Read(pool) is { } frame)
                    frames.Add(frame, time);
            }
            catch (VideoStyleException e) when (e.Kind == ErrorKind.Input)
            {
                // The sheet has a column less.
            }
        }
    }

    private sealed class LowerRow(ContactSheet sheet) : IFrameSink
    {
        public void Write(Frame frame) => sheet.Place((int)frame.Index, row: 1, frame);

        public void Finish()
        {
            // The sheet is written by who made it.
        }

        public void Dispose()
        {
            // Holds nothing.
        }
    }
}
