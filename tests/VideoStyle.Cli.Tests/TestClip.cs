using VideoStyle.Core.Media;
using VideoStyle.Native.Media;

namespace VideoStyle.Cli.Tests;

/// <summary>Writes and reads small clips.</summary>
internal static class TestClip
{
    private static readonly Rational Tick = new(1, 1000);

    /// <summary>Writes frames of one size, 25 a second.</summary>
    /// <param name="path">The file; its extension chooses the container.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="frames">How many.</param>
    /// <param name="color">The colour of a pixel: column, row, frame.</param>
    /// <param name="options">Codec and quality; lossless FFV1 in RGB where it is null.</param>
    public static void Write(string path, int width, int height, int frames, Func<int, int, int, (byte R, byte G, byte B)> color, EncodeOptions? options = null)
    {
        VideoInfo video = new() { Name = path, Width = width, Height = height, TimeBase = Tick, FrameRate = new Rational(25, 1) };
        FramePool pool = new();
        using var sink = FFmpegSink.Create(path, options ?? new EncodeOptions { Codec = "ffv1" }, video);
        for (var t = 0; t < frames; t++)
        {
            using var frame = pool.Rent(width, height);
            for (var y = 0; y < height; y++)
                for (var x = 0; x < width; x++)
                    (frame.Pixels[3 * (y * width + x)], frame.Pixels[3 * (y * width + x) + 1], frame.Pixels[3 * (y * width + x) + 2]) = color(x, y, t);
            (frame.Index, frame.Pts, frame.Duration) = (t, 40 * t, 40);
            sink.Write(frame);
        }

        sink.Finish();
    }

    /// <summary>Two shots of moving stripes: they differ in colour and direction, so that the cut is seen.</summary>
    public static void WriteTwoShots(string path, int first, int second) =>
        Write(path, 96, 64, first + second, (x, y, t) =>
            t < first ? ((byte)(x + t) % 32 < 16 ? (byte)230 : (byte)200, 40, 20) : (10, (byte)(y + t) % 24 < 12 ? (byte)90 : (byte)60, (byte)(x * 2)),
            new EncodeOptions { Preset = "ultrafast" });

    /// <summary>Reads the pixels of every frame.</summary>
    public static List<byte[]> Read(string path)
    {
        using var source = FFmpegSource.Open(path, new VideoOptions());
        FramePool pool = new();
        List<byte[]> frames = [];
        while (source.Read(pool) is { } frame)
            using (frame)
                frames.Add(frame.Pixels.ToArray());
        return frames;
    }
}
