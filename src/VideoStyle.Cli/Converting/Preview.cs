using System.Diagnostics;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Core.Pipeline;
using VideoStyle.Core.Stylizers;
using VideoStyle.Native.Files;
using VideoStyle.Native.Media;

namespace VideoStyle.Cli.Converting;

/// <summary>Paints a few frames, spread over the clip, before a long conversion, and predicts how long that takes.</summary>
/// <remarks>
/// The frames go through the real pipeline, so a shot's paint is held as it will be; the time is what the pipeline took for
/// them once it was warm, times the frames of the clip. Decoding and encoding run beside it and are not in the guess.
/// </remarks>
internal static class Preview
{
    /// <summary>The most frames of one sheet.</summary>
    public const int MostFrames = 24;

    /// <summary>Paints the sheet.</summary>
    /// <param name="request">The conversion.</param>
    /// <param name="stylizer">Paints; not disposed here.</param>
    /// <param name="count">The number of frames, 1 to <see cref="MostFrames"/>.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>The sheet's path; and the predicted time, or null where the length of the clip is not known.</returns>
    /// <exception cref="VideoStyleException">The clip cannot be read, or the sheet not written.</exception>
    public static async Task<(string Sheet, TimeSpan? Time)> RunAsync(
        ConversionRequest request, IStylizer stylizer, int count, CancellationToken cancellationToken)
    {
        if (request.Input is "-")
            throw new VideoStyleException(ErrorKind.Usage, "--preview looks here and there in its input, and standard input has no there.", "Name a file.");
        Conversion.RequireUnits(request);
        FramePool pool = new();
        var (frames, video) = Pick(request, pool, count);
        using var clip = frames;
        var path = SheetOf(request);
        if (request.MakeFolder)
            OutputFolder.Make(OutputFolder.Of(request));
        using var output = OutputFile.Begin(path, request.Force, request.Input);
        using ContactSheet sheet = new(pool, video, clip.Count);
        clip.PlaceOn(sheet);
        using (stylizer.Stylize(clip.First))
        {
            // The first painting loads kernels and memory; a long video pays for that once.
        }

        var begin = Stopwatch.GetTimestamp();
        PipelineOptions options = new()
        {
            Coherence = request.Coherence,
            Blend = request.Blend,
            KeyframeInterval = request.PaintEveryFor(video.Width, video.Height),
            CreateFlow = Conversion.CreateFlow(request),
        };
        await StylizePipeline.RunAsync(clip, stylizer, new Paintings(sheet), options, progress: null, cancellationToken).ConfigureAwait(false);
        var each = Stopwatch.GetElapsedTime(begin) / clip.Count;

        output.Stream.Write(ImageFile.Encode(sheet.Picture.Pixels, sheet.Picture.Width, sheet.Picture.Height, ".png"));
        output.Commit();
        return (path, video.FrameCount is { } all ? each * all : null);
    }

    // holiday.starry_night.mp4 is previewed in holiday.starry_night.preview.png.
    private static string SheetOf(ConversionRequest request) =>
        Path.ChangeExtension(Path.TrimEndingDirectorySeparator(request.Output is "-" ? request.Input : request.Output), null) + ".preview.png";

    private static (PickedFrames Frames, VideoInfo Video) Pick(ConversionRequest request, FramePool pool, int count)
    {
        var options = Conversion.VideoOptions(request) with { KeepStreams = false, KeepAlpha = false };
        using var source = FrameSource.Open(request.Input, options);
        var video = source.Info;
        PickedFrames frames = new(video);
        try
        {
            frames.Add(source.Read(pool) ?? throw new VideoStyleException(ErrorKind.Input, $"{request.Input}: holds no frame."), TimeSpan.Zero);
            if (video.Duration is { } length)
            {
                for (var i = 1; i < count; i++)
                    TryAdd(length * i / count);
            }

            return (frames, video);
        }
        catch
        {
            frames.Dispose();
            throw;
        }

        // A clip may be shorter than its container says.
        void TryAdd(TimeSpan time)
        {
            try
            {
                using var there = FrameSource.Open(request.Input, options with { From = (options.From ?? TimeSpan.Zero) + time });
                if (there.Read(pool) is { } frame)
                    frames.Add(frame, time);
            }
            catch (VideoStyleException e) when (e.Kind == ErrorKind.Input)
            {
                // The sheet has a column less.
            }
        }
    }

    private sealed class Paintings(ContactSheet sheet) : IFrameSink
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
