using System.Buffers.Binary;
using System.Globalization;
using VideoStyle.Core;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;

namespace VideoStyle.Native.Media;

/// <summary>What a finished file must hold, gathered while it is written.</summary>
/// <param name="Frames">The number of frames, at least 1.</param>
/// <param name="First">When the first frame is shown, in seconds.</param>
/// <param name="Last">When the last frame is shown, in seconds.</param>
/// <param name="Audio">The number of audio streams.</param>
/// <param name="Subtitles">The number of subtitle streams.</param>
/// <param name="Stream">The number of the video stream.</param>
public sealed record OutputCheck(long Frames, double First, double Last, int Audio = 0, int Subtitles = 0, int Stream = 0)
{
    // GIF counts hundredths, Matroska thousandths; WebP is not decoded.
    private const double CoarsestTick = 0.0101;

    /// <summary>Decodes a finished file to its end and compares it, before it is given its final name.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="VideoStyleException">It cannot be decoded, or holds other frames, another duration or other streams.</exception>
    public void Verify(string path, string name)
    {
        var (frames, length, audio, subtitles) = AnimatedWebP.Frames(path) is { } count
            ? (count, Last - First, 0, 0)
            : Decode(path, name);
        if (frames != Frames)
            throw Wrong(name, $"holds {Counted.Of(frames, "frame")} where {Frames} {(Frames == 1 ? "was" : "were")} written");
        if (Math.Abs(length - (Last - First)) > CoarsestTick)
            throw Wrong(
                name,
                string.Create(CultureInfo.InvariantCulture, $"lasts {length:F3} s from first to last frame where {Last - First:F3} s were written")
            );
        if ((audio, subtitles) != (Audio, Subtitles))
            throw Wrong(name, $"holds {audio} audio and {subtitles} subtitle streams where {Audio} and {Subtitles} were written");
    }

    private (long Frames, double Length, int Audio, int Subtitles) Decode(string path, string name)
    {
        try
        {
            // Nobody looks at the pixels: the smallest frames take least memory.
            using var source = FFmpegSource.Open(path, new VideoOptions { MaxSize = 16, Deinterlace = false, VideoStream = Stream, TimesOnly = true });
            var pool = new FramePool();
            var (frames, first, last) = (0L, 0L, 0L);
            while (source.Read(pool) is { } frame)
                using (frame)
                {
                    first = frames++ == 0 ? frame.Pts : first;
                    last = frame.Pts;
                }

            return (frames, (last - first) * source.Info.TimeBase.Value, Count(source, "audio"), Count(source, "subtitle"));
        }
        catch (VideoStyleException e) when (e.Kind == ErrorKind.Input)
        {
            throw new VideoStyleException(ErrorKind.Output, $"{name}: was written but cannot be read again: {e.Message}", innerException: e);
        }
    }

    private static int Count(FFmpegSource source, string kind) =>
        source.Info.Streams.Count(stream => string.Equals(stream.Kind, kind, StringComparison.Ordinal));

    private static VideoStyleException Wrong(string name, string what) => new(ErrorKind.Output, $"{name}: {what}.");

    /// <summary>Counts the frames of a WebP animation, which FFmpeg writes but does not read.</summary>
    private static class AnimatedWebP
    {
        internal static long? Frames(string path)
        {
            Span<byte> header = stackalloc byte[12];
            using var file = File.OpenRead(path);
            if (file.ReadAtLeast(header, 12, throwOnEndOfStream: false) < 12 || !header[8..].SequenceEqual("WEBP"u8))
                return null;
            long count = 0;
            while (file.ReadAtLeast(header[..8], 8, throwOnEndOfStream: false) == 8)
            {
                if (header[..4].SequenceEqual("ANMF"u8))
                    count++;
                var size = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
                file.Seek(size + (size & 1), SeekOrigin.Current);
            }

            return count == 0 ? null : count;
        }
    }
}
