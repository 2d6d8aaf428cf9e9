using System.Text.Json;
using Shouldly;
using VideoStyle.Native;
using VideoStyle.Native.Media;

namespace VideoStyle.Cli.Tests;

public sealed class PreviewTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [NativeFact]
    public async Task Preview_ThreeFrames_WritesOriginalsAbovePaintingsAndPredictsTheTime()
    {
        var result = await ToolProcess.RunAsync("convert", SampleVideos.Lake, _folder["out.mp4"], "--preview=3", "--max-size", "160");

        result.ExitCode.ShouldBe(0, result.Error);
        result.Output.ShouldBe(_folder["out.preview.png"] + "\n");
        result.LastErrorLine.ShouldContain("takes about");
        _folder.Names.ShouldBe(["out.preview.png"]);
        using var sheet = ImageFile.Read(_folder["out.preview.png"]);
        (sheet.Width, sheet.Height).ShouldBe((3 * 160 + 4 * 4, 2 * 90 + 3 * 4));
    }

    [NativeFact(NativeUnits.Media)]
    public async Task Preview_WithoutPaint_ShowsEachPictureTwice()
    {
        var result = await ToolProcess.RunAsync("convert", SampleVideos.Lake, _folder["out.mp4"], "--preview=2", "--max-size", "64", "--style", "none");

        result.ExitCode.ShouldBe(0, result.Error);
        using var sheet = ImageFile.Read(_folder["out.preview.png"]);
        var row = 3 * sheet.Width;
        for (var y = 0; y < 36; y++)
            sheet.Pixels.Slice((4 + y) * row, row).SequenceEqual(sheet.Pixels.Slice((44 + y) * row, row)).ShouldBeTrue($"row {y}");
        sheet.Pixels.Slice(20 * row + 3 * 4, 3 * 64).SequenceEqual(sheet.Pixels.Slice(20 * row + 3 * 72, 3 * 64)).ShouldBeFalse("the two frames lie 2.5 s apart");
    }

    [NativeFact(NativeUnits.Media)]
    public async Task Preview_StandardInput_ExitsWith2()
    {
        var result = await ToolProcess.RunAsync("convert", "-", _folder["out.mp4"], "--preview", "--style", "none");

        result.ExitCode.ShouldBe(2);
        _folder.Names.ShouldBeEmpty();
    }

    [NativeFact(NativeUnits.Media)]
    public async Task Preview_BeforeTheFileNames_ExitsWith2AndSaysWhereToPutIt()
    {
        var result = await ToolProcess.RunAsync("convert", "--preview", SampleVideos.Lake, _folder["out.mp4"]);

        result.ExitCode.ShouldBe(2);
        result.Error.ShouldContain("behind the names");
    }

    [NativeFact(NativeUnits.Media)]
    public async Task DryRun_SeveralFiles_TellsWhatAndWhereAndLeavesNothing()
    {
        var result = await ToolProcess.RunAsync("convert", SampleVideos.Lake, _folder["missing.mp4"], _folder["new/"], "--dry-run", "--json", "--style", "none", "--max-size", "320");

        result.ExitCode.ShouldBe(7, result.Error);
        var plan = JsonDocument.Parse(result.Output.Split('\n')[0]).RootElement;
        plan.GetProperty("type").GetString().ShouldBe("plan");
        plan.GetProperty("output").GetString().ShouldBe(_folder["new/lake.mp4"]);
        (plan.GetProperty("width").GetInt32(), plan.GetProperty("height").GetInt32(), plan.GetProperty("frames").GetInt32()).ShouldBe((320, 180, 120));
        plan.GetProperty("estimatedBytes").GetInt64().ShouldBeInRange(50_000, 5_000_000);
        plan.GetProperty("freeBytes").GetInt64().ShouldBeGreaterThan(0);
        _folder.Names.ShouldBeEmpty();
    }

    [NativeFact(NativeUnits.Media)]
    public async Task DryRun_ExistingOutput_FailsAsTheRealRunWould()
    {
        await File.WriteAllTextAsync(_folder["out.mp4"], "precious");

        var result = await ToolProcess.RunAsync("convert", SampleVideos.Lake, _folder["out.mp4"], "--dry-run", "--style", "none");

        result.ExitCode.ShouldBe(4);
        result.Output.ShouldBeEmpty();
        _folder.Names.ShouldBe(["out.mp4"]);
    }

    public void Dispose() => _folder.Dispose();
}
