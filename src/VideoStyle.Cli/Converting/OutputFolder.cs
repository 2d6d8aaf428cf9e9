using VideoStyle.Core.Errors;

namespace VideoStyle.Cli.Converting;

/// <summary>Makes the folder that paintings go to.</summary>
internal static class OutputFolder
{
    /// <summary>Gets the folder that a conversion writes into.</summary>
    public static string Of(ConversionRequest request) => Path.GetDirectoryName(Path.GetFullPath(request.Output))!;

    /// <summary>Makes a folder, and those above it, where they are missing.</summary>
    /// <exception cref="VideoStyleException">It cannot be made (Output).</exception>
    public static void Make(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new VideoStyleException(ErrorKind.Output, $"{folder}: cannot be made ({e.Message.TrimEnd('.')}).", "Choose a folder you may write to.", e);
        }
    }
}
