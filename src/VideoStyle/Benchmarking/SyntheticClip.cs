using VideoStyle.Core.Media;
using VideoStyle.Native.Media;

namespace VideoStyle.Benchmarking;

/// <summary>A clip that every machine can make: a textured background that drifts behind a textured disc that crosses it.</summary>
internal sealed class SyntheticClip : IDisposable
{
    /// <summary>Encodes the clip into a temporary MP4 file.</summary>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="frames">Number of frames, at 25 a second.</param>
    public SyntheticClip(int width, int height, int frames)
    {
        try
        {
            Write(width, height, frames);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Gets the file.</summary>
    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"videostyle-bench-{Guid.NewGuid():N}.mp4");

    /// <inheritdoc />
    public void Dispose() => File.Delete(Path);

    private void Write(int width, int height, int frames)
    {
        VideoInfo info = new()
        {
            Name = "synthetic",
            Width = width,
            Height = height,
            TimeBase = new Rational(1, 25),
            FrameRate = new Rational(25, 1),
        };
        FramePool pool = new();
        using var sink = FFmpegSink.Create(Path, new EncodeOptions { FormatName = "mp4", Crf = 18, Preset = "veryfast" }, info);
        for (var t = 0; t < frames; t++)
        {
            using var frame = pool.Rent(width, height);
            (frame.Pts, frame.Duration) = (t, 1);
            Parallel.For(0, height, y => DrawRow(frame, t, y));
            sink.Write(frame);
        }

        sink.Finish();
    }

    private static void DrawRow(Frame frame, int t, int y)
    {
        var row = frame.Pixels.Slice(3 * y * frame.Width, 3 * frame.Width);
        var radius = frame.Height / 4f;
        var (centreX, centreY) = (frame.Width * (0.2f + 0.004f * t), frame.Height * 0.5f);
        for (var x = 0; x < frame.Width; x++)
        {
            var (dx, dy) = (x - centreX, y - centreY);
            var onDisc = dx * dx + dy * dy < radius * radius;
            var (u, v) = onDisc ? (dx, dy) : (x + 1.5f * t, y + 0.5f * t);
            var texture = MathF.Sin(0.11f * u) * MathF.Cos(0.07f * v) + 0.5f * MathF.Sin(0.31f * u + 0.23f * v) + 0.25f * MathF.Sin(0.9f * u - 0.7f * v);
            row[3 * x] = (byte)(128 + (onDisc ? 60 : 35) * texture);
            row[3 * x + 1] = (byte)(110 + 40 * texture);
            row[3 * x + 2] = (byte)(140 + (onDisc ? 20 : 55) * texture);
        }
    }
}
