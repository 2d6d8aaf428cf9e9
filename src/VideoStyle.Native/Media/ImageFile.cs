using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Native.Files;
using VideoStyle.Native.Interop;
using VideoStyle.Native.Interop.Handles;

namespace VideoStyle.Native.Media;

/// <summary>Reads and writes single pictures.</summary>
public static class ImageFile
{
    // The largest picture that decodes (134 million pixels) is smaller than this in every format that is not padded with rubbish.
    private const long LargestFile = 1L << 30;

    /// <summary>Reads a picture: PNG, JPEG, WebP, BMP, TIFF, GIF (its first) and whatever else FFmpeg knows, told by content.</summary>
    /// <param name="path">The file.</param>
    /// <param name="keepAlpha">Whether the frame has alpha where the picture has it.</param>
    /// <returns>The picture, upright (EXIF orientation applied), which the caller owns.</returns>
    /// <exception cref="VideoStyleException">The file is missing, unreadable or not a picture.</exception>
    public static Frame Read(string path, bool keepAlpha = false) => Decode(path, ReadBytes(path), keepAlpha);

    /// <summary>Reads a picture that lies in memory.</summary>
    /// <param name="name">For messages.</param>
    /// <param name="bytes">The whole file.</param>
    /// <param name="keepAlpha">Whether the frame has alpha where the picture has it.</param>
    /// <returns>The picture, upright, which the caller owns.</returns>
    /// <exception cref="VideoStyleException">The bytes are no picture.</exception>
    public static Frame Decode(string name, ReadOnlySpan<byte> bytes, bool keepAlpha = false)
    {
        using var source = FFmpegSource.Open(name, bytes, new VideoOptions { Threads = 1, KeepAlpha = keepAlpha });
        return source.Read(new FramePool())
            ?? throw new VideoStyleException(ErrorKind.Input, $"{name}: holds no picture that can be decoded.");
    }

    /// <summary>Writes a picture in the format of the extension: <c>.png .jpg .jpeg .webp .bmp .tif .tiff</c>.</summary>
    /// <param name="path">The file, replaced where it exists.</param>
    /// <param name="frame">The picture; kept by the caller. Its alpha and its 16 bits are written where the format can hold them.</param>
    /// <exception cref="VideoStyleException">The extension names no format, or the file cannot be written.</exception>
    public static void Write(string path, Frame frame)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(frame);
        WriteBytes(path, Encode(frame.Pixels, frame.Width, frame.Height, Path.GetExtension(path), frame.Alpha, pixels16: frame.Pixels16));
    }

    /// <summary>Writes a whole file; its failures name it.</summary>
    internal static void WriteBytes(string path, byte[] bytes)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            File.WriteAllBytes(path, bytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new VideoStyleException(ErrorKind.Output, $"{path}: cannot be written: {e.Message}", innerException: e);
        }
    }

    /// <summary>Encodes a picture.</summary>
    /// <param name="pixels">RGB24, <c>3 · width · height</c> bytes.</param>
    /// <param name="width">Width in pixels, at least 1.</param>
    /// <param name="height">Height in pixels, at least 1.</param>
    /// <param name="extension">The format, as in <see cref="Write"/>.</param>
    /// <param name="alpha">Opacity, <c>width · height</c> bytes, or empty.</param>
    /// <param name="quality">1–100 for JPEG and WebP.</param>
    /// <param name="pixels16">The same pixels with 16 bits each, which PNG and TIFF keep, or empty.</param>
    /// <returns>The bytes of the file.</returns>
    /// <exception cref="VideoStyleException">The extension names no format.</exception>
    public static unsafe byte[] Encode(
        ReadOnlySpan<byte> pixels,
        int width,
        int height,
        string extension,
        ReadOnlySpan<byte> alpha = default,
        int quality = 95,
        ReadOnlySpan<ushort> pixels16 = default
    )
    {
        ArgumentNullException.ThrowIfNull(extension);
        if (pixels.Length != 3L * width * height || (!pixels16.IsEmpty && pixels16.Length != pixels.Length) || (!alpha.IsEmpty && alpha.Length != (long)width * height))
            throw new ArgumentException("The pixels do not fit the size.", nameof(pixels));
        var codec = extension.ToLowerInvariant() switch
        {
            ".png" => "png",
            ".jpg" or ".jpeg" => "mjpeg",
            ".webp" => "webp",
            ".bmp" => "bmp",
            ".tif" or ".tiff" => "tiff",
            _ => throw new VideoStyleException(
                ErrorKind.Usage,
                $"'{extension}' names no picture format.",
                "Use .png, .jpg, .webp, .bmp or .tif."
            ),
        };
        VideoStyleNative.Require(NativeUnits.Media);
        MediaBytesHandle handle;
        fixed (byte* opacity = alpha)
        fixed (ushort* deep = pixels16)
            NativeMethods.MediaImageEncode(pixels, pixels.Length, opacity, deep, width, height, codec, quality, out handle).ThrowIfFailed();
        using (handle)
            return handle.ToArray();
    }

    /// <summary>Reads a whole file of at most 1 GiB; its failures name it.</summary>
    internal static byte[] ReadBytes(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            if (Directory.Exists(path))
                throw new VideoStyleException(ErrorKind.Input, $"{path}: is a folder, not a picture.");
            return RegularFile.ReadAllBytes(path, LargestFile) is { Length: > 0 } bytes ? bytes : throw new VideoStyleException(ErrorKind.Input, $"{path}: is empty.");
        }
        catch (FileNotFoundException e)
        {
            throw new VideoStyleException(ErrorKind.Input, $"{path}: there is no such file.", innerException: e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new VideoStyleException(ErrorKind.Input, $"{path}: cannot be read: {e.Message}", innerException: e);
        }
    }
}
