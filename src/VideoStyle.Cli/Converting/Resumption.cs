using System.Text.Json;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Core.Pipeline;
using VideoStyle.Core.Stylizers;
using VideoStyle.Native.Files;
using VideoStyle.Native.Media;
using VideoStyle.Networks.Arbitrary;

namespace VideoStyle.Cli.Converting;

/// <summary>Keeps the finished shots of a conversion in <c>.name.resume</c> beside its output, and goes on behind them.</summary>
internal sealed class Resumption
{
    private readonly ConversionRequest _request;
    private readonly string _path;
    private readonly SegmentFolder _folder;
    private readonly IReadOnlyList<(string Journal, long End)> _finished;
    private readonly Checkpoint? _resume;

    private Resumption(ConversionRequest request, string path, SegmentFolder folder)
    {
        (_request, _path, _folder) = (request, path, folder);
        (_finished, _resume) = folder.Read();
    }

    /// <summary>Opens what an earlier run of the same conversion left; what another one left is removed.</summary>
    /// <exception cref="VideoStyleException">The input or output cannot be gone on with, or the folder cannot be made.</exception>
    public static Resumption Open(ConversionRequest request, IStylizer stylizer)
    {
        var full = Path.GetFullPath(request.Output);
        var path = Path.Combine(Path.GetDirectoryName(full)!, $".{Path.GetFileName(full)}.resume");
        try
        {
            return new Resumption(request, path, SegmentFolder.Open(path, Key(request, stylizer)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new VideoStyleException(ErrorKind.Output, $"{path}: cannot be used ({e.Message.TrimEnd('.')}).", "Leave --resume out.", e);
        }
    }

    /// <summary>Refuses what cannot be resumed: pipes, pictures and comparisons.</summary>
    /// <exception cref="VideoStyleException">It is one (Usage).</exception>
    public static void RequirePossible(ConversionRequest request)
    {
        if (request.Input is "-" || request.Output is "-" || request.Compare is not null
            || ImageSequence.IsSequence(request.Input) || ImageSequence.IsSequence(request.Output) || ImageSequence.IsPicture(request.Output))
            throw new VideoStyleException(ErrorKind.Usage, "--resume goes from one video file to another.", "Leave it out for pipes, pictures and --compare.");
    }

    /// <summary>Puts the keeping of segments before a sink.</summary>
    public SegmentedSink Over(FFmpegSink sink) => new(sink, _folder, _finished);

    /// <summary>Lets the pipeline divide the video, and begin behind what is kept.</summary>
    public StylizeOptions Apply(StylizeOptions options, SegmentedSink sink) =>
        options with { Segments = new SegmentRule(Shortest: 48, Longest: 240), Resume = _resume, PassedOver = sink.PassOver };

    /// <summary>Adds the frames of earlier runs to what the finished file must hold.</summary>
    public OutputCheck Correct(OutputCheck check, PipelineReport report)
    {
        if (_resume is null)
            return check;
        using var source = FFmpegSource.Open(_request.Input, Conversion.VideoOptions(_request) with { KeepStreams = false });
        using var first = source.Read(new FramePool());
        return check with { Frames = report.FramesWritten, First = (first?.Pts ?? 0) * source.Info.TimeBase.Value };
    }

    /// <summary>Removes what was kept, once the output is in its place.</summary>
    public void Remove() => Directory.Delete(_path, recursive: true);

    private static IEnumerable<string> FilesOf(ConversionRequest request)
    {
        // FILE#NAME is a style of a file with several, FILE#PICTURE one that is made of a picture.
        var styles = StyleSpec.Parse(request.Style).Names.SelectMany(name => File.Exists(name) ? [name] : name.Split('#', 2));
        string[] network = Directory.Exists(request.AnyStyle) ? [.. Directory.EnumerateFiles(request.AnyStyle).Order(StringComparer.Ordinal)] : [request.AnyStyle];
        return [
            .. styles.Append(request.Mask).Concat(network).OfType<string>().Where(File.Exists),
            .. request.Collection is { } folder ? StyleImage.List(folder) : [],
        ];
    }

    // Whatever changes the packets must change the key.
    internal static string Key(ConversionRequest request, IStylizer stylizer) =>
        JsonSerializer.Serialize(new
        {
            source = ContentFingerprint.Of(request.Input),
            models = FilesOf(request).Select(file => ContentFingerprint.Of(file)),
            request = request with { Force = false, Device = "", MaxMemory = null },
            stylizer.Description,
            stylizer.Workers,
            version = typeof(Resumption).Assembly.ManifestModule.ModuleVersionId,
        });
}
