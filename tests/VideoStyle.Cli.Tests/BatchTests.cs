using Shouldly;
using VideoStyle.Cli.Converting;
using VideoStyle.Core.Errors;
using VideoStyle.Native;
using Xunit;

namespace VideoStyle.Cli.Tests;

public sealed class BatchTests : IDisposable
{
    private static readonly string[] Quick = ["--style", "none", "--to", "0.2", "--max-size", "64"];
    private readonly TempFolder _folder = new();

    [NativeFact(NativeUnits.Media)]
    public async Task Convert_SeveralIntoAFolderThatIsNotThere_MakesItAndPaintsEach()
    {
        File.Copy(SampleVideos.Lake, _folder["a.mp4"]);
        File.Copy(SampleVideos.Lake, _folder["b.mkv"]);

        var result = await ToolProcess.RunAsync(["convert", _folder["a.mp4"], _folder["b.mkv"], _folder["out/"], .. Quick]);

        result.ExitCode.ShouldBe(0, result.Error);
        result.Output.ShouldBe($"{_folder["out/a.mp4"]}\n{_folder["out/b.mkv"]}\n");
        Names("out").ShouldBe(["a.mp4", "b.mkv"]);
        result.LastErrorLine.ShouldBe("2 done, 0 skipped, 0 failed");
    }

    [NativeFact(NativeUnits.Media)]
    public async Task Convert_OneOfSeveralIsBroken_PaintsTheOthersAndExitsWith7()
    {
        await File.WriteAllTextAsync(_folder["letter.mp4"], "Dear reader, this is no video.");

        var result = await ToolProcess.RunAsync(["convert", _folder["letter.mp4"], SampleVideos.Lake, _folder["missing.mp4"], _folder["out/"], .. Quick]);

        result.ExitCode.ShouldBe(7);
        Names("out").ShouldBe(["lake.mp4"]);
        var errors = result.Error.Split('\n').Where(line => line.StartsWith("videostyle: error:", StringComparison.Ordinal)).ToList();
        errors.Count.ShouldBe(2);
        errors[0].ShouldContain("letter.mp4");
        errors[1].ShouldContain("missing.mp4");
        result.LastErrorLine.ShouldBe("1 done, 0 skipped, 2 failed");
    }

    [NativeFact(NativeUnits.Media)]
    public async Task Convert_SkipExisting_LeavesWhatIsThereAndPaintsTheRest()
    {
        Directory.CreateDirectory(_folder["out"]);
        await File.WriteAllTextAsync(_folder["out/lake.mp4"], "done before");
        File.Copy(SampleVideos.Lake, _folder["b.mp4"]);

        var result = await ToolProcess.RunAsync(["convert", SampleVideos.Lake, _folder["b.mp4"], _folder["out"], "--skip-existing", .. Quick]);

        result.ExitCode.ShouldBe(0, result.Error);
        (await File.ReadAllTextAsync(_folder["out/lake.mp4"])).ShouldBe("done before");
        result.Output.ShouldBe(_folder["out/b.mp4"] + "\n");
        result.LastErrorLine.ShouldBe("1 done, 1 skipped, 0 failed");
    }

    [NativeFact(NativeUnits.Media)]
    public async Task Convert_StillOverAnother_IsRefusedWithoutForce()
    {
        await File.WriteAllTextAsync(_folder["out.png"], "precious");

        var result = await ToolProcess.RunAsync("convert", SampleVideos.Lake, _folder["out.png"], "--style", "none", "--to", "0.04");

        result.ExitCode.ShouldBe(4);
        result.Error.ShouldContain("already exists");
        (await File.ReadAllTextAsync(_folder["out.png"])).ShouldBe("precious");
    }

    [NativeTheory(NativeUnits.Media)]
    [InlineData("link", true)]
    [InlineData("pipe", true)]
    [InlineData("pipe", false)]
    public async Task Convert_OutputThatIsNoPlaceForAFile_ExitsWith4AndReplacesNothing(string kind, bool overwrite)
    {
        if (kind is "link")
            File.CreateSymbolicLink(_folder["out.mp4"], "nowhere.mp4");
        else
            await MakePipe(_folder["out.mp4"]);

        var result = await ToolProcess.RunAsync(["convert", SampleVideos.Lake, _folder["out.mp4"], .. overwrite ? ["--force"] : Array.Empty<string>(), .. Quick]);

        result.ExitCode.ShouldBe(4, result.Error);
        result.Error.ShouldContain($"out.mp4: is a {kind}");
        result.Error.ShouldNotContain("   at ");
        _folder.Names.ShouldBe(["out.mp4"]);
        new FileInfo(_folder["out.mp4"]).LinkTarget.ShouldBe(kind is "link" ? "nowhere.mp4" : null);
    }

    [NativeFact(NativeUnits.Media)]
    public async Task Convert_TwoVideosThatAreThere_AsksForAFolderAndDoesNotOfferToDestroyOne()
    {
        File.Copy(SampleVideos.Lake, _folder["b.mp4"]);

        var result = await ToolProcess.RunAsync(["convert", SampleVideos.Lake, _folder["b.mp4"], .. Quick]);

        result.ExitCode.ShouldBe(4, result.Error);
        result.Error.ShouldNotContain("--force");
        result.LastErrorLine.ShouldContain($"videostyle convert {SampleVideos.Lake} {_folder["b.mp4"]} paintings/");
        (await File.ReadAllBytesAsync(_folder["b.mp4"])).ShouldBe(await File.ReadAllBytesAsync(SampleVideos.Lake));
    }

    [NativeFact(NativeUnits.Media)]
    public async Task Convert_LaterPictureOfASequenceIsThere_IsRefusedWithoutForce()
    {
        await File.WriteAllTextAsync(_folder["frame_00003.png"], "precious");

        var result = await ToolProcess.RunAsync(["convert", SampleVideos.Lake, _folder["frame_%05d.png"], .. Quick]);

        result.ExitCode.ShouldBe(4, result.Error);
        result.Error.ShouldContain("frame_00003.png");
        _folder.Names.ShouldBe(["frame_00003.png"]);
    }

    [NativeFact(NativeUnits.Media)]
    public async Task Convert_ShorterSequenceOverALongerOne_SaysWhatIsLeftOfIt()
    {
        foreach (var number in (string[])["00001", "00009", "00010"])
            await File.WriteAllTextAsync(_folder[$"frame_{number}.png"], "old");

        var result = await ToolProcess.RunAsync(["convert", SampleVideos.Lake, _folder["frame_%05d.png"], "--force", .. Quick]);

        result.ExitCode.ShouldBe(0, result.Error);
        result.Error.ShouldContain("2 images of it are still there, from frame_00009.png on");
        (await File.ReadAllTextAsync(_folder["frame_00010.png"])).ShouldBe("old");
    }

    [NativeFact(NativeUnits.Media)]
    public async Task Convert_NamesBehindTwoDashes_AreFilesWhateverTheyBeginWith()
    {
        File.Copy(SampleVideos.Lake, _folder["-in.mp4"]);
        var result = await ToolProcess.RunInAsync(_folder.Path, ["convert", .. Quick, "--", "-in.mp4", "@out.mp4"]);

        result.ExitCode.ShouldBe(0, result.Error);
        result.Output.ShouldBe("@out.mp4\n");
        _folder.Names.ShouldBe(["-in.mp4", "@out.mp4"], ignoreOrder: true);
    }

    [NativeFact(NativeUnits.Media)]
    public async Task Convert_Quiet_WritesTheResultAndNothingElse()
    {
        var result = await ToolProcess.RunAsync(["convert", SampleVideos.Lake, _folder["out.mp4"], "-q", .. Quick]);

        result.ExitCode.ShouldBe(0, result.Error);
        result.Output.ShouldBe(_folder["out.mp4"] + "\n");
        result.Error.ShouldBeEmpty();
    }

    [NativeFact(NativeUnits.Media)]
    public async Task Convert_PicturesOverThemselves_IsRefusedEvenWithForce()
    {
        (await ToolProcess.RunAsync(["convert", SampleVideos.Lake, _folder["frame_%05d.png"], .. Quick])).ExitCode.ShouldBe(0);
        var before = await File.ReadAllBytesAsync(_folder["frame_00001.png"]);

        var result = await ToolProcess.RunAsync("convert", _folder["frame_%05d.png"], _folder.Path, "--style", "none", "--force");

        result.ExitCode.ShouldBe(4, result.Error);
        result.Error.ShouldContain("input itself");
        (await File.ReadAllBytesAsync(_folder["frame_00001.png"])).ShouldBe(before);
    }

    [NativeFact(NativeUnits.Media)]
    public async Task Convert_PicturesIntoAFolder_WritesNumberedPictures()
    {
        (await ToolProcess.RunAsync(["convert", SampleVideos.Lake, _folder["frame_%05d.png"], .. Quick])).ExitCode.ShouldBe(0);
        var count = _folder.Names.Length;

        var result = await ToolProcess.RunAsync("convert", _folder["frame_%05d.png"], _folder["painted/"], "--style", "none");

        result.ExitCode.ShouldBe(0, result.Error);
        Names("painted").Length.ShouldBe(count);
        Names("painted")[0].ShouldBe("frame_00001.png");
    }

    [Theory]
    [InlineData("holiday.mp4", "holiday.the_scream.mp4")]
    [InlineData("films/holiday.mkv", "films/holiday.the_scream.mkv")]
    [InlineData("frame_%05d.png", "frame_%05d.the_scream.png")]
    [InlineData("-", "-")]
    public void Pair_OneInput_IsPaintedBesideItself(string input, string output) =>
        OutputPaths.Pair([input], new StyleOptions { Name = "styles/the_scream.safetensors" }.Label()).ShouldBe([(input, output)]);

    [Fact]
    public void Pair_FolderOfPictures_BecomesAnotherFolder()
    {
        Directory.CreateDirectory(_folder["frames"]);

        OutputPaths.Pair([_folder["frames"]], "x").ShouldBe([(_folder["frames"], _folder["frames.x/"])]);
    }

    [Fact]
    public void Pair_VideoAndFolder_GoesIntoTheFolder() =>
        OutputPaths.Pair(["films/a.mp4", _folder.Path], "x").ShouldBe([("films/a.mp4", _folder["a.mp4"])]);

    [Fact]
    public void Pair_SeveralWithoutAFolder_ThrowsUsageErrorThatNamesTheLast() =>
        Refused("a.mp4", "b.mp4", "c.mp4").ShouldContain("c.mp4");

    [Fact]
    public void Pair_TwoOfTheSameName_ThrowsUsageErrorThatNamesBoth()
    {
        var message = Refused("one/a.mp4", "two/a.mp4", "out/");

        message.ShouldContain("one/a.mp4");
        message.ShouldContain("two/a.mp4");
    }

    [Fact]
    public void Pair_StandardInputIntoAFolder_ThrowsUsageError() => Refused("-", "out/").ShouldContain("name");

    public void Dispose() => _folder.Dispose();

    private static string Refused(params string[] paths)
    {
        var error = Should.Throw<VideoStyleException>(() => OutputPaths.Pair(paths, "x"));
        error.Kind.ShouldBe(ErrorKind.Usage);
        return error.Message;
    }

    private static async Task MakePipe(string path)
    {
        using var make = System.Diagnostics.Process.Start("mkfifo", [path]);
        await make.WaitForExitAsync();
        make.ExitCode.ShouldBe(0);
    }

    private string[] Names(string folder) =>
        [.. Directory.GetFileSystemEntries(_folder[folder]).Select(entry => Path.GetFileName(entry)!).Order(StringComparer.Ordinal)];
}
