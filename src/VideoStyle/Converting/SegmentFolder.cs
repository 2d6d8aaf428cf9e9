using System.Globalization;
using VideoStyle.Core.Compositing;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Pipeline;
using VideoStyle.Native.Files;

namespace VideoStyle.Converting;

/// <summary>The finished segments of one conversion, kept so that a later process can go on behind them.</summary>
/// <remarks>
/// <c>A-B.packets</c> holds the packets of frames A to B − 1, <c>A.state</c> what the blend remembered before frame A, empty
/// at a cut. Each appears by a rename after its bytes are on the disk, the state of a frame before the segment that ends
/// there; so whatever a kill leaves is a chain from frame 0 that can be gone on from.
/// </remarks>
internal sealed class SegmentFolder
{
    private const string KeyFile = "key";
    private readonly string _path;

    private SegmentFolder(string path) => _path = path;

    /// <summary>Opens a folder; what another source, style or version left in it is removed.</summary>
    /// <param name="path">The folder, made where it is missing.</param>
    /// <param name="key">What decides the packets.</param>
    public static SegmentFolder Open(string path, string key)
    {
        var keyFile = Path.Combine(path, KeyFile);
        if (Directory.Exists(path) && (!File.Exists(keyFile) || !string.Equals(File.ReadAllText(keyFile), key, StringComparison.Ordinal)))
            Directory.Delete(path, recursive: true);
        Directory.CreateDirectory(path);
        foreach (var left in Directory.EnumerateFiles(path, "*.unfinished"))
            File.Delete(left);
        if (!File.Exists(keyFile))
        {
            File.WriteAllText(keyFile + ".unfinished", key); // a half-written key would cost the segments
            OutputFile.Replace(keyFile + ".unfinished", keyFile);
        }

        return new SegmentFolder(path);
    }

    /// <summary>Finds the segments that follow each other from the first frame on, and where to go on behind them.</summary>
    /// <returns>For each segment its journal and the frame behind it; and null where nothing is there.</returns>
    public (IReadOnlyList<(string Journal, long End)> Segments, Checkpoint? Resume) Read()
    {
        List<(string Journal, long End)> segments = [];
        Checkpoint? resume = null;
        while (Next(resume?.Frame ?? 0) is { } segment && TryReadState(segment.End, out var state))
        {
            segments.Add(segment);
            resume = new Checkpoint(segment.End, state);
        }

        return (segments, resume);
    }

    /// <summary>Gets where to write a segment that begins at a frame and has not ended.</summary>
    public string Unfinished(long begin) => Path.Combine(_path, string.Create(CultureInfo.InvariantCulture, $"{begin}-{Environment.ProcessId}.unfinished"));

    /// <summary>Keeps the state at a division.</summary>
    public void Keep(Checkpoint checkpoint)
    {
        var final = StateFile(checkpoint.Frame);
        var partial = final + ".unfinished";
        using (FileStream file = new(partial, FileMode.Create))
        {
            checkpoint.State?.Write(file);
        }

        OutputFile.Replace(partial, final);
    }

    /// <summary>Keeps a segment whose journal is on the disk.</summary>
    public void Keep(long begin, long end) =>
        OutputFile.Replace(Unfinished(begin), Path.Combine(_path, string.Create(CultureInfo.InvariantCulture, $"{begin}-{end}.packets")));

    private (string Journal, long End)? Next(long begin)
    {
        foreach (var file in Directory.EnumerateFiles(_path, string.Create(CultureInfo.InvariantCulture, $"{begin}-*.packets")))
            if (long.TryParse(Path.GetFileNameWithoutExtension(file).Split('-')[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var end) && end > begin)
                return (file, end);
        return null;
    }

    private bool TryReadState(long frame, out BlendState? state)
    {
        state = null;
        var path = StateFile(frame);
        try
        {
            using FileStream file = new(path, FileMode.Open);
            if (file.Length > 0)
                state = BlendState.Read(file, path);
            return true;
        }
        catch (Exception e) when (e is IOException or VideoStyleException)
        {
            return false; // one segment more is done again
        }
    }

    private string StateFile(long frame) => Path.Combine(_path, string.Create(CultureInfo.InvariantCulture, $"{frame}.state"));
}
