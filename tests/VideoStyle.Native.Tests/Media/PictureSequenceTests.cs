using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Native.Files;
using VideoStyle.Native.Media;
using Xunit;

namespace VideoStyle.Native.Tests.Media;

public sealed class PictureSequenceTests
{
    [MediaTheory]
    [InlineData("frame_%05d.png")]
    [InlineData("frame_*.png")]
    [InlineData("")]
    public void Open_Sequence_ReadsThePicturesInOrder(string name)
    {
        using var folder = new TempFolder();
        Write(folder, 12);
        using var source = FrameSource.Open(folder[name], new VideoOptions { FrameRate = new Rational(12, 1) });

        var blues = new List<byte>();
        using var _ = source;
        while (source.Read(new FramePool()) is { } frame)
            using (frame)
            {
                frame.Pts.ShouldBe(frame.Index);
                blues.Add(frame.Pixels[2]);
            }

        blues.ShouldBe(Enumerable.Range(0, 12).Select(i => (byte)(40 * i % 256)));
        (source.Info.FrameCount, source.Info.TimeBase, source.Info.Duration).ShouldBe((12L, new Rational(1, 12), TimeSpan.FromSeconds(1)));
    }

    [MediaTheory]
    [InlineData(new[] { 3, 7, 8 }, ": pictures are missing, and those beside them follow each other: 3, 7\u20138.")]
    [InlineData(new int[0], null)]
    [InlineData(new[] { 2, 4, 6, 8, 10, 12 }, null)]
    public void Open_SequenceWithAGap_SaysWhichNumbersAreMissing(int[] missing, string? note)
    {
        using var folder = new TempFolder();
        Write(folder, 13);
        foreach (var number in missing)
            File.Delete(folder[$"frame_{number:D5}.png"]);

        using var source = ImageSequenceSource.Open(folder[""], new VideoOptions());

        source.Notes.ShouldBe(note is null ? [] : [folder[""] + note]);
        source.Info.FrameCount.ShouldBe(13 - missing.Length);
    }

    [MediaFact]
    public void Open_UnpaddedNumbers_AreOrderedAsNumbers()
    {
        using var folder = new TempFolder();
        using var picture = Clips.Picture(new FramePool(), 4, 4, 0);
        foreach (var i in (int[])[10, 2, 1, 100])
            ImageFile.Write(folder[$"shot{i}.png"], picture);

        ImageSequence.Find(folder["*.png"]).Select(Path.GetFileName)
            .ShouldBe(["shot1.png", "shot2.png", "shot10.png", "shot100.png"]);
    }

    [MediaFact]
    public void Open_PicturesOfAnotherSize_ThrowsInputErrorThatNamesTheFirstOfThem()
    {
        using var folder = new TempFolder();
        Write(folder, 2);
        using (var other = Clips.Picture(new FramePool(), 30, 20, 0))
            ImageFile.Write(folder["frame_00003.png"], other);
        using var source = FrameSource.Open(folder["frame_%05d.png"], new VideoOptions());
        for (var i = 0; i < 2; i++)
            source.Read(new FramePool())!.Dispose();

        var error = Should.Throw<VideoStyleException>(() => source.Read(new FramePool()));

        error.Kind.ShouldBe(ErrorKind.Input);
        error.Message.ShouldStartWith(folder["frame_00003.png"]);
    }

    [MediaFact]
    public void Open_NoPicture_ThrowsInputErrorThatNamesThePattern()
    {
        using var folder = new TempFolder();

        Should.Throw<VideoStyleException>(() => FrameSource.Open(folder["*.png"], new VideoOptions())).Message.ShouldStartWith(folder["*.png"]);
        Should.Throw<VideoStyleException>(() => FrameSource.Open(folder["none/a_%d.png"], new VideoOptions())).Kind.ShouldBe(ErrorKind.Input);
    }

    [MediaFact]
    public void Open_FromTo_CutsTheSequence()
    {
        using var folder = new TempFolder();
        Write(folder, 12);
        using var source = FrameSource.Open(
            folder[""],
            new VideoOptions { FrameRate = new Rational(10, 1), From = TimeSpan.FromSeconds(0.3), To = TimeSpan.FromSeconds(0.6) }
        );
        var pool = new FramePool();

        using var first = source.Read(pool)!;
        source.Info.FrameCount.ShouldBe(3);
        ((int)first.Pixels[2], first.Pts).ShouldBe((120, 0));
    }

    [MediaFact]
    public void Open_Still_IsAVideoOfOneFrame()
    {
        using var folder = new TempFolder();
        using (var picture = Clips.Picture(new FramePool(), 33, 21, 1))
            ImageFile.Write(folder["100%d.jpg"], picture);

        Clips.ReadPts(folder["100%d.jpg"]).ShouldBe([0]);
    }

    [MediaTheory]
    [InlineData("out_%03d.png", "out_001.png", "out_003.png")]
    [InlineData("new/", "new/frame_00001.png", "new/frame_00003.png")]
    public void Write_Sequence_NumbersFromOne(string name, string first, string last)
    {
        using var folder = new TempFolder();
        using (var sink = ImageSequenceSink.Create(folder[name]))
        {
            WriteFrames(sink, 3);
            sink.Finish();
        }

        File.Exists(folder[first]).ShouldBeTrue();
        using var read = ImageFile.Read(folder[last]);
        read.Pixels[2].ShouldBe((byte)80);
    }

    [MediaFact]
    public void Dispose_BeforeTheEnd_LeavesNothing()
    {
        using var folder = new TempFolder();
        using (var sink = ImageSequenceSink.Create(folder["out_%03d.png"]))
            WriteFrames(sink, 3);

        Directory.GetFileSystemEntries(folder[""]).ShouldBeEmpty();
    }

    [MediaFact]
    public void Write_SecondFrameOfAStill_ThrowsUsageError()
    {
        using var folder = new TempFolder();
        using var sink = ImageSequenceSink.Create(folder["still.png"]);

        Should.Throw<VideoStyleException>(() => WriteFrames(sink, 2)).Kind.ShouldBe(ErrorKind.Usage);
    }

    [MediaTheory]
    [InlineData("a.png", 1, true)]
    [InlineData("a.webp", 1, true)]
    [InlineData("a.webp", 24, false)]
    [InlineData("a_%d.webp", 24, true)]
    [InlineData("a.gif", 1, false)]
    [InlineData("a.mp4", 24, false)]
    public void WritesPictures_GoesByNameAndFrames(string name, int frames, bool pictures) =>
        FrameSink.WritesPictures(name, Clips.Video(4, 4) with { FrameCount = frames }).ShouldBe(pictures);

    private static void Write(TempFolder folder, int count)
    {
        using var sink = ImageSequenceSink.Create(folder["frame_%05d.png"]);
        WriteFrames(sink, count);
        sink.Finish();
    }

    private static void WriteFrames(ImageSequenceSink sink, int count)
    {
        for (var i = 0; i < count; i++)
        {
            using var frame = Clips.Picture(new FramePool(), 20, 10, i);
            sink.Write(frame);
        }
    }
}
