using System.Globalization;
using VideoStyle.Core;
using VideoStyle.Core.Errors;
using VideoStyle.Native.Files;

namespace VideoStyle.Converting;

/// <summary>Guards images that a conversion to images would overwrite.</summary>
internal static class ImageOutput
{
    /// <summary>Refuses names that are taken, by the input's own images or by others.</summary>
    /// <exception cref="VideoStyleException">The first image is there already and may not be replaced (Output).</exception>
    public static void RequireFree(string input, string output, bool overwrite)
    {
        var first = ImageSequence.NameOf(output, 1);
        if (IsOfInput(first, input))
            throw new VideoStyleException(ErrorKind.Output, $"{first}: is an image of the input itself.", "Choose another name for the output.");
        if (!ImageSequence.IsSequence(output) && !ImageSequence.IsNumbered(output))
        {
            OutputTarget.Require(first, overwrite);
            return;
        }

        // The folder is made with the first image. Any image that is there counts: the later ones would be replaced without a word.
        var folder = OutputFolder.Of(first);
        OutputTarget.RequireFolder(folder);
        foreach (var (path, _) in Existing(output, folder))
            OutputTarget.Require(path, overwrite);
    }

    /// <summary>Names the images of an earlier, longer run that a new one has not replaced.</summary>
    /// <param name="output">A folder or a numbered pattern.</param>
    /// <param name="written">How many images the new run has written.</param>
    /// <returns>One sentence, or null where there are none.</returns>
    public static string? DescribeLeft(string output, long written)
    {
        var left = Existing(output, OutputFolder.Of(ImageSequence.NameOf(output, 1))).Where(image => image.Number > written).OrderBy(image => image.Number).ToList();
        return left.Count == 0
            ? null
            : $"{output}: {Counted.Of(written, "image")} replaced a longer sequence; {Counted.Of(left.Count, "image")} of it {(left.Count == 1 ? "is" : "are")} still there, from {Path.GetFileName(left[0].Path)} on.";
    }

    private static IEnumerable<(string Path, long Number)> Existing(string output, string folder)
    {
        foreach (var path in Directory.Exists(folder) ? Directory.EnumerateFileSystemEntries(folder) : [])
            foreach (var number in Numbers(Path.GetFileName(path)))
                if (string.Equals(Path.GetFileName(ImageSequence.NameOf(output, number)), Path.GetFileName(path), StringComparison.Ordinal))
                {
                    yield return (path, number);
                    break;
                }
    }

    /// <summary>Tells whether the first file of an output is there.</summary>
    public static bool Exists(string output) =>
        output is not "-" && File.Exists(ImageSequence.IsSequence(output) ? ImageSequence.NameOf(output, 1) : output);

    private static IEnumerable<long> Numbers(string name)
    {
        for (var at = 0; at < name.Length; at++)
        {
            var digits = name.AsSpan(at).IndexOfAnyExceptInRange('0', '9') is >= 0 and var end ? end : name.Length - at;
            if (digits > 0 && long.TryParse(name.AsSpan(at, digits), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                yield return number;
            at += digits;
        }
    }

    private static bool IsOfInput(string first, string input) =>
        input is not "-"
        && File.Exists(first)
        && (ImageSequence.IsSequence(input) ? ImageSequence.Find(input) : [input]).Any(image => OutputFile.IsSameFile(image, first));
}
