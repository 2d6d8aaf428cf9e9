using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Native.Media;
using Xunit;

namespace VideoStyle.Native.Tests.Media;

public sealed class StreamUrlTests
{
    [Theory]
    [InlineData("rtsp://user:pass@camera.local:554/stream?token=1", "rtsp://camera.local:554/stream")]
    [InlineData("RTMP://live.example/app/streamkey", "RTMP://live.example/app/…")]
    [InlineData("rtmps://user:p@ss@live.example/app/key/", "rtmps://live.example/app/key/…")]
    [InlineData("srt://host:9000?passphrase=secret&mode=caller", "srt://host:9000")]
    [InlineData("https://u@host/video.mp4#t=1", "https://host/video.mp4")]
    [InlineData("rtmp://a/b/key: Connection refused (tcp://x:1@a:1935).", "rtmp://a/b/…: Connection refused (tcp://a:1935).")]
    [InlineData("video.mp4", "video.mp4")]
    public void Shown_AnyText_HasNoSecretsAndIsTheSameTwice(string text, string expected)
    {
        StreamUrl.Shown(text).ShouldBe(expected);
        StreamUrl.Shown(StreamUrl.Shown(text)).ShouldBe(expected);
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://host/video.mp4")]
    [InlineData("concatf://list")]
    [InlineData("gopher://host/1")]
    [InlineData("data://x")]
    [InlineData("cache://http://host/x")]
    public void Open_SchemeThatIsNotInTheList_IsRefusedByName(string url)
    {
        var e = Should.Throw<VideoStyleException>(() => FrameSource.Open(url, new()));

        e.Kind.ShouldBe(ErrorKind.Usage);
        e.Message.ShouldContain("are not read");
        Should.Throw<VideoStyleException>(() => StreamUrl.RequireWritable(url)).Kind.ShouldBe(ErrorKind.Usage);
    }

    [MediaFact]
    public void Open_ProtocolsWithoutAHost_AreNamesOfFilesThatAreNotThere()
    {
        foreach (var name in (string[])["concat:/etc/passwd|/etc/group", "subfile,,start,0,end,9,,:/etc/passwd", "crypto:/etc/passwd", "pipe:0", "data:text/plain,x"])
            Should.Throw<VideoStyleException>(() => FrameSource.Open(name, new())).Message.ShouldContain("there is no such file");
    }
}
