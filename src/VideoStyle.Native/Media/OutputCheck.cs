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
public sealed record OutputCheck(long Frames, double First, double Last)
{
    // GIF counts hundredths, Matroska thousandths; WebP is not decoded.
    private const double CoarsestTick = 0.0101;

    /// <summary>Gets when the last frame is no longer shown, in seconds.</summary>
    public double End { get; init; } = Last;

    /// <summary>Gets the number of audio streams.</summary>
    public int Audio { get; init; }

    /// <summary>Gets the number of subtitle streams.</summary>
    public int Subtitles { get; init; }

    /// <summary>Gets how many of the audio streams are empty, as where they end before the part that is converted; a container may leave them out.</summary>
    public int EmptyAudio { get; init; }

    /// <summary>Gets how many of the subtitle streams are empty, as where no cue lies in the part that is converted.</summary>
    public int EmptySubtitles { get; init; }

    /// <summary>Gets the number of the video stream.</summary>
    public int Stream { get; init; }

    /// <summary>Decodes a finished file to its end and compares it, before it is given its final name.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="VideoStyleException">It cannot be decoded, or holds other frames, another duration or other streams.</exception>
    public void Verify(string path, string name)
    {
        if (AnimatedWebP.Read(path) is { } animation)
        {
            RequireFrames(name, animation.Frames, merges: true);
            RequireLength(name, animation.Length, End - First, animation.Frames);
            return;
        }

        var found = Decode(path, name);
        var merges = found.Frames < Frames && found.Container is ("gif" or "apng" or "webp_pipe" or "ogg");
        RequireFrames(name, found.Frames, merges);
        if (!merges)
            RequireLength(name, found.Length, Last - First, 1);
        else if (found.Container is not "webp_pipe") // a still, of frames that are all the same, states no time
            RequireLength(name, found.End, End - First, found.Frames);
        RequireStreams(name, "audio", found.Audio, Audio, EmptyAudio);
        RequireStreams(name, "subtitle", found.Subtitles, Subtitles, EmptySubtitles);
    }

    // Encoders of animations show a frame longer where the next is the same, and Theora's writes an empty packet, which FFmpeg passes over.
    private void RequireFrames(string name, long found, bool merges)
    {
        if (found != Frames && !(merges && found > 0 && found < Frames))
            throw Wrong(name, $"holds {Counted.Of(found, "frame")} where {Frames} {(Frames == 1 ? "was" : "were")} written");
    }

    private static void RequireLength(string name, double found, double written, long ticks)
    {
        if (Math.Abs(found - written) > CoarsestTick * ticks)
            throw Wrong(name, string.Create(CultureInfo.InvariantCulture, $"lasts {found:F3} s from first to last frame where {written:F3} s were written"));
    }

    private static void RequireStreams(string name, string kind, int found, int written, int empty)
    {
        if (found > written || found < written - empty)
            throw Wrong(name, $"holds {Counted.Of(found, $"{kind} stream")} where {written} {(written == 1 ? "was" : "were")} written");
    }

    private (long Frames, double Length, double End, int Audio, int Subtitles, string Container) Decode(string path, string name)
    {
        try
        {
            // Nobody looks at the pixels: the smallest frames take least memory.
            using var source = FFmpegSource.Open(path, new VideoOptions { MaxSize = 16, Deinterlace = false, VideoStream = Stream, TimesOnly = true });
            var pool = new FramePool();
            var (frames, first, last, end) = (0L, 0L, 0L, 0L);
            while (source.Read(pool) is { } frame)
                using (frame)
                {
                    first = frames++ == 0 ? frame.Pts : first;
                    last = frame.Pts;
                    end = frame.Pts + frame.Duration;
                }

            var tick = source.Info.TimeBase.Value;
            var length = source.Info is { Container: "ogg", Duration: { } stated } ? stated.TotalSeconds : (end - first) * tick;
            return (frames, (last - first) * tick, length, Count(source, "audio"), Count(source, "subtitle"), source.Info.Container);
        }
        catch (VideoStyleException e) when (e.Kind == ErrorKind.Input)
        {
            throw new VideoStyleException(ErrorKind.Output, $"{name}: was written but cannot be read again: {e.Message}", innerException: e);
        }
    }

    private static int Count(FFmpegSource source, string kind) =>
        source.Info.Streams.Count(stream => string.Equals(stream.Kind, kind, StringComparison.Ordinal));

    private static VideoStyleException Wrong(string name, string what) => new(ErrorKind.Output, $"{name}: {what}.");

    /// <summary>Reads the frames' times of a WebP animation, which FFmpeg writes but does not read.</summary>
    private static class AnimatedWebP
    {
        internal static (long Frames, double Length)? Read(string path)
        {
            Span<byte> header = stackalloc byte[16];
            using var file = File.OpenRead(path);
            if (file.ReadAtLeast(header[..12], 12, throwOnEndOfStream: false) < 12 || !header[8..12].SequenceEqual("WEBP"u8))
                return null;
            var (count, milliseconds) = (0L, 0L);
            while (file.ReadAtLeast(header[..8], 8, throwOnEndOfStream: false) == 8)
            {
                var (size, next) = (BinaryPrimitives.ReadUInt32LittleEndian(header[4..8]), file.Position);
                if (header[..4].SequenceEqual("ANMF"u8) && file.ReadAtLeast(header, 16, throwOnEndOfStream: false) == 16)
                {
                    count++;
                    milliseconds += BinaryPrimitives.ReadUInt32LittleEndian(header[12..]) & 0xFFFFFF;
                }

                file.Position = next + size + (size & 1);
            }

            return count == 0 ? null : (count, milliseconds / 1000.0);
        }
    }
}
