using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Native.Media;

namespace VideoStyle.Native.Tests.Media;

public sealed class SegmentTests : IDisposable
{
    private const int Frames = 30;
    private readonly string _folder = Directory.CreateTempSubdirectory("videostyle-segments-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [MediaFact]
    public void Replay_OfJournals_GivesTheSameFileAsWritingAtOneGo()
    {
        Write("whole.mp4", replayed: 0);
        Write("rest.mp4", replayed: 2);

        File.ReadAllBytes(In("rest.mp4")).ShouldBe(File.ReadAllBytes(In("whole.mp4")));
        using var source = FFmpegSource.Open(In("rest.mp4"), new VideoOptions());
        FramePool pool = new();
        for (var i = 0; i < Frames; i++)
        {
            using var frame = source.Read(pool);
            frame.ShouldNotBeNull().Pts.ShouldBe(PtsOf(i));
        }

        source.Read(pool).ShouldBeNull();
    }

    [MediaFact]
    public void Replay_DamagedJournal_ThrowsInputErrorThatNamesIt()
    {
        Write("whole.mp4", replayed: 0);
        var bytes = File.ReadAllBytes(In("0.packets"));
        File.WriteAllBytes(In("0.packets"), bytes[..(bytes.Length / 2)]);

        Should.Throw<VideoStyleException>(() => Write("rest.mp4", replayed: 1)).Message.ShouldContain("0.packets");
    }

    [MediaFact]
    public void Replay_WhatIsNoJournal_ThrowsInputError()
    {
        File.WriteAllText(In("0.packets"), "not packets at all");

        Should.Throw<VideoStyleException>(() => Write("rest.mp4", replayed: 1)).Kind.ShouldBe(ErrorKind.Input);
    }

    private string In(string name) => Path.Combine(_folder, name);

    // Uneven times: each segment's encoder begins its decoding times anew, and they must not run into each other.
    private static long PtsOf(int frame) => 40L * frame + (frame % 3 == 1 ? 25 : 0);

    private void Write(string name, int replayed)
    {
        VideoInfo video = new()
        {
            Name = name,
            Width = 320,
            Height = 192,
            TimeBase = new Rational(1, 1000),
            FrameRate = new Rational(25, 1),
        };
        FramePool pool = new();
        using var sink = FFmpegSink.Create(In(name), new EncodeOptions { Threads = 1 }, video);
        for (var i = 0; i < Frames; i++)
        {
            var segment = i / 7;
            if (i % 7 == 0)
            {
                if (i > 0 && segment > replayed)
                    sink.EndSegment();
                if (segment < replayed)
                    sink.Replay(In($"{segment}.packets"));
                else
                    sink.BeginSegment(In($"{segment}.packets"));
            }

            if (segment < replayed)
                continue;
            using var frame = pool.Rent(video.Width, video.Height);
            for (var p = 0; p < frame.Pixels.Length; p++)
                frame.Pixels[p] = (byte)((p / 3 + 5 * i) % 200 + p % 3 * 20);
            (frame.Pts, frame.Duration) = (PtsOf(i), 40);
            sink.Write(frame);
        }

        sink.Finish();
    }
}
