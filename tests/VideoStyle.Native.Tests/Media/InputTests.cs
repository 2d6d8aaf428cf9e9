using System.Diagnostics;
using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Native.Media;
using Xunit;

namespace VideoStyle.Native.Tests.Media;

/// <summary>What is read as a video at all, and what it may not reach.</summary>
public sealed class InputTests
{
    [MediaTheory]
    [InlineData("#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nSECRET\n#EXT-X-ENDLIST\n")]
    [InlineData("<?xml version=\"1.0\"?>\n<MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" profiles=\"urn:mpeg:dash:profile:isoff-live:2011\" type=\"static\"><Period><AdaptationSet><Representation id=\"0\"><BaseURL>SECRET</BaseURL></Representation></AdaptationSet></Period></MPD>")]
    [InlineData("ffconcat version 1.0\nfile 'SECRET'\n")]
    [InlineData("v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n")]
    public void Open_PlaylistNamedAsAVideo_IsRefused(string text)
    {
        using var folder = new TempFolder();
        Clips.Write(folder["secret.ts"], 64, 48, 5);
        File.WriteAllText(folder["x.mp4"], text.Replace("SECRET", folder["secret.ts"], StringComparison.Ordinal));

        var error = Should.Throw<VideoStyleException>(() => FFmpegSource.Open(folder["x.mp4"], new VideoOptions()).Dispose());

        error.Kind.ShouldBe(ErrorKind.Input);
        error.Message.ShouldStartWith($"{folder["x.mp4"]}: is a playlist (");
        error.Hint.ShouldNotBeNull().ShouldContain("ffmpeg -i");
    }

    [MediaTheory]
    [InlineData("/dev/zero", "is a device")]
    [InlineData("/dev/null", "is a device")]
    [InlineData("notes.txt", "cannot be read as a video")]
    [InlineData("subtitles.mp4", "is no video but SubRip")]
    public void Open_NoVideo_SaysWhatItIs(string name, string cause)
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["notes.txt"], "Buy milk.\n");
        File.WriteAllText(folder["subtitles.mp4"], "1\n00:00:01,000 --> 00:00:02,000\nHello\n\n2\n00:00:03,000 --> 00:00:04,000\nHello\n\n");
        var path = name.StartsWith('/') ? name : folder[name];

        var error = Should.Throw<VideoStyleException>(() => FFmpegSource.Open(path, new VideoOptions()).Dispose());

        error.Kind.ShouldBe(ErrorKind.Input);
        error.Message.ShouldStartWith($"{path}: {cause}");
    }

    [MediaFact]
    public void Open_PhotoOfAPhone_SaysHowToConvertIt()
    {
        using var folder = new TempFolder();
        File.WriteAllBytes(folder["a.heic"], [0, 0, 0, 24, .. "ftypheic"u8, 0, 0, 0, 0, .. "mif1heic"u8, 0, 0, 0, 8, .. "mdat"u8]);

        var error = Should.Throw<VideoStyleException>(() => ImageFile.Read(folder["a.heic"]).Dispose());

        error.Message.ShouldBe($"{folder["a.heic"]}: is a HEIC picture, which is not read.");
        error.Hint.ShouldNotBeNull().ShouldContain("heif-convert");
    }

    [MediaFact]
    public void Open_PictureOverTheLimit_IsRefusedBeforeItIsDecoded()
    {
        using var folder = new TempFolder();
        Clips.Write(folder["a.mp4"], 320, 240, 3);

        var error = Should.Throw<VideoStyleException>(() => FFmpegSource.Open(folder["a.mp4"], new VideoOptions { MaxPixels = 320 * 240 - 1 }).Dispose());
        FFmpegSource.Open(folder["a.mp4"], new VideoOptions { MaxPixels = 320 * 240 }).Dispose();

        error.Kind.ShouldBe(ErrorKind.Input);
        error.Message.ShouldContain("320x240");
    }

    [MediaFact]
    public async Task Read_PipeWithItsIndexAtTheEnd_GivesTheSameFramesAsAFile()
    {
        using var folder = new TempFolder();
        Clips.Write(folder["a.mp4"], 160, 120, 40, new EncodeOptions { FastStart = false });
        using (var make = Process.Start("mkfifo", folder["fifo"]))
            await make.WaitForExitAsync();
        using var feed = Process.Start("sh", ["-c", $"cat '{folder["a.mp4"]}' > '{folder["fifo"]}'"]);

        var (streamed, notes) = await Task.Run(() =>
        {
            using var source = FFmpegSource.Open(folder["fifo"], new VideoOptions());
            return (Clips.Read(source).Select(f => (f.Pts, f.Pixels[300])).ToList(), source.Notes);
        });

        using var file = FFmpegSource.Open(folder["a.mp4"], new VideoOptions());
        streamed.ShouldBe(Clips.Read(file).Select(f => (f.Pts, f.Pixels[300])).ToList());
        streamed.Count.ShouldBe(40);
        notes.ShouldHaveSingleItem().ShouldContain("its index lies at its end");
        await feed.WaitForExitAsync();
    }

    [MediaFact(NeedsTools = true)]
    public void Read_PictureToldByItsNameAlone_IsRead()
    {
        using var folder = new TempFolder();
        FFmpegTool.Make("-f", "lavfi", "-i", "color=red:s=200x100", "-frames:v", "1", folder["a.tga"]);

        using var picture = ImageFile.Read(folder["a.tga"]);

        (picture.Width, picture.Height).ShouldBe((200, 100));
        picture.Pixels[0].ShouldBeGreaterThan((byte)250);
        picture.Pixels[1].ShouldBeLessThan((byte)5);
    }
}
