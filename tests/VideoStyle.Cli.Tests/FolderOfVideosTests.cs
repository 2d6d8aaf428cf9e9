using Shouldly;
using VideoStyle.Cli.Converting;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Native;
using VideoStyle.Native.Media;
using Xunit;

namespace VideoStyle.Cli.Tests;

public sealed class FolderOfVideosTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public FolderOfVideosTests()
    {
        Directory.CreateDirectory(_folder["clips"]);
        foreach (var name in (string[])["b10.mp4", "b9.MKV", ".hidden.mp4", "notes.txt"])
            File.WriteAllText(_folder["clips/" + name], "");
    }

    [Fact]
    public void Pair_FolderOfVideos_StandsForTheVideosInIt() =>
        OutputPaths.Pair([_folder["clips"], _folder["out/"]], "none").ShouldBe(
            [(_folder["clips/b9.MKV"], _folder["out/b9.MKV"]), (_folder["clips/b10.mp4"], _folder["out/b10.mp4"])]);

    [Fact]
    public void Pair_FolderOfVideosAlone_AsksForAFolder()
    {
        var error = Should.Throw<VideoStyleException>(() => OutputPaths.Pair([_folder["clips"]], "none"));

        error.Kind.ShouldBe(ErrorKind.Usage);
        error.Hint.ShouldNotBeNull().ShouldContain("paintings/");
    }

    [NativeFact(NativeUnits.Media)]
    public void Open_FolderOfVideosAsPictures_SaysWhatItIs()
    {
        var error = Should.Throw<VideoStyleException>(() => FrameSource.Open(_folder["clips"], new VideoOptions()).Dispose());

        error.Message.ShouldBe($"{_folder["clips"]}: is a folder of videos, not of pictures.");
    }

    public void Dispose() => _folder.Dispose();
}
