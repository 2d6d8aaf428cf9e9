using VideoStyle.Core.Errors;
using VideoStyle.Core.Flow;
using VideoStyle.Core.Media;

namespace VideoStyle.Native.Files;

/// <summary>Reads and writes flow in the format that a file's extension names: <c>.flo</c> or <c>.png</c> (KITTI).</summary>
public static class FlowFile
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">A <c>.flo</c> or KITTI <c>.png</c> file.</param>
    /// <param name="png">Reads PNG.</param>
    /// <returns>The flow.</returns>
    /// <exception cref="VideoStyleException">The file is missing, damaged or of another format.</exception>
    public static FlowField Read(string path, IPngCodec png) => IsKitti(path) ? KittiFlow.Read(path, png) : MiddleburyFlow.Read(path);

    /// <summary>Writes a file, replacing one that is there.</summary>
    /// <param name="path">A path that ends in <c>.flo</c> or <c>.png</c>.</param>
    /// <param name="flow">The flow.</param>
    /// <param name="png">Writes PNG.</param>
    /// <exception cref="VideoStyleException">The file cannot be written, or its extension names no format.</exception>
    public static void Write(string path, FlowField flow, IPngCodec png)
    {
        if (IsKitti(path))
            KittiFlow.Write(path, flow, png);
        else
            MiddleburyFlow.Write(path, flow);
    }

    private static bool IsKitti(string path) =>
        Path.GetExtension(path).ToUpperInvariant() switch
        {
            ".FLO" => false,
            ".PNG" => true,
            var other => throw new VideoStyleException(
                ErrorKind.Input,
                $"{path}: flow is read from .flo and .png files, not from '{other}'."
            ),
        };
}
