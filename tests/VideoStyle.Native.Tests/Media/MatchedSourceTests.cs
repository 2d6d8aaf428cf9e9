using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Native.Media;
using Xunit;

namespace VideoStyle.Native.Tests.Media;

public sealed class MatchedSourceTests : IDisposable
{
    private const int Width = 96;
    private const int Height = 64;
    private const int Frames = 60;

    private readonly TempFolder _folder = new();

    [NativeTheory(NativeUnits.Media)]
    [InlineData(null, null, null, null)]
    [InlineData(null, 1.2, null, null)]
    [InlineData(0.8, null, null, null)]
    [InlineData(0.8, 1.6, 48, null)]
    [InlineData(0.4, 2.0, null, 12.5)]
    [InlineData(null, null, 32, 12.5)]
    public void Open_WhatWasCutScaledOrResampled_GivesTheSameFramesAtTheSameTimes(double? from, double? to, int? maxSize, double? rate)
    {
        WriteSource();
        VideoOptions options = new()
        {
            From = from is { } f ? TimeSpan.FromSeconds(f) : null,
            To = to is { } t ? TimeSpan.FromSeconds(t) : null,
            MaxSize = maxSize,
            FrameRate = rate is { } r ? new Rational((int)(2 * r), 2) : null,
        };
        WritePart(options);
        using var clip = FFmpegSource.Open(_folder["clip.mkv"], new VideoOptions());

        using var source = MatchedSource.Open(_folder["source.mkv"], clip.Info, _folder["clip.mkv"], ignoreTiming: false, out var note);

        (note is null).ShouldBe(options == new VideoOptions());
        // A part that is resampled may end with its last frame repeated, where the source itself goes on.
        var (found, expected) = (Read(source), Read(FFmpegSource.Open(_folder["source.mkv"], options)));
        found.Count.ShouldBe(expected.Count);
        var compared = rate is null ? expected.Count : expected.Count - 1;
        found.Take(compared).ShouldBe(expected.Take(compared));
    }

    [NativeFact(NativeUnits.Media)]
    public void Open_ClipWithOtherColours_IsFoundByItsMotion()
    {
        WriteSource();
        WritePart(new VideoOptions { From = TimeSpan.FromSeconds(1) }, value => (byte)(60 + value / 2));
        using var clip = FFmpegSource.Open(_folder["clip.mkv"], new VideoOptions());

        using var source = MatchedSource.Open(_folder["source.mkv"], clip.Info, _folder["clip.mkv"], ignoreTiming: false, out var note);

        note.ShouldNotBeNull().ShouldContain("cut to 1.0–2.4 s");
    }

    [NativeFact(NativeUnits.Media)]
    public void Open_ClipThatIsLonger_ThrowsInputErrorThatNamesBoth()
    {
        WriteSource();
        WritePart(new VideoOptions { To = TimeSpan.FromSeconds(1) });
        using var clip = FFmpegSource.Open(_folder["source.mkv"], new VideoOptions());

        var error = Should.Throw<VideoStyleException>(() => MatchedSource.Open(_folder["clip.mkv"], clip.Info, _folder["source.mkv"], ignoreTiming: false, out _));

        error.Kind.ShouldBe(ErrorKind.Input);
        error.Message.ShouldContain("source.mkv: lasts 2.4 s");
        error.Message.ShouldContain("clip.mkv only 1.0 s");
    }

    public void Dispose() => _folder.Dispose();

    private static List<(long Pts, string Pixels)> Read(IFrameSource source)
    {
        FramePool pool = new();
        List<(long, string)> frames = [];
        using (source)
            while (source.Read(pool) is { } frame)
                using (frame)
                    frames.Add((frame.Pts, Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(frame.Pixels))));
        return frames;
    }

    // A bright square on a path that never crosses itself, over a pattern that stands still.
    private void WriteSource() =>
        Write("source.mkv", new VideoInfo { Name = "made", Width = Width, Height = Height, TimeBase = Clips.Tick, FrameRate = new Rational(25, 1) }, pool =>
            Enumerable.Range(0, Frames).Select(t =>
            {
                var frame = pool.Rent(Width, Height);
                var (left, top) = (t, (int)(20 + 18 * Math.Sin(t * t / 200.0)));
                for (var y = 0; y < Height; y++)
                    for (var x = 0; x < Width; x++)
                    {
                        var inside = x >= left && x < left + 20 && y >= top && y < top + 16;
                        frame.Pixels.Slice(3 * (y * Width + x), 3).Fill(inside ? (byte)230 : (byte)(40 + (x / 8 + y / 8) % 2 * 40));
                    }

                (frame.Index, frame.Pts, frame.Duration) = (t, 40 * t, 40);
                return frame;
            }));

    private void WritePart(VideoOptions options, Func<byte, byte>? paint = null)
    {
        using var source = FFmpegSource.Open(_folder["source.mkv"], options);
        Write("clip.mkv", source.Info, pool => All(source, pool, paint));

        static IEnumerable<Frame> All(FFmpegSource source, FramePool pool, Func<byte, byte>? paint)
        {
            while (source.Read(pool) is { } frame)
            {
                for (var i = 0; paint is not null && i < frame.Pixels.Length; i++)
                    frame.Pixels[i] = paint(frame.Pixels[i]);
                yield return frame;
            }
        }
    }

    private void Write(string name, VideoInfo video, Func<FramePool, IEnumerable<Frame>> frames)
    {
        using var sink = FFmpegSink.Create(_folder[name], new EncodeOptions { Codec = "ffv1" }, video);
        foreach (var frame in frames(new FramePool()))
            using (frame)
                sink.Write(frame);
        sink.Finish();
    }
}
