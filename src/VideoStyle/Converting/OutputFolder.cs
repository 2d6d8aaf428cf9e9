using VideoStyle.Core.Errors;

namespace VideoStyle.Converting;

/// <summary>The folder that an output lies in.</summary>
internal static class OutputFolder
{
    /// <summary>Gets the folder of an output.</summary>
    public static string Of(string output) => Path.GetDirectoryName(Path.GetFullPath(output))!;

    /// <summary>Creates the folder of an output, and those above it, where they are missing.</summary>
    /// <exception cref="VideoStyleException">It cannot be created (Output).</exception>
    public static void Create(string output)
    {
        var folder = Of(output);
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new VideoStyleException(ErrorKind.Output, $"{folder}: cannot be created ({e.Message.TrimEnd('.')}).", "Choose a folder you may write to.", e);
        }
    }
}
