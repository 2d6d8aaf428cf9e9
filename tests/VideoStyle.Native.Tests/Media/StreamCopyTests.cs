using Shouldly;
using VideoStyle.Core.Media;
using VideoStyle.Native.Media;
using Xunit;

namespace VideoStyle.Native.Tests.Media;

public sealed class StreamCopyTests
{
    [MediaTheory(NeedsTools = true)]
    [InlineData("media/aac.mp4", "mp4")]
    [InlineData("media/aac.mp4", "mkv")]
    [InlineData("media/multistream.mp4", "mp4")]
    [InlineData("media/portrait.mp4", "mov")]
    [InlineData("media/rotated.mp4", "mkv")]
    [InlineData("media/mpeg2.ts", "mkv")]
    [InlineData("media/attachment.mkv", "mkv")]
    [InlineData("media/data.ts", "ts")]
    [InlineData("broken/no_duration.webm", "webm")]
    [InlineData("broken/shorter_audio.mp4", "mp4")]
    [InlineData("broken/mdat_too_long.mp4", "mp4")]
    [InlineData("broken/failing_audio.mp4", "mp4")]
    [SharedInlineData("videos/bbb_360p_24fps_10s_aac.mp4", "mp4")]
    [SharedInlineData("videos/bbb_360p_24fps_10s_aac.mp4", "mkv")]
    [SharedInlineData("videos/nasa_multistream_17s.mp4", "mp4")]
    [SharedInlineData("videos/portrait_720x1080_1s_aac.mp4", "mov")]
    [SharedInlineData("videos/emulator_720p_rot270_5s_aac.mp4", "mkv")]
    [SharedInlineData("videos/bbb_1080p_mpeg2_2.5s.ts", "mkv")]
    [SharedInlineData("broken-media/no_duration.webm", "webm")]
    [SharedInlineData("broken-media/sample_shorter_audio.mp4", "mp4")]
    [SharedInlineData("broken-media/sample_mdat_too_long.mp4", "mp4")]
    [SharedInlineData("broken-media/video_with_failing_audio.mp4", "mp4")]
    public void Rewrite_OtherStreams_KeepEveryPacketAndTheirTimeAgainstThePicture(string clip, string extension)
    {
        using var folder = new TempFolder();
        var (from, to) = (Fixtures.Path(clip), folder["out." + extension]);
        var codec = extension is "webm" ? new EncodeOptions { Preset = "8", Crf = 50 } : new EncodeOptions { Preset = "ultrafast", Crf = 40 };

        var notes = Clips.Rewrite(from, to, codec, new VideoOptions { MaxSize = 160 });

        notes.ShouldBeEmpty();
        using var before = FFmpegSource.Open(from, new VideoOptions());
        using var after = FFmpegSource.Open(to, new VideoOptions());
        after.Info.Streams.Select(s => s.Kind).ShouldBe(before.Info.Streams.Select(s => s.Kind));
        var picture = before.Info.Streams.Single(s => s.Selected).Index;
        var moved = FFmpegTool.FirstFrame(to, picture) - FFmpegTool.FirstFrame(from, picture);
        if (extension is not ("mkv" or "webm" or "ts"))
            moved.ShouldBe(0, 1e-6 + Clips.LateStart, "only Matroska, which has no negative times, and a transport stream, whose clock starts anywhere, may move everything together");
        foreach (var stream in before.Info.Streams.Where(s => !s.Selected))
        {
            FFmpegTool.PacketHashes(to, stream.Index).ShouldBe(FFmpegTool.PacketHashes(from, stream.Index));
            var (was, now) = (FFmpegTool.PacketTimes(from, stream.Index), FFmpegTool.PacketTimes(to, stream.Index));
            for (var i = 0; i < was.Length; i++)
                now[i].ShouldBe(was[i] + moved, extension is "mkv" or "webm" ? 0.00101 : 0.000025 + Clips.LateStart);
        }
    }

    [MediaFact(NeedsTools = true)]
    public void Rewrite_StreamThatTheContainerCannotHold_IsLeftOutWithALine()
    {
        using var folder = new TempFolder();

        var notes = Clips.Rewrite(
            Fixtures.Path("media/multistream.mp4"),
            folder["out.webm"],
            new EncodeOptions { Preset = "8", Crf = 60 },
            new VideoOptions { MaxSize = 64, To = TimeSpan.FromSeconds(1) }
        );

        notes[0].ShouldBe("video stream 0 (h264) is left out: webm cannot hold it.");
    }

    [MediaTheory(NeedsTools = true)]
    [InlineData("mov")]
    [InlineData("mp4")]
    [InlineData("mkv")]
    [InlineData("mxf")]
    [InlineData("ts")]
    [InlineData("avi")]
    public void Rewrite_Timecode_IsKeptOrLeftOutWithALine(string extension)
    {
        using var folder = new TempFolder();

        var notes = Clips.Rewrite(Fixtures.Path("media/data.mov"), folder["out." + extension], new EncodeOptions());

        var said = notes.Any(note => note.StartsWith("data stream 2 (none) is left out: ", StringComparison.Ordinal));
        var found = FFmpegTool.Probe("-show_entries", "format_tags:stream_tags", folder["out." + extension]);
        found.Contains("timecode=01:00:00:00", StringComparison.OrdinalIgnoreCase).ShouldBe(!said);
        said.ShouldBe(extension is "ts" or "avi");
    }

    [MediaFact(NeedsTools = true)]
    public void Rewrite_PartOfAClipWithTimecode_BeginsAtTheTimecodeOfItsFirstFrame()
    {
        using var folder = new TempFolder();

        Clips.Rewrite(Fixtures.Path("media/data.mov"), folder["out.mov"], read: new VideoOptions { From = TimeSpan.FromSeconds(0.5) });

        FFmpegTool.Probe("-show_entries", "stream_tags=timecode", folder["out.mov"]).ShouldContain("timecode=01:00:00:12");
    }

    [MediaFact(NeedsTools = true)]
    public void Rewrite_StreamWithoutPacketsInThePart_IsSaidWhereTheContainerLeavesItOut()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["cue.srt"], "1\n00:00:02,000 --> 00:00:02,500\nLate\n\n");
        FFmpegTool.Make("-f", "lavfi", "-i", "testsrc2=s=64x48:r=25:d=3", "-i", folder["cue.srt"], "-c:v", "mpeg4", "-c:s", "subrip", folder["in.mkv"]);
        var early = new VideoOptions { To = TimeSpan.FromSeconds(1) };

        Clips.Rewrite(folder["in.mkv"], folder["out.mp4"], read: early)
            .ShouldBe(["subtitle stream 1 (subrip) is converted to mov_text.", "subtitle stream 1 (subrip) is left out: nothing of it lies in what is converted."]);

        Clips.Rewrite(folder["in.mkv"], folder["out.mkv"], read: early).ShouldBeEmpty();
        using var kept = FFmpegSource.Open(folder["out.mkv"], new VideoOptions());
        kept.Info.Streams.Count.ShouldBe(2);
    }

    [MediaTheory(NeedsTools = true)]
    [InlineData(false, true, "video")]
    [InlineData(true, false, "video,subtitle,video,subtitle")]
    public void Rewrite_CopyOptions_ChooseTheKinds(bool keepStreams, bool keepAudio, string kinds)
    {
        using var folder = new TempFolder();
        Clips.Rewrite(
            Fixtures.Path("media/multistream.mp4"),
            folder["out.mp4"],
            new EncodeOptions { Preset = "ultrafast", KeepStreams = keepStreams, KeepAudio = keepAudio },
            new VideoOptions { MaxSize = 64, To = TimeSpan.FromSeconds(1) }
        );
        using var after = FFmpegSource.Open(folder["out.mp4"], new VideoOptions());

        string.Join(',', after.Info.Streams.Select(s => s.Kind)).ShouldBe(kinds);
    }

    [MediaTheory(NeedsTools = true)]
    [InlineData("mkv")]
    [InlineData("mp4")]
    public void Rewrite_ChaptersCoverLanguagesAndTitles_AreKept(string extension)
    {
        using var folder = new TempFolder();
        var (from, to) = (folder["in." + extension], folder["out." + extension]);
        Rich(folder, from);

        Clips.Rewrite(from, to).ShouldBeEmpty();

        foreach (var entry in (string[])["chapter=start_time,end_time:chapter_tags=title", "format_tags=title,artist",
            "stream=codec_type,codec_name:stream_tags=language,title:stream_disposition=default,forced,attached_pic"])
            FFmpegTool.Probe("-show_entries", entry, "-of", "compact", to)
                .ShouldBe(FFmpegTool.Probe("-show_entries", entry, "-of", "compact", from).Replace("ffv1", "h264", StringComparison.Ordinal));
    }

    [MediaTheory(NeedsTools = true)]
    [InlineData(1.0, 2.0)]
    [InlineData(0.0, 0.75)]
    [InlineData(2.9, 100.0)]
    public void Rewrite_Cut_KeepsSoundAndPictureTogether(double from, double to)
    {
        using var folder = new TempFolder();
        var (path, cut) = (Fixtures.Path("media/aac.mp4"), folder["cut.mp4"]);

        Clips.Rewrite(path, cut, new EncodeOptions { Preset = "ultrafast" }, new VideoOptions
        {
            MaxSize = 64,
            From = TimeSpan.FromSeconds(from),
            To = TimeSpan.FromSeconds(to),
        });

        var frames = FFmpegTool.FramePts(path, 0).Select(pts => pts / 12288.0).Where(t => t >= from && t < to).ToList();
        FFmpegTool.FramePts(cut, 0).Select(pts => pts / 12288.0).ShouldBe(frames.Select(t => t - frames[0]), tolerance: 1e-9);
        var (hashes, times) = (FFmpegTool.PacketHashes(path, 1), FFmpegTool.PacketTimes(path, 1));
        var kept = times.Index().Where(p => (from == 0 || p.Item >= frames[0]) && p.Item < to).ToList();
        FFmpegTool.PacketHashes(cut, 1).ShouldBe(kept.Select(p => hashes[p.Index]));
        FFmpegTool.PacketTimes(cut, 1).ShouldBe(kept.Select(p => p.Item - frames[0]), tolerance: 0.00005 + Clips.LateStart);
    }

    [MediaFact]
    public void Sink_OutlivesItsSource()
    {
        using var folder = new TempFolder();
        var source = FFmpegSource.Open(
            Fixtures.Path("media/portrait.mp4"),
            new VideoOptions { KeepStreams = true, MaxSize = 64 }
        );
        using var sink = FFmpegSink.Create(folder["out.mp4"], new EncodeOptions(), source);
        foreach (var frame in Clips.Read(source))
            sink.Write(frame);
        source.Dispose();

        sink.Finish();

        Clips.ReadPts(folder["out.mp4"]).Count.ShouldBe(31);
    }

    private static void Rich(TempFolder folder, string path)
    {
        File.WriteAllText(folder["meta"], ";FFMETADATA1\ntitle=A film\nartist=Somebody\n"
            + "[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1000\ntitle=One\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=1000\nEND=2000\ntitle=Two\n");
        File.WriteAllText(folder["s.srt"], "1\n00:00:00,500 --> 00:00:01,500\nHello\n");
        using (var cover = Clips.Picture(new FramePool(), 32, 32, 3))
            ImageFile.Write(folder["cover.png"], cover);
        var matroska = path.EndsWith("mkv", StringComparison.Ordinal);
        FFmpegTool.Make([
            "-f", "lavfi", "-i", "testsrc=d=2:s=64x48:r=25", "-f", "lavfi", "-i", "sine=d=2", "-f", "lavfi", "-i", "sine=f=900:d=2",
            "-i", folder["s.srt"], "-i", folder["meta"], .. matroska ? Array.Empty<string>() : ["-i", folder["cover.png"]],
            "-map", "0", "-map", "1", "-map", "2", "-map", "3", .. matroska ? Array.Empty<string>() : ["-map", "5"],
            "-map_metadata", "4", "-map_chapters", "4", "-c:v:0", matroska ? "ffv1" : "libx264", "-pix_fmt:v:0", "yuv420p", "-c:a", "aac",
            "-c:s", matroska ? "srt" : "mov_text",
            .. matroska ? ["-attach", folder["cover.png"], "-metadata:s:t", "mimetype=image/png"] : new[] { "-c:v:1", "copy", "-disposition:v:1", "attached_pic" },
            "-metadata:s:a:0", "language=deu", "-metadata:s:a:1", "language=eng", "-metadata:s:s:0", "language=fra",
            "-disposition:a:0", "default", "-disposition:a:1", "0", "-disposition:s:0", "default+forced", path]);
    }
}
