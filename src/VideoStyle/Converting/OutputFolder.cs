using VideoStyle.Core.Errors;
using VideoStyle.Native.Files;

namespace VideoStyle.Converting;

/// <summary>The folder that an output lies in.</summary>
internal static class OutputFolder
{
    /// <summary>Gets the folder of an output.</summary>
    public static string Of(string output) => Path.GetDirectoryName(Path.GetFullPath(output))!;

    /// <summary>Creates the folder of an output, and those above it, where they are missing.</summary>
    /// <exception cref="VideoStyleException">It cannot be created (Output).</exception>
    public static void Create(string output) => OutputTarget.CreateFolder(Of(output));
}
