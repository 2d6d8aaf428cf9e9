using VideoStyle.Core.Media;
using VideoStyle.Native.Media;

namespace VideoStyle.Tests;

/// <summary>Makes, reads and rewrites clips.</summary>
internal static class Clips
{
    internal static readonly Rational Tick = new(1, 1000);

    /// <summary>By how much MP4 and MOV may shift a stream that begins late, in seconds: before FFmpeg 5 they say so in milliseconds.</summary>
    internal static double LateStart { get; } = MediaInfo.Version?.Contains("libavformat 58.", StringComparison.Ordinal) is true ? 0.001 : 0;

    internal static VideoInfo Video(int width, int height, bool alpha = false) =>
        new()
        {
            Name = "made",
            Width = width,
            Height = height,
            TimeBase = Tick,
            FrameRate = new Rational(25, 1),
            HasAlpha = alpha,
        };

    /// <summary>A frame of smooth colour in which every row, column and frame differs.</summary>
    internal static Frame Picture(FramePool pool, int width, int height, int index, bool alpha = false)
    {
        var frame = pool.Rent(width, height, alpha);
        var pixels = frame.Pixels;
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
            {
                var i = 3 * (y * width + x);
                pixels[i] = (byte)(255 * x / Math.Max(width - 1, 1));
                pixels[i + 1] = (byte)(255 * y / Math.Max(height - 1, 1));
                pixels[i + 2] = (byte)(40 * index % 256);
            }

        if (alpha)
            for (var i = 0; i < width * height; i++)
                frame.Alpha[i] = (byte)(i % width * 255 / Math.Max(width - 1, 1));
        (frame.Index, frame.Pts, frame.Duration) = (index, 40 * index, 40);
        return frame;
    }

    internal static void Write(string path, int width, int height, int frames, EncodeOptions? options = null, bool alpha = false)
    {
        var pool = new FramePool();
        using var sink = FFmpegSink.Create(path, options ?? new EncodeOptions(), Video(width, height, alpha));
        for (var i = 0; i < frames; i++)
        {
            using var frame = Picture(pool, width, height, i, alpha);
            sink.Write(frame);
        }

        sink.Finish();
    }

    /// <summary>Reads every frame's time.</summary>
    internal static List<long> ReadPts(string path, VideoOptions? options = null)
    {
        using var source = FFmpegSource.Open(path, options ?? new VideoOptions());
        return [.. Read(source).Select(frame => frame.Pts)];
    }

    /// <summary>Reads every frame; each lives until the next.</summary>
    internal static IEnumerable<Frame> Read(FFmpegSource source)
    {
        var pool = new FramePool();
        while (source.Read(pool) is { } frame)
            using (frame)
                yield return frame;
    }

    /// <summary>Writes a clip again frame by frame, all of it kept that can be; returns the notes of both ends.</summary>
    internal static IReadOnlyList<string> Rewrite(string from, string to, EncodeOptions? options = null, VideoOptions? read = null)
    {
        using var source = FFmpegSource.Open(from, (read ?? new VideoOptions()) with { KeepStreams = true, KeepAlpha = true, KeepDepth = true });
        using var sink = FFmpegSink.Create(to, options ?? new EncodeOptions { Preset = "ultrafast", Crf = 35 }, source);
        foreach (var frame in Read(source))
            sink.Write(frame);
        sink.Finish();
        return [.. sink.Notes, .. source.Notes];
    }
}
