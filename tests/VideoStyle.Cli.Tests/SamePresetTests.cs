using Shouldly;
using Xunit;

namespace VideoStyle.Cli.Tests;

[Collection(RunAlone.Name)]
public sealed class SamePresetTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // Several segments, keyframes and interpolated frames between them, a cut, and options that are not the defaults.
    [NativeFact]
    public async Task WatchAndConvert_SamePreset_GiveTheSameBytes()
    {
        string[] preset = ["--style", "udnie_swift", "--segment", "1", "--crf", "23", "--keyframe-interval", "3", "--preset", "veryfast"];
        TestClip.WriteTwoShots(Path.Combine(_folder.Folder("in"), "clip.mp4"), first: 40, second: 30);

        var converted = await ToolProcess.RunAsync(["convert", _folder["in/clip.mp4"], _folder["converted.mp4"], .. preset]);
        var watched = await ToolProcess.RunAsync(["watch", _folder["in"], _folder["out"], "--once", "--settle", "0.1", "--poll", "0.1", .. preset]);
        var resumed = await ToolProcess.RunAsync(["convert", _folder["in/clip.mp4"], _folder["resumed.mp4"], "--resume", .. preset]);

        converted.ExitCode.ShouldBe(0, converted.Error);
        watched.ExitCode.ShouldBe(0, watched.Error);
        resumed.ExitCode.ShouldBe(0, resumed.Error);
        var bytes = await File.ReadAllBytesAsync(_folder["converted.mp4"]);
        (await File.ReadAllBytesAsync(_folder["out/clip.udnie_swift.mp4"])).ShouldBe(bytes);
        (await File.ReadAllBytesAsync(_folder["resumed.mp4"])).ShouldBe(bytes);
    }

    [NativeFact]
    public async Task Convert_FileThatExists_HintsAtTheOptionAndNotAtTheProperty()
    {
        TestClip.WriteTwoShots(_folder["in.mp4"], first: 2, second: 2);
        await File.WriteAllTextAsync(_folder["out.mp4"], "mine");

        var result = await ToolProcess.RunAsync("convert", _folder["in.mp4"], _folder["out.mp4"], "--style", "none");

        result.ExitCode.ShouldBe(4);
        result.Error.ShouldContain("Add --force to replace it.");
        (await File.ReadAllTextAsync(_folder["out.mp4"])).ShouldBe("mine");
    }
}
