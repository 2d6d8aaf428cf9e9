using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Native.Files;
using VideoStyle.Native.Media;

namespace VideoStyle.Networks.Arbitrary;

/// <summary>Style images: told apart from models, listed, and read at the size that networks take.</summary>
public static class StyleImage
{
    private const double MaxAspectRatio = 4;
    private const long LargeArea = 1 << 24;
    private static readonly string[] Extensions = [".jpg", ".jpeg", ".jpe", ".png", ".webp", ".bmp", ".tif", ".tiff", ".gif", ".avif", ".jxl"];

    /// <summary>Tells whether a style's name is that of an image: by the file's first bytes, or by the extension where there is no file.</summary>
    /// <param name="path">The style's name.</param>
    public static bool IsImage(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!File.Exists(path))
            return HasExtension(path);
        Span<byte> start = stackalloc byte[12];
        try
        {
            using var file = RegularFile.Open(path);
            start = start[..RandomAccess.Read(file, start, 0)];
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

    /// <summary>Lists the images in a folder and its subfolders, ordered by name.</summary>
    public static IReadOnlyList<string> List(string folder) =>
        [
            .. Directory
                .EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true })
                .Where(HasExtension)
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>Reads an image, resizes its shorter side, and crops one of an extreme aspect ratio to its middle.</summary>
    /// <param name="path">The image.</param>
    /// <param name="shorterSide">In pixels.</param>
    /// <returns><c>[1, 3, H, W]</c>, 0–1, float, on the host.</returns>
    /// <exception cref="VideoStyleException">It is missing, damaged or too small (Input).</exception>
    internal static Tensor Read(string path, int shorterSide)
    {
        using var scope = NewDisposeScope();
        using var frame = ReadReduced(path, shorterSide);
        var image = Pixels.Resize(frame, shorterSide);
        var max = (long)(shorterSide * MaxAspectRatio);
        for (var dim = 2; dim <= 3; dim++)
        {
            if (image.size(dim) > max)
                image = image.narrow(dim, (image.size(dim) - max) / 2, max);
        }

        return scope.MoveToOuter(image.contiguous());
    }

    // The decoder scales a very large image down to twice the size wanted: as float it would take 12 bytes a pixel.
    private static Frame ReadReduced(string path, int shorterSide)
    {
        VideoOptions options = new() { Threads = 1, KeepAlpha = true };
        RegularFile.Require(path);
        var source = FFmpegSource.Open(path, options);
        try
        {
            var (width, height) = (source.Info.Width, source.Info.Height);
            Pixels.RequireMinSize(path, width, height);
            if ((long)width * height > LargeArea)
            {
                source.Dispose();
                source = FFmpegSource.Open(path, options with { MaxSize = (int)Math.Ceiling(2.0 * shorterSide * Math.Max(width, height) / Math.Min(width, height)) });
            }

            return source.Read(new FramePool()) ?? throw new VideoStyleException(ErrorKind.Input, $"{path}: holds no image that can be decoded.");
        }
        finally
        {
            source.Dispose();
        }
    }

    private static bool HasExtension(string path) => Extensions.Contains(Path.GetExtension(path).ToLowerInvariant(), StringComparer.Ordinal);
}
