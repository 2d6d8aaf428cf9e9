using System.Security.Cryptography;
using System.Text;
using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Native.Media;

namespace VideoStyle.Native.Tests.Media;

public sealed class HttpTests : IDisposable
{
    private readonly LoopbackServer _server = new();
    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    [MediaFact]
    public void Open_AVideoOnAServer_GivesTheFramesOfTheFile()
    {
        _server.Content["clip.mp4"] = File.ReadAllBytes(Fixtures.Path("media/aac.mp4"));

        Frames(_server["clip.mp4"]).ShouldBe(Frames(Fixtures.Path("media/aac.mp4")));
    }

    [MediaFact]
    public void Open_UserAndPassword_AreSentAndShownNowhere()
    {
        _server.Content["clip.mp4"] = File.ReadAllBytes(Fixtures.Path("media/aac.mp4"));

        using var source = FFmpegSource.Open($"http://user:secret@127.0.0.1:{_server.Port}/clip.mp4?key=hidden", new VideoOptions());

        _server.Authorization.ShouldBe("Basic " + Convert.ToBase64String("user:secret"u8));
        source.Info.Name.ShouldBe($"http://127.0.0.1:{_server.Port}/clip.mp4");
    }

    [MediaFact]
    public void Open_RedirectionOnTheSameServer_IsFollowed()
    {
        _server.Content["clip.mp4"] = File.ReadAllBytes(Fixtures.Path("media/aac.mp4"));
        _server.Content["old"] = "/clip.mp4";

        Frames(_server["old"]).Count.ShouldBeGreaterThan(0);
    }

    [MediaFact]
    public void Open_RedirectionElsewhere_IsRefusedAndNotAskedFor()
    {
        using LoopbackServer other = new();
        other.Content["clip.mp4"] = File.ReadAllBytes(Fixtures.Path("media/aac.mp4"));
        foreach (var elsewhere in (string[])[other["clip.mp4"], "file:///etc/passwd", "rtmp://127.0.0.1/a/b"])
        {
            _server.Content["clip.mp4"] = elsewhere;

            Refused("clip.mp4").ShouldContain("is redirected to");
        }

        other.Asked.ShouldBeEmpty();
    }

    [MediaTheory(NeedsTools = true)]
    [Xunit.InlineData(false)]
    [Xunit.InlineData(true)]
    public void Open_Hls_GivesTheFramesOfItsSegments(bool isFragmentedMp4)
    {
        var expected = MakeHls(isFragmentedMp4 ? ["-hls_segment_type", "fmp4"] : []);

        Frames(_server["live.m3u8"]).Count.ShouldBe(expected);
        _server.Content["master.m3u8"] = Encoding.UTF8.GetBytes("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nsmall.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=2\nlive.m3u8\n");
        Frames(_server["master.m3u8"]).Count.ShouldBe(expected);
        _server.Asked.Any(path => path is "small.m3u8").ShouldBeFalse();
    }

    [MediaFact(NeedsTools = true)]
    public void Open_HlsInOneFile_ReadsTheRanges() => Frames(Playlist(MakeHls(["-hls_flags", "single_file"]), out var expected)).Count.ShouldBe(expected);

    [MediaFact(NeedsTools = true)]
    public void Open_EncryptedHls_IsDecryptedWithTheKeyOfTheSameServer()
    {
        var key = RandomNumberGenerator.GetBytes(16);
        File.WriteAllBytes(_folder["key.bin"], key);
        File.WriteAllText(_folder["key.info"], $"key.bin\n{_folder["key.bin"]}\n");

        var expected = MakeHls(["-hls_key_info_file", _folder["key.info"]]);

        Frames(_server["live.m3u8"]).Count.ShouldBe(expected);
        _server.Content["key.bin"] = RandomNumberGenerator.GetBytes(16);
        Should.Throw<VideoStyleException>(() => Frames(_server["live.m3u8"])).Kind.ShouldBe(ErrorKind.Input);
        _server.Content["key.bin"] = new byte[15];
        Refused("live.m3u8").ShouldContain("is no key");
    }

    [MediaFact]
    public void Open_PlaylistThatNamesWhatIsElsewhere_IsRefusedAndNotAskedFor()
    {
        using LoopbackServer other = new();
        foreach (var named in (string[])["file:///etc/passwd", other["segment.ts"], "concat:/etc/passwd|x", "subfile,,start,0,end,9,,:/etc/passwd", "data:,x", "crypto+http://127.0.0.1/x"])
        {
            foreach (var playlist in (string[])[
                $"#EXTM3U\n#EXTINF:1,\n{named}\n#EXT-X-ENDLIST\n",
                $"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n{named}\n",
                $"#EXTM3U\n#EXT-X-MAP:URI=\"{named}\"\n#EXTINF:1,\nsegment.ts\n#EXT-X-ENDLIST\n",
                $"#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI=\"{named}\"\n#EXTINF:1,\nsegment.ts\n#EXT-X-ENDLIST\n"])
            {
                _server.Content["segment.ts"] = new byte[188];
                _server.Content["live.m3u8"] = Encoding.UTF8.GetBytes(playlist);

                var message = Refused("live.m3u8");

                // A word with a comma is a path on the same server, where nothing is.
                message.ShouldMatch("is not on the server that was named|the server answers 404");
            }
        }

        other.Asked.ShouldBeEmpty();
    }

    [MediaTheory]
    [Xunit.InlineData("#EXTM3U\n#EXT-X-KEY:METHOD=SAMPLE-AES,URI=\"k\"\n#EXTINF:1,\na.ts\n", "encrypted by SAMPLE-AES")]
    [Xunit.InlineData("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nlive.m3u8\n", "playlists that name playlists")]
    [Xunit.InlineData("#EXTM3U\n#EXT-X-ENDLIST\n", "cannot be read as a video")]
    public void Open_PlaylistThatCannotBeRead_SaysWhy(string playlist, string words)
    {
        _server.Content["live.m3u8"] = Encoding.UTF8.GetBytes(playlist);

        Should.Throw<VideoStyleException>(() => Frames(_server["live.m3u8"])).Message.ShouldMatch($"{words}|is empty");
    }

    [MediaFact]
    public void Open_WhatIsNotThere_SaysWhatTheServerAnswers()
    {
        Refused("nothing.mp4").ShouldContain("404");
        Should.Throw<VideoStyleException>(() => Frames($"http://127.0.0.1:{LoopbackServer.FreePort()}/a.mp4")).Message.ShouldContain("cannot be reached");
    }

    [MediaFact]
    public void Read_ConnectionThatBreaks_GivesWhatCameAndSaysSo()
    {
        var whole = File.ReadAllBytes(Fixtures.Path("media/mpeg2.ts"));
        _server.Content["clip.ts"] = whole[..(whole.Length / 2 / 188 * 188)];

        Frames(_server["clip.ts"]).Count.ShouldBeInRange(1, Frames(Fixtures.Path("media/mpeg2.ts")).Count - 1);
    }

    private static List<long> Frames(string path)
    {
        using var source = FFmpegSource.Open(path, new VideoOptions());
        FramePool pool = new();
        List<long> times = [];
        while (source.Read(pool) is { } frame)
            using (frame)
                times.Add(frame.Pts);
        return times;
    }

    private string Playlist(int frames, out int expected)
    {
        expected = frames;
        return _server["live.m3u8"];
    }

    private string Refused(string path)
    {
        var e = Should.Throw<VideoStyleException>(() => FFmpegSource.Open(_server[path], new VideoOptions()));
        e.Kind.ShouldBe(ErrorKind.Input);
        return e.Message;
    }

    private int MakeHls(string[] options)
    {
        const int frames = 50;
        FFmpegTool.Make(
            ["-f", "lavfi", "-i", $"testsrc2=s=64x48:r=25:d={frames / 25}", "-pix_fmt", "yuv420p", "-c:v", "libx264", "-bf", "0", "-g", "12",
                "-hls_time", "0.5", "-hls_list_size", "0", .. options, _folder["live.m3u8"]]);
        foreach (var file in Directory.GetFiles(_folder.Path))
            _server.Content[Path.GetFileName(file)] = File.ReadAllBytes(file);
        return frames;
    }
}
