using System.Text.Json;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Core.Pipeline;
using VideoStyle.Core.Stylizers;
using VideoStyle.Native.Files;
using VideoStyle.Native.Media;

namespace VideoStyle.Converting;

/// <summary>Divides a video into segments, whose encoders depend on nothing before them, and keeps the finished ones where that is asked for.</summary>
/// <remarks>
/// Every video is divided, whether or not its segments are kept: so a conversion gives the same bytes at one go, resumed, and by a watcher.
/// A cut is a free place to divide at, but each division costs a keyframe.
/// </remarks>
internal sealed class SegmentPlan
{
    private const double DefaultFrameRate = 25; // where the container does not say
    private const int MaxFrames = 100_000;
    private const int CutsPerSegment = 5; // a cut before a fifth of the longest segment does not end it

    private readonly StylerOptions _options;
    private readonly string _input;
    private readonly string _folder;
    private SegmentFolder? _kept;
    private Checkpoint? _resume;

    private SegmentPlan(StylerOptions options, string input, string folder) => (_options, _input, _folder) = (options, input, folder);

    /// <summary>Plans the segments of a conversion.</summary>
    /// <returns>Null where the output is no video file: images, animations, standard output and comparisons are not divided.</returns>
    /// <exception cref="VideoStyleException">It cannot be divided, and is to be resumed (Usage).</exception>
    public static SegmentPlan? For(StylerOptions options, string input, string output)
    {
        var divides = output is not "-"
            && options.Output.Compare is null
            && !ImageSequence.IsSequence(output)
            && !ImageSequence.IsPicture(output)
            && !Path.GetExtension(output).Equals(".gif", StringComparison.OrdinalIgnoreCase);
        if (options.Output.Resume && (!divides || input is "-" || StreamUrl.Is(input) || ImageSequence.IsSequence(input)))
            throw new VideoStyleException(ErrorKind.Usage, "OutputOptions.Resume goes from one video file to another.", "Leave it out for pipes, URLs, images and comparisons.");
        if (!divides)
            return null;
        var full = Path.GetFullPath(output);
        return new SegmentPlan(options, input, options.Output.ResumeFolder ?? Path.Combine(Path.GetDirectoryName(full)!, $".{Path.GetFileName(full)}.resume"));
    }

    /// <summary>Puts the division before a sink; opens what an earlier run of the same conversion kept, and removes what another one left.</summary>
    /// <exception cref="VideoStyleException">The input cannot be read, or the folder not be created.</exception>
    public SegmentedSink Over(FFmpegSink sink, IStylizer stylizer)
    {
        if (!_options.Output.Resume)
            return new SegmentedSink(sink, folder: null, []);
        try
        {
            _kept = SegmentFolder.Open(_folder, Key(stylizer));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new VideoStyleException(ErrorKind.Output, $"{_folder}: cannot be used ({e.Message.TrimEnd('.')}).", "Convert without OutputOptions.Resume.", e);
        }

        (var finished, _resume) = _kept.Read();
        return new SegmentedSink(sink, _kept, finished);
    }

    /// <summary>Has the pipeline divide the video, and begin after what is kept.</summary>
    public PipelineOptions Apply(PipelineOptions pipeline, SegmentedSink sink, VideoInfo video) =>
        pipeline with { Segments = RuleFor(video), Resume = _resume, FrameSkipped = sink.Skip };

    /// <summary>Removes what was kept, once the output is in its place.</summary>
    public void Remove()
    {
        if (_kept is not null)
            Directory.Delete(_folder, recursive: true);
    }

    private SegmentRule RuleFor(VideoInfo video)
    {
        var rate = video.FrameRate.IsKnown ? video.FrameRate.Value : DefaultFrameRate;
        var frames = (int)Math.Clamp(_options.Output.Segment.TotalSeconds * rate, 2, MaxFrames);
        return new SegmentRule(Math.Max(1, frames / CutsPerSegment), frames);
    }

    // Whatever changes the packets must change the key.
    internal string Key(IStylizer stylizer) =>
        JsonSerializer.Serialize(new
        {
            source = ContentFingerprint.Of(_input),
            models = StyleFiles.Of(_options.Style).Select(file => ContentFingerprint.Of(file)),
            options = OptionCatalog<StylerOptions>.Differences(_options with { Output = _options.Output with { Overwrite = false }, Compute = _options.Compute with { Device = "auto", MaxMemory = null } }),
            stylizer.Info.Description,
            stylizer.Info.Workers,
            version = typeof(SegmentPlan).Assembly.ManifestModule.ModuleVersionId,
        });
}
