using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Native.Media;
using Xunit;

namespace VideoStyle.Native.Tests.Media;

/// <summary>Sound in a codec that the container can hold.</summary>
public sealed class TranscodeTests
{
    [MediaTheory(NeedsTools = true)]
    [InlineData("mp4", "aac", 44100, "webm", "opus")]
    [InlineData("mkv", "flac", 48000, "mp4", "aac")]
    [InlineData("avi", "pcm_s16le", 44100, "mp4", "aac")]
    [InlineData("wmv", "wmav2", 44100, "mov", "aac")]
    [InlineData("avi", "adpcm_ms", 22050, "3gp", "aac")]
    [InlineData("mkv", "libopus", 48000, "flv", "aac")]
    [InlineData("mkv", "flac", 96000, "ts", "aac")]
    [InlineData("mp4", "aac", 44100, "avi", "mp3")]
    [InlineData("mkv", "flac", 48000, "mpg", "mp2")]
    [InlineData("mp4", "aac", 44100, "vob", "mp2")]
    [InlineData("mkv", "libmp3lame", 44100, "ogv", "opus")]
    [InlineData("mkv", "libvorbis", 48000, "wmv", "wmav2")]
    [InlineData("mp4", "aac", 44100, "mxf", "pcm_s16le")]
    [InlineData("mkv", "ac3", 48000, "mxf", "pcm_s16le")]
    public void Rewrite_SoundThatTheContainerCannotHold_IsConvertedInStepToTheSample(string from, string codec, int rate, string to, string expected)
    {
        using var folder = new TempFolder();
        var (source, target) = (folder["in." + from], folder["out." + to]);
        Make(source, codec, rate);

        var notes = Clips.Rewrite(source, target, Fast(to));

        FFmpegTool.Stream(target, 1, "stream=codec_name").ShouldBe(expected);
        notes.ShouldHaveSingleItem().ShouldEndWith($"is converted to {expected}.");
        var (lag, correlation) = SoundTrack.Read(target).LagBehind(SoundTrack.Read(source));
        // Containers of milliseconds state the time of a packet that precisely.
        lag.ShouldBe(0, from is "wmv" or "mkv" || to is "flv" or "wmv" ? 49 : 1);
        correlation.ShouldBeGreaterThan(0.85);
    }

    [MediaTheory(NeedsTools = true)]
    [InlineData("mov", "pcm_s16le", 48000, "mxf")]
    [InlineData("mov", "pcm_s24le", 48000, "mxf")]
    [InlineData("mov", "pcm_s16le", 44100, "avi")]
    [InlineData("mpg", "mp2", 48000, "vob")]
    [InlineData("mkv", "ac3", 48000, "ts")]
    public void Rewrite_SoundThatTheContainerHolds_IsCopied(string from, string codec, int rate, string to)
    {
        using var folder = new TempFolder();
        var (source, target) = (folder["in." + from], folder["out." + to]);
        Make(source, codec, rate);

        Clips.Rewrite(source, target, Fast(to)).ShouldBeEmpty();

        FFmpegTool.Stream(target, 1, "stream=codec_name").ShouldBe(codec);
        SoundTrack.Read(target).LagBehind(SoundTrack.Read(source)).Samples.ShouldBe(0, 1);
    }

    [MediaTheory(NeedsTools = true)]
    [InlineData("mp4", "aac", "5.1")]
    [InlineData("webm", "opus", "5.1")]
    [InlineData("avi", "ac3", "5.1")]
    [InlineData("mpg", "ac3", "5.1")]
    [InlineData("mxf", "pcm_s24le", "")]
    public void Rewrite_ConvertedSound_KeepsChannelsLanguageAndDisposition(string to, string codec, string layout)
    {
        using var folder = new TempFolder();
        var (source, target) = (folder["in.mkv"], folder["out." + to]);
        FFmpegTool.Make("-f", "lavfi", "-i", "testsrc2=s=64x48:r=25:d=1", "-f", "lavfi", "-i", SoundTrack.Source(44100, 1, channels: 6), "-ac", "6",
            "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "flac", "-metadata:s:a:0", "language=deu", "-disposition:a:0", "default", source);

        Clips.Rewrite(source, target, Fast(to));

        FFmpegTool.Stream(target, 1, "stream=codec_name,channels").ShouldBe($"{codec},6");
        if (layout.Length > 0)
            FFmpegTool.Stream(target, 1, "stream=channel_layout").ShouldStartWith(layout);
        if (to is "mp4" or "webm")
            FFmpegTool.Probe("-select_streams", "a", "-show_entries", "stream_tags=language:stream_disposition=default", "-of", "compact=p=0", target)
                .ShouldMatch("(?s)(?=.*default=1)(?=.*language=(deu|ger))");
    }

    [MediaTheory(NeedsTools = true)]
    [InlineData(AudioMode.Auto, "mkv", "flac", "")]
    [InlineData(AudioMode.Copy, "mkv", "flac", "")]
    [InlineData(AudioMode.Copy, "webm", "", "is left out")]
    [InlineData(AudioMode.Aac, "mkv", "aac", "is converted to aac")]
    [InlineData(AudioMode.Opus, "mp4", "opus", "is converted to opus")]
    [InlineData(AudioMode.None, "mkv", "", "")]
    public void Rewrite_AudioMode_IsFollowedAndTold(AudioMode mode, string to, string codec, string note)
    {
        using var folder = new TempFolder();
        Make(folder["in.mkv"], "flac", 48000);

        var notes = Clips.Rewrite(folder["in.mkv"], folder["out." + to], Fast(to) with { Audio = mode });

        FFmpegTool.Stream(folder["out." + to], 1, "stream=codec_name").ShouldBe(codec);
        string.Join('\n', notes).ShouldContain(note);
        notes.Count.ShouldBe(note.Length == 0 ? 0 : 1);
    }

    [MediaFact(NeedsTools = true)]
    public void Rewrite_AskedCodecThatTheContainerCannotHold_ThrowsUsageErrorThatNamesBoth()
    {
        using var folder = new TempFolder();
        Make(folder["in.mkv"], "flac", 48000);

        var error = Should.Throw<VideoStyleException>(() => Clips.Rewrite(folder["in.mkv"], folder["out.webm"], Fast("webm") with { Audio = AudioMode.Aac }));

        error.Kind.ShouldBe(ErrorKind.Usage);
        error.Message.ShouldContain("webm cannot hold aac");
    }

    [MediaTheory(NeedsTools = true)]
    [InlineData("mp4")]
    [InlineData("avi")]
    public void Rewrite_SoundThatBeginsLate_IsConvertedInStep(string to)
    {
        using var folder = new TempFolder();
        Make(folder["early.mkv"], "flac", 48000);
        FFmpegTool.Make("-i", folder["early.mkv"], "-itsoffset", "0.4", "-i", folder["early.mkv"], "-map", "0:v", "-map", "1:a", "-c", "copy", folder["in.mkv"]);

        Clips.Rewrite(folder["in.mkv"], folder["out." + to], Fast(to));

        var converted = SoundTrack.Read(folder["out." + to]);
        converted.Loudest(0, 0.39).ShouldBeLessThan(0.01f, "silence until the sound begins");
        converted.From(0.4).LagBehind(SoundTrack.Read(folder["in.mkv"])).Samples.ShouldBe(0, 49);
    }

    [MediaTheory(NeedsTools = true)]
    [InlineData("flac", "mp4")]
    [InlineData("aac", "webm")]
    [InlineData("libopus", "avi")]
    public void Rewrite_PartWithConvertedSound_BeginsWithItsFirstFrame(string codec, string to)
    {
        using var folder = new TempFolder();
        Make(folder["in.mkv"], codec, 48000);
        var whole = SoundTrack.Read(folder["in.mkv"]);

        Clips.Rewrite(folder["in.mkv"], folder["out." + to], Fast(to), new VideoOptions { From = TimeSpan.FromSeconds(0.52) });

        var part = SoundTrack.Read(folder["out." + to]);
        var (lag, correlation) = part.LagBehind(whole.From(0.52));
        (lag + 0.52 * SoundTrack.Rate).ShouldBe(0, 49);
        correlation.ShouldBeGreaterThan(0.85);
        part.Loudest(0, 0.02).ShouldBeGreaterThan(0.1f, "it does not begin with silence");
    }

    [MediaFact(NeedsTools = true)]
    public void Rewrite_DamagedSound_KeepsTheVideoAndTheRestInStepAndSaysSo()
    {
        using var folder = new TempFolder();
        var (source, target) = (folder["in.mkv"], folder["out.mp4"]);
        Make(source, "flac", 48000);
        var sound = SoundTrack.Read(source);
        var bytes = File.ReadAllBytes(source);
        foreach (var line in FFmpegTool.Probe("-select_streams", "a", "-show_entries", "packet=pos,size", "-of", "csv=p=0", source)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(4).Take(2))
        {
            var fields = line.Split(',');
            var (size, pos) = (int.Parse(fields[0], System.Globalization.CultureInfo.InvariantCulture), int.Parse(fields[1], System.Globalization.CultureInfo.InvariantCulture));
            Array.Fill(bytes, (byte)0, pos + 10, size - 10);
        }

        File.WriteAllBytes(source, bytes);

        var notes = Clips.Rewrite(source, target);

        Clips.ReadPts(target).Count.ShouldBe(30);
        notes[^1].ShouldBe("audio stream 1 (flac) has 2 damaged packets, which are silent now.");
        SoundTrack.Read(target).LagBehind(sound).Samples.ShouldBe(0, 49);
    }

    [MediaTheory(NeedsTools = true)]
    [InlineData("mp4")]
    [InlineData("webm")]
    [InlineData("avi")]
    [InlineData("mpg")]
    [InlineData("mkv")]
    [InlineData("ogv")]
    [InlineData("wmv")]
    public void Replay_WithConvertedSoundAndAVariableRate_GivesTheSameFileAsWritingAtOneGo(string to)
    {
        using var folder = new TempFolder();
        FFmpegTool.Make("-f", "lavfi", "-i", "testsrc2=s=64x48:r=25:d=2", "-f", "lavfi", "-i", SoundTrack.Source(44100, 2), "-i", Cues(folder),
            "-vf", "select='mod(n,7)-3',setpts='PTS+if(eq(mod(N,4),1),0.013/TB,0)'", FFmpegTool.FrameRateMode, "vfr", "-map", "0", "-map", "1", "-map", "2",
            "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "flac", "-c:s", "srt", folder["in.mkv"]);

        Write("whole." + to, replayed: 0);
        Write("rest." + to, replayed: 2);

        File.ReadAllBytes(folder["rest." + to]).ShouldBe(File.ReadAllBytes(folder["whole." + to]));

        void Write(string name, int replayed)
        {
            using var source = FFmpegSource.Open(folder["in.mkv"], new VideoOptions { KeepStreams = true });
            using var sink = FFmpegSink.Create(folder[name], Fast(to) with { Threads = 1, Audio = to is "mkv" ? AudioMode.Aac : AudioMode.Auto }, source);
            const int length = 10;
            foreach (var frame in Clips.Read(source))
            {
                var segment = (int)frame.Index / length;
                if (frame.Index % length == 0)
                {
                    if (segment > replayed)
                        sink.EndSegment();
                    if (segment < replayed)
                        sink.Replay(folder[$"{segment}.packets"]);
                    else
                        sink.BeginSegment(folder[$"{segment}.packets"]);
                }

                if (segment >= replayed)
                    sink.Write(frame);
            }

            sink.Finish();
            sink.Check.Verify(folder[name], name);
        }
    }

    [MediaTheory(NeedsTools = true)]
    [InlineData("mkv", "srt", "mp4", "mov_text")]
    [InlineData("mkv", "ass", "mov", "mov_text")]
    [InlineData("mkv", "srt", "webm", "webvtt")]
    [InlineData("mp4", "mov_text", "webm", "webvtt")]
    [InlineData("mp4", "mov_text", "mkv", "subrip")]
    [InlineData("webm", "webvtt", "mp4", "mov_text")]
    public void Rewrite_TextSubtitles_AreConvertedWithTheirTimesAndLanguage(string from, string codec, string to, string expected)
    {
        using var folder = new TempFolder();
        var (source, target) = (folder["in." + from], folder["out." + to]);
        FFmpegTool.Make("-f", "lavfi", "-i", "testsrc2=s=64x48:r=25:d=2", "-i", Cues(folder), "-c:v", from is "webm" ? "libvpx" : "libx264",
            "-c:s", codec, "-metadata:s:s:0", "language=fra", source);

        var notes = Clips.Rewrite(source, target, Fast(to));

        notes.ShouldHaveSingleItem().ShouldEndWith($"is converted to {expected}.");
        FFmpegTool.Stream(target, 1, "stream=codec_name").ShouldBe(expected);
        FFmpegTool.Probe("-select_streams", "s", "-show_entries", "stream_tags=language", "-of", "csv=p=0", target).Trim().ShouldBeOneOf("fra", "fre");
        FFmpegTool.Make("-i", target, "-map", "0:s", folder["out.srt"]);
        var lines = File.ReadAllLines(folder["out.srt"]);
        string.Join('\n', lines).ShouldContain("Hello <i>there</i>");
        string.Join('\n', lines.Where(line => line.Contains("-->", StringComparison.Ordinal)))
            .ShouldBe("00:00:00,200 --> 00:00:00,900\n00:00:01,300 --> 00:00:01,800");
    }

    [MediaFact(NeedsTools = true)]
    public void Rewrite_PictureSubtitles_AreLeftOutWithALine()
    {
        using var folder = new TempFolder();
        // A presentation graphics stream of nothing but an end-of-display segment.
        File.WriteAllBytes(folder["a.sup"], [(byte)'P', (byte)'G', 0, 0, 0x23, 0x28, 0, 0, 0, 0, 0x80, 0, 0]);
        FFmpegTool.Make("-f", "lavfi", "-i", "testsrc2=s=64x48:r=25:d=1", "-i", folder["a.sup"], "-map", "0", "-map", "1", "-c:v", "libx264", "-c:s", "copy", folder["in.mkv"]);

        Clips.Rewrite(folder["in.mkv"], folder["out.mp4"]).ShouldBe(["subtitle stream 1 (hdmv_pgs_subtitle) is left out: mp4 cannot hold it."]);
        Clips.Rewrite(folder["in.mkv"], folder["out.ts"]).ShouldBe(["subtitle stream 1 (hdmv_pgs_subtitle) is left out: mpegts cannot hold it."]);
        Clips.Rewrite(folder["in.mkv"], folder["out.m2ts"]).ShouldBeEmpty();
        FFmpegTool.Probe("-show_entries", "stream=codec_name", folder["out.m2ts"]).ShouldContain("hdmv_pgs_subtitle");
    }

    [MediaTheory(NeedsTools = true)]
    [InlineData("mp4")]
    [InlineData("mkv")]
    [InlineData("webm")]
    public void Rewrite_PartWithoutACue_IsWrittenAndPassesTheCheck(string to)
    {
        using var folder = new TempFolder();
        FFmpegTool.Make("-f", "lavfi", "-i", "testsrc2=s=64x48:r=25:d=2", "-i", Cues(folder), "-c:v", "libx264", "-c:s", "mov_text", folder["in.mp4"]);
        using var source = FFmpegSource.Open(folder["in.mp4"], new VideoOptions { KeepStreams = true, From = TimeSpan.FromSeconds(0.3), To = TimeSpan.FromSeconds(0.9) });
        using var sink = FFmpegSink.Create(folder["out." + to], Fast(to), source);
        foreach (var frame in Clips.Read(source))
            sink.Write(frame);
        sink.Finish();

        sink.Check.EmptySubtitles.ShouldBe(1);
        sink.Check.Verify(folder["out." + to], "out");
    }

    private static string Cues(TempFolder folder)
    {
        File.WriteAllText(folder["cues.srt"], "1\n00:00:00,200 --> 00:00:00,900\nHello <i>there</i>\n\n2\n00:00:01,300 --> 00:00:01,800\nBye\n");
        return folder["cues.srt"];
    }

    private static EncodeOptions Fast(string to) =>
        to switch
        {
            "webm" => new EncodeOptions { Preset = "8", Crf = 55 },
            "mp4" or "mov" or "mkv" or "3gp" => new EncodeOptions { Preset = "ultrafast", Crf = 35 },
            _ => new EncodeOptions(),
        };

    private static void Make(string path, string codec, int rate) =>
        FFmpegTool.Make("-f", "lavfi", "-i", "testsrc2=s=64x48:r=25:d=1.2", "-f", "lavfi", "-i", SoundTrack.Source(rate, 1.2),
            "-c:v", Path.GetExtension(path) switch { ".avi" => "mpeg4", ".wmv" => "wmv2", ".mpg" => "mpeg2video", _ => "libx264" }, "-c:a", codec, path);
}
