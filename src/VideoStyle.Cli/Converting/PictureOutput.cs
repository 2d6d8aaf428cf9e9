using VideoStyle.Core.Errors;
using VideoStyle.Native.Files;

namespace VideoStyle.Cli.Converting;

/// <summary>Guards pictures that a conversion to pictures would write over.</summary>
internal static class PictureOutput
{
    /// <summary>Refuses names that are taken, by the input's own pictures or by others.</summary>
    /// <exception cref="VideoStyleException">The first picture is there already and may not be replaced (Output).</exception>
    public static void RequireFree(ConversionRequest request)
    {
        var first = ImageSequence.NameOf(request.Output, 1);
        if (IsOfInput(first, request.Input))
            throw new VideoStyleException(ErrorKind.Output, $"{first}: is a picture of the input itself.", "Choose another name for the output.");
        if (File.Exists(first) && !request.Force)
            throw new VideoStyleException(ErrorKind.Output, $"{first}: already exists.", "Add --force to replace it.");
    }

    /// <summary>Tells whether the first file of an output is there.</summary>
    public static bool Exists(string output) =>
        output is not "-" && File.Exists(ImageSequence.IsSequence(output) ? ImageSequence.NameOf(output, 1) : output);

    private static bool IsOfInput(string first, string input) =>
        input is not "-"
        && File.Exists(first)
        && (ImageSequence.IsSequence(input) ? ImageSequence.Find(input) : [input]).Any(picture => OutputFile.IsSameFile(picture, first));
}
