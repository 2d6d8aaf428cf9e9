using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Native.Files;

namespace VideoStyle.Converting;

/// <summary>Estimates how large an output becomes, and compares it with what is free.</summary>
/// <remarks>
/// The estimate is pixels × frames × bits a pixel of the codec at its default quality, and 192 kbit/s for each sound; six steps of
/// the quality halve or double it, a bit rate replaces it. Outputs of nineteen clips, styles and codecs came to between a
/// half and twice of it; calm or large ones can be smaller. So only a disk that does not hold a sixth is refused: what may
/// fit is begun, and what does not fit after all ends with exit code 4 and leaves nothing.
/// </remarks>
internal static class DiskSpace
{
    private const int ClearlyTooLarge = 6;
    private const long AudioBitRate = 192_000;

    private readonly record struct Default(double BitsPerPixel, int? Crf = null);

    /// <summary>Estimates the size of an output.</summary>
    /// <returns>Bytes, or null where the length of the video is not known.</returns>
    public static long? Estimate(StylerOptions options, string output, VideoInfo video)
    {
        if (video.FrameCount is not { } frames)
            return null;
        var seconds = video.Duration?.TotalSeconds ?? (video.FrameRate.IsKnown ? frames / video.FrameRate.Value : 0);
        var codec = DefaultOf(options, output);
        var picture = options.Encode.BitRate is { } rate
            ? rate * seconds
            : (double)video.Width * video.Height * frames * codec.BitsPerPixel * Quality(options.Encode.Crf, codec.Crf);
        var sounds = options.Encode.Copy.HasFlag(StreamKinds.Audio) ? video.Streams.Count(s => s.Kind is "audio") : 0;
        var bytes = Math.Min((picture + sounds * AudioBitRate * seconds) / 8, long.MaxValue / 4.0);
        return (long)(options.Output.Resume ? 2 * bytes : bytes); // finished shots lie beside the output until it is complete
    }

    /// <summary>Finds how much is free where a file is to be written.</summary>
    /// <returns>Bytes, or null where the system does not tell.</returns>
    public static long? FreeAt(string output)
    {
        var folder = Path.GetFullPath(output);
        while (!Directory.Exists(folder) && Path.GetDirectoryName(folder) is { } parent)
            folder = parent;
        try
        {
            return new DriveInfo(folder).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Refuses a conversion whose disk is clearly too small.</summary>
    /// <exception cref="VideoStyleException">It is (Output).</exception>
    public static void Require(StylerOptions options, string output, VideoInfo video)
    {
        if (output is "-" || Estimate(options, output, video) is not { } needed || FreeAt(output) is not { } free || free >= needed / ClearlyTooLarge)
            return;
        throw new DiskFullException(
            $"{output}: needs about {SizeText.Of(needed)}, and {SizeText.Of(free)} are free there.",
            "Free some space, choose another disk, or set VideoOptions.MaxSize or EncodeOptions.Crf for a smaller output."
        );
    }

    private static double Quality(int? asked, int? codec) => asked is { } crf && codec is { } at ? Math.Pow(2, (at - crf) / 6.0) : 1;

    private static Default DefaultOf(StylerOptions options, string output) =>
        (options.Encode.Codec ?? Path.GetExtension(output).ToLowerInvariant()) switch
        {
            "hevc" or "libx265" => new Default(0.3, 20),
            "vp9" or "libvpx-vp9" or ".webm" => new Default(0.4, 24),
            "av1" or "libsvtav1" or "libaom-av1" => new Default(0.25, 26),
            "prores" or "prores_ks" => new Default(6),
            "mpeg1video" or "mpeg2video" or "mpeg4" or "wmv2" or ".mpg" or ".mpeg" or ".vob" or ".mxf" or ".wmv" or ".asf" => new Default(1.5),
            "theora" or ".ogv" or ".ogg" => new Default(1),
            "ffv1" => new Default(11),
            "gif" or ".gif" => new Default(7),
            "webp" or ".webp" => new Default(2.4),
            ".jpg" or ".jpeg" => new Default(3),
            ".png" or ".tif" or ".tiff" => new Default(14),
            ".bmp" or ".y4m" or "rawvideo" => new Default(24),
            "" => new Default(14), // a folder of PNG files
            _ => new Default(0.45, 18), // H.264
        };
}
