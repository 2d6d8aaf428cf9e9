using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Native.Files;
using VideoStyle.Native.Media;

namespace VideoStyle.Cli.Converting;

/// <summary>Decides where the painting of each input goes.</summary>
internal static class OutputPaths
{
    /// <summary>Pairs every input with its output.</summary>
    /// <param name="paths">
    /// Inputs and, behind them, where they go: one input alone is painted beside itself, one before a name is painted under
    /// that name, and any number before a folder is painted into it. A folder of videos stands for the videos in it.
    /// </param>
    /// <param name="style">The style's name, which is put into the name of a painting beside its input.</param>
    /// <exception cref="VideoStyleException">Several inputs have no folder, or would have the same output.</exception>
    public static IReadOnlyList<(string Input, string Output)> Pair(IReadOnlyList<string> paths, string style)
    {
        if (paths is [.., var last] && paths.Count > 1 && StreamUrl.Is(last))
            throw new VideoStyleException(ErrorKind.Usage, $"{StreamUrl.Shown(last)}: is a URL, and a conversion writes a file.", "To stream it, type: videostyle live INPUT URL");
        if (paths is [var only])
            return VideoNames.In(only).Count == 0
                ? [(only, Beside(only, style))]
                : throw new VideoStyleException(ErrorKind.Usage, $"{only}: is a folder of videos, whose paintings need a folder.", $"Name one behind it: videostyle convert {only} paintings/");
        var target = paths[^1];
        paths = [.. paths.SkipLast(1).SelectMany(path => VideoNames.In(path) is { Count: > 0 } videos ? videos : [path]), target];
        if (!IsFolder(target))
            return paths is [var input, _]
                ? [(input, target)]
                : throw new VideoStyleException(
                    ErrorKind.Usage,
                    $"{target}: is no folder, and {paths.Count - 1} inputs need one.",
                    File.Exists(target) ? "Name a folder behind the inputs; one that ends with a separator is made: paintings/" : $"Let it end with a separator to have it made: {target}/");
        if (paths is [var pictures, _] && ImageSequence.IsSequence(pictures))
            return [(pictures, target)];

        var pairs = paths.SkipLast(1).Select(path => (Input: path, Output: Into(target, path))).ToList();
        var twice = pairs.GroupBy(pair => pair.Output, StringComparer.Ordinal).FirstOrDefault(group => group.Skip(1).Any());
        return twice is null
            ? pairs
            : throw new VideoStyleException(
                ErrorKind.Usage,
                $"{twice.Key}: would be the painting of both {twice.First().Input} and {twice.Last().Input}.",
                "Paint them into two folders."
            );
    }

    /// <summary>Refuses an output that is a video already: it may be a second input, whose painting has no place yet.</summary>
    /// <param name="paths">As for <see cref="Pair"/>.</param>
    /// <exception cref="VideoStyleException">It is (Output).</exception>
    public static void RefuseSecondInput(IReadOnlyList<string> paths)
    {
        if (paths is not [var first, var second] || UnixFile.KindOf(second) != FileKind.Regular || OutputFile.IsSameFile(first, second) || !IsVideo(second))
            return;
        throw new VideoStyleException(
            ErrorKind.Output,
            $"{second}: already exists, and is a video.",
            $"To paint both, name a folder behind them: videostyle convert {first} {second} paintings/. Else choose another name for the output.");
    }

    private static bool IsVideo(string path)
    {
        try
        {
            using var source = FrameSource.Open(path, new VideoOptions { Threads = 1 });
            return true;
        }
        catch (VideoStyleException)
        {
            return false;
        }
    }

    /// <summary>Tells whether a path names a folder: one that is there, or one to be made, which ends with a separator.</summary>
    public static bool IsFolder(string path) => Directory.Exists(path) || Path.EndsInDirectorySeparator(path);

    // holiday.mp4 painted with starry_night becomes holiday.starry_night.mp4; a folder of pictures, another folder.
    private static string Beside(string input, string style)
    {
        if (input is "-")
            return "-";
        if (StreamUrl.Is(input))
            throw new VideoStyleException(ErrorKind.Usage, $"{StreamUrl.Shown(input)}: a URL has no place beside it for the painting.", "Name the painting behind it: painting.mp4");
        return ImageSequence.IsSequence(input) && !ImageSequence.IsNumbered(input)
            ? $"{FolderOf(input)}.{style}{Path.DirectorySeparatorChar}"
            : Path.ChangeExtension(input, null) + $".{style}{Path.GetExtension(input)}";
    }

    private static string Into(string folder, string input)
    {
        if (StreamUrl.Is(input))
            throw new VideoStyleException(ErrorKind.Usage, $"{StreamUrl.Shown(input)}: a URL is painted into a file.", $"Name the painting: {Path.Combine(folder, "painting.mp4")}");
        if (input is "-")
            throw new VideoStyleException(ErrorKind.Usage, "Standard input has no name that its painting could have.", $"Name the painting: {Path.Combine(folder, "painting.mp4")}");
        return ImageSequence.IsSequence(input)
            ? Path.Combine(folder, Path.GetFileName(FolderOf(input))) + Path.DirectorySeparatorChar
            : Path.Combine(folder, Path.GetFileName(input));
    }

    private static string FolderOf(string pictures) =>
        Path.TrimEndingDirectorySeparator(Path.GetFullPath(IsFolder(pictures) ? pictures : Path.GetDirectoryName(pictures) is { Length: > 0 } parent ? parent : "."));
}
