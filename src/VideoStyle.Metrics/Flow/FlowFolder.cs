using System.Globalization;
using System.Text.Json;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Flow;
using VideoStyle.Core.Media;
using VideoStyle.Metrics.Truth;
using VideoStyle.Metrics.Warping;
using VideoStyle.Native.Files;

namespace VideoStyle.Metrics.Flow;

/// <summary>A folder of flow and masks between frames of one clip.</summary>
/// <remarks>
/// <c>FROM-TO.flo</c> or <c>FROM-TO.png</c> (KITTI) holds the flow from frame FROM to frame TO, numbers from 0;
/// <c>FROM-TO.mask.png</c> the certainty of each pixel of frame FROM, 255 for certain, for every profile, and
/// <c>FROM-TO.lai18.png</c> for that profile alone. <c>flow.json</c> says what estimator wrote the folder, where one did. The folder of a
/// clip with known motion (<c>tools/known-motion</c>) serves as well: <c>flowK/NNNN.flo</c> and <c>validK/NNNN.png</c>.
/// </remarks>
public sealed class FlowFolder
{
    private const string NoteName = "flow.json";
    private const long MaxNoteBytes = 1 << 16;
    private static readonly string[] FlowExtensions = [".flo", ".png"];

    private readonly IPngCodec _png;

    /// <summary>Names a folder; nothing is opened yet.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="png">Reads and writes what is PNG in it.</param>
    public FlowFolder(string path, IPngCodec png) => (Path, _png, Truth) = (path, png, TrueMotion.Find(path, png));

    /// <summary>Gets the folder.</summary>
    public string Path { get; }

    /// <summary>Gets what is known of the clip beside its flow, or null where that is no clip with known motion.</summary>
    internal TrueMotion? Truth { get; }

    /// <summary>Gets what the folder's own note says wrote it, or null.</summary>
    /// <exception cref="VideoStyleException">The note is damaged.</exception>
    public string? ReadEstimator()
    {
        var file = System.IO.Path.Combine(Path, NoteName);
        if (!File.Exists(file))
            return null;
        try
        {
            using var note = JsonDocument.Parse(RegularFile.ReadAllBytes(file, MaxNoteBytes));
            return note.RootElement.GetProperty("estimator").GetString();
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or IOException)
        {
            throw new VideoStyleException(ErrorKind.Input, $"{file}: cannot be read: {e.Message}", innerException: e);
        }
    }

    /// <summary>Prepares the folder for writing: creates it, or checks that the same estimator wrote what is there.</summary>
    /// <param name="estimator">The estimator's description.</param>
    /// <exception cref="VideoStyleException">Another estimator wrote it, or it cannot be created.</exception>
    public void BeginWriting(string estimator)
    {
        var written = ReadEstimator();
        if (written is not null && !string.Equals(written, estimator, StringComparison.Ordinal))
            throw new VideoStyleException(
                ErrorKind.Usage,
                $"{Path}: holds flow of {written}, not of {estimator}.",
                "Name another CacheFolder, or read this one as FromFolder."
            );
        Guard(() =>
        {
            Directory.CreateDirectory(Path);
            File.WriteAllText(System.IO.Path.Combine(Path, NoteName), JsonSerializer.Serialize(new Dictionary<string, string>(StringComparer.Ordinal) { ["estimator"] = estimator }));
        });
    }

    /// <summary>Finds the file of one flow.</summary>
    /// <param name="from">The frame whose pixels are followed.</param>
    /// <param name="to">The frame in which they are found.</param>
    /// <returns>Its path, or null where the folder has none.</returns>
    public string? FindFlow(long from, long to)
    {
        var name = Name(from, to);
        IEnumerable<string> files = FlowExtensions.Select(extension => name + extension);
        return (to > from && Truth is not null ? files.Append(Truth.FlowFile(from, to - from)) : files).FirstOrDefault(File.Exists);
    }

    /// <summary>Reads one flow.</summary>
    /// <param name="from">The frame whose pixels are followed.</param>
    /// <param name="to">The frame in which they are found.</param>
    /// <param name="width">The clip's width.</param>
    /// <param name="height">The clip's height.</param>
    /// <returns>The flow, or null where the folder has none.</returns>
    /// <exception cref="VideoStyleException">The file is damaged or of another size.</exception>
    public FlowField? TryReadFlow(long from, long to, int width, int height)
    {
        if (FindFlow(from, to) is not { } path)
            return null;
        var flow = FlowFile.Read(path, _png);
        RequireSize(path, (flow.Width, flow.Height), (width, height));
        return flow;
    }

    /// <summary>Reads one mask.</summary>
    /// <param name="from">The frame whose pixels are followed.</param>
    /// <param name="to">The frame in which they are found.</param>
    /// <param name="profile">The profile that it is for; a mask for every profile serves where there is none of its own.</param>
    /// <param name="width">The clip's width.</param>
    /// <param name="height">The clip's height.</param>
    /// <returns>The mask, or null where the folder has none.</returns>
    /// <exception cref="VideoStyleException">The file is damaged or of another size.</exception>
    public ValidityMask? TryReadMask(long from, long to, WarpProfile profile, int width, int height)
    {
        if (Truth is not null && to > from)
            return profile == WarpProfile.Truth ? Truth.Inner(from, to - from, (width, height)) : Truth.Valid(from, to - from, (width, height));
        var path = MaskPath(from, to, profile);
        if (!File.Exists(path))
            path = Name(from, to) + ".mask.png";
        if (!File.Exists(path))
            return null;
        var mask = ValidityMask.Read(path, _png);
        RequireSize(path, (mask.Width, mask.Height), (width, height));
        return mask;
    }

    /// <summary>Writes one flow as <c>.flo</c>.</summary>
    /// <param name="from">The frame whose pixels are followed.</param>
    /// <param name="to">The frame in which they are found.</param>
    /// <param name="flow">The flow.</param>
    /// <exception cref="VideoStyleException">The file cannot be written.</exception>
    public void WriteFlow(long from, long to, FlowField flow) => WriteWhole(Name(from, to) + ".flo", path => MiddleburyFlow.Write(path, flow));

    /// <summary>Writes the mask of one profile.</summary>
    /// <param name="from">The frame whose pixels are followed.</param>
    /// <param name="to">The frame in which they are found.</param>
    /// <param name="profile">The profile.</param>
    /// <param name="mask">The mask.</param>
    /// <exception cref="VideoStyleException">The file cannot be written.</exception>
    public void WriteMask(long from, long to, WarpProfile profile, ValidityMask mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        WriteWhole(MaskPath(from, to, profile), path => mask.Write(path, _png));
    }

    // Renamed when complete, so that an interrupted run leaves no half file for the next one to read.
    private static void WriteWhole(string path, Action<string> write)
    {
        var partial = path + ".partial";
        write(partial);
        Guard(() => OutputFile.Replace(partial, path));
    }

    private static void Guard(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new VideoStyleException(ErrorKind.Output, $"The flow folder cannot be written: {e.Message}", innerException: e);
        }
    }

    private static void RequireSize(string path, (int Width, int Height) actual, (int Width, int Height) expected)
    {
        if (actual != expected)
            throw new VideoStyleException(
                ErrorKind.Input,
                $"{path}: is {actual.Width}x{actual.Height}, the clip is {expected.Width}x{expected.Height}."
            );
    }

    private string MaskPath(long from, long to, WarpProfile profile) => $"{Name(from, to)}.{profile.ToString().ToLowerInvariant()}.png";

    private string Name(long from, long to) =>
        System.IO.Path.Combine(Path, string.Create(CultureInfo.InvariantCulture, $"{from}-{to}"));
}
