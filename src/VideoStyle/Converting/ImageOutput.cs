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
        if (File.Exists(first) && !overwrite)
            throw new VideoStyleException(ErrorKind.Output, $"{first}: already exists.", "Set OutputOptions.Overwrite to replace it.");
    }

    /// <summary>Tells whether the first file of an output is there.</summary>
    public static bool Exists(string output) =>
        output is not "-" && File.Exists(ImageSequence.IsSequence(output) ? ImageSequence.NameOf(output, 1) : output);

    private static bool IsOfInput(string first, string input) =>
        input is not "-"
        && File.Exists(first)
        && (ImageSequence.IsSequence(input) ? ImageSequence.Find(input) : [input]).Any(image => OutputFile.IsSameFile(image, first));
}
