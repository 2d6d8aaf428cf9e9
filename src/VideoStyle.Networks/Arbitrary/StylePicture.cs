using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Native.Media;

namespace VideoStyle.Networks.Arbitrary;

/// <summary>Pictures that are painted after: told from models, and read at the size they are measured at.</summary>
public static class StylePicture
{
    private const double LargestRatio = 4;
    private const long LargeArea = 1 << 24;
    private static readonly string[] Extensions = [".jpg", ".jpeg", ".jpe", ".png", ".webp", ".bmp", ".tif", ".tiff", ".gif", ".avif", ".jxl"];

    /// <summary>Tells whether a style is named by a picture: by what the file begins with, or by its extension where there is no file.</summary>
    /// <param name="path">A style as it was named.</param>
    public static bool IsPicture(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!File.Exists(path))
            return HasExtension(path);
        Span<byte> start = stackalloc byte[12];
        try
        {
            using var file = File.OpenRead(path);
            start = start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return HasExtension(path);
        }

        return start switch
        {
            [0xFF, 0xD8, 0xFF, ..] or [0x89, (byte)'P', (byte)'N', (byte)'G', ..] => true,
            [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => true,
            [(byte)'G', (byte)'I', (byte)'F', (byte)'8', ..] or [(byte)'B', (byte)'M', ..] => true,
            [(byte)'I', (byte)'I', 42, 0, ..] or [(byte)'M', (byte)'M', 0, 42, ..] => true,
            _ => HasExtension(path),
        };
    }

    /// <summary>Lists the pictures of a folder and the folders in it, in the order of their names.</summary>
    public static IReadOnlyList<string> List(string folder) =>
        [
            .. Directory
                .EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true })
                .Where(HasExtension)
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>Reads a picture with its shorter side brought to a size, and a very long one cut to its middle.</summary>
    /// <param name="path">The picture.</param>
    /// <param name="shorterSide">In pixels.</param>
    /// <returns><c>[1, 3, H, W]</c>, 0–1, float, on the host.</returns>
    /// <exception cref="VideoStyleException">It is missing, damaged or too small to have strokes (Input).</exception>
    internal static Tensor Read(string path, int shorterSide)
    {
        using var scope = NewDisposeScope();
        using var frame = ReadReduced(path, shorterSide);
        var picture = Pixels.Sized(frame, shorterSide);
        var most = (long)(shorterSide * LargestRatio);
        for (var dim = 2; dim <= 3; dim++)
        {
            if (picture.size(dim) > most)
                picture = picture.narrow(dim, (picture.size(dim) - most) / 2, most);
        }

        return scope.MoveToOuter(picture.contiguous());
    }

    // A very large picture is reduced by the decoder to twice what is wanted: as numbers it would take 12 bytes a pixel.
    private static Frame ReadReduced(string path, int shorterSide)
    {
        VideoOptions options = new() { Threads = 1, KeepAlpha = true };
        var source = FFmpegSource.Open(path, options);
        try
        {
            var (width, height) = (source.Info.Width, source.Info.Height);
            Pixels.RequireStrokes(path, width, height);
            if ((long)width * height > LargeArea)
            {
                source.Dispose();
                source = FFmpegSource.Open(path, options with { MaxSize = (int)Math.Ceiling(2.0 * shorterSide * Math.Max(width, height) / Math.Min(width, height)) });
            }

            return source.Read(new FramePool()) ?? throw new VideoStyleException(ErrorKind.Input, $"{path}: holds no picture that can be decoded.");
        }
        finally
        {
            source.Dispose();
        }
    }

    private static bool HasExtension(string path) => Extensions.Contains(Path.GetExtension(path).ToLowerInvariant(), StringComparer.Ordinal);
}
