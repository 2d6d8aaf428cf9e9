using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Shouldly;

namespace VideoStyle.Cli.Tests;

public sealed partial class ConvertTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("videostyle-convert-").FullName;

    [NativeFact]
    public async Task Convert_SampleClip_WritesThePathToStdoutAndNothingElse()
    {
        var result = await ToolProcess.RunAsync("convert", SampleVideos.Lake, At("out.mp4"), "--to", "0.5", "--max-size", "160");

        result.ExitCode.ShouldBe(0, result.Error);
        result.Output.ShouldBe(At("out.mp4") + "\n");
        Directory.GetFiles(_folder).ShouldBe([At("out.mp4")]);
    }

    [NativeFact]
    public async Task Convert_Json_WritesEventsThatEndInDone()
    {
        var result = await ToolProcess.RunAsync("convert", SampleVideos.Lake, At("out.mp4"), "--to", "0.5", "--max-size", "160", "--json");

        result.ExitCode.ShouldBe(0, result.Error);
        var events = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement).ToList();
        events.ShouldAllBe(e => e.GetProperty("v").GetInt32() == 1);
        events[0].GetProperty("type").GetString().ShouldBe("started");
        events[^1].GetProperty("type").GetString().ShouldBe("done");
        events[^1].GetProperty("frames").GetInt64().ShouldBeGreaterThan(0);
    }

    [NativeFact]
    public async Task Convert_ExistingOutput_ExitsWith4AndKeepsIt()
    {
        await File.WriteAllTextAsync(At("out.mp4"), "precious");

        var result = await ToolProcess.RunAsync("convert", SampleVideos.Lake, At("out.mp4"));

        result.ExitCode.ShouldBe(4);
        result.Error.ShouldContain("already exists");
        result.LastErrorLine.ShouldContain("--force");
        (await File.ReadAllTextAsync(At("out.mp4"))).ShouldBe("precious");
    }

    [NativeFact]
    public async Task Convert_Force_ReplacesTheOutput()
    {
        await File.WriteAllTextAsync(At("out.mp4"), "old");

        var result = await ToolProcess.RunAsync("convert", SampleVideos.Lake, At("out.mp4"), "--to", "0.2", "--max-size", "64", "--force");

        result.ExitCode.ShouldBe(0, result.Error);
        new FileInfo(At("out.mp4")).Length.ShouldBeGreaterThan(500);
    }

    [NativeFact]
    public Task Convert_MissingInput_ExitsWith3() => FailsOn("missing.mp4", bytes: null, exitCode: 3);

    [NativeFact]
    public Task Convert_EmptyInput_ExitsWith3() => FailsOn("empty.mp4", [], exitCode: 3);

    [NativeFact]
    public Task Convert_TextAsInput_ExitsWith3() => FailsOn("letter.mp4", Encoding.UTF8.GetBytes("Dear reader,\nthis is no video.\n"), exitCode: 3);

    [NativeFact]
    public async Task Convert_TruncatedInput_ExitsWith3() =>
        await FailsOn("half.mp4", (await File.ReadAllBytesAsync(SampleVideos.Lake))[..2000], exitCode: 3);

    [NativeFact]
    public async Task Convert_FolderThatIsNotThere_ExitsWith4AndNamesIt()
    {
        var result = await ToolProcess.RunAsync("convert", SampleVideos.Lake, At("no/such/out.mp4"));

        result.ExitCode.ShouldBe(4);
        result.Error.ShouldContain(At("no/such/out.mp4"));
        result.Error.ShouldContain("mkdir");
    }

    [NativeFact]
    public async Task Convert_OutputIsTheInput_ExitsWith4AndKeepsIt()
    {
        File.Copy(SampleVideos.Lake, At("clip.mp4"));
        File.CreateSymbolicLink(At("link.mp4"), At("clip.mp4"));

        var result = await ToolProcess.RunAsync("convert", At("clip.mp4"), At("link.mp4"), "--force");

        result.ExitCode.ShouldBe(4);
        (await File.ReadAllBytesAsync(At("clip.mp4"))).ShouldBe(await File.ReadAllBytesAsync(SampleVideos.Lake));
    }

    [NativeFact]
    public async Task Convert_ContainerThatIsNotKnown_ExitsWith2AndLeavesNothing()
    {
        var result = await ToolProcess.RunAsync("convert", SampleVideos.Lake, At("out.xyz"), "--to", "0.2");

        result.ExitCode.ShouldBe(2, result.Error);
        result.Error.ShouldContain("out.xyz");
        Directory.GetFiles(_folder).ShouldBeEmpty();
    }

    [NativeFact]
    public async Task Convert_UnknownStyle_ExitsWith5AndSuggestsTheNearest()
    {
        var result = await ToolProcess.RunAsync("convert", SampleVideos.Lake, At("out.mp4"), "--style", "stary_night");

        result.ExitCode.ShouldBe(5);
        result.Error.ShouldContain("stary_night");
        result.Error.ShouldContain("starry_night");
        Directory.GetFiles(_folder).ShouldBeEmpty();
    }

    [NativeFact]
    public async Task Convert_TruncatedModel_ExitsWith5AndNamesIt()
    {
        var model = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "styles"), "*.safetensors")[0];
        await File.WriteAllBytesAsync(At("half.safetensors"), (await File.ReadAllBytesAsync(model))[..5000]);

        await FailsWithModel(At("half.safetensors"));
    }

    [NativeFact]
    public async Task Convert_PickleThatCallsAFunction_ExitsWith5AndDoesNotCallIt()
    {
        // Protocol 2: os.system("touch …") reduced, as a malicious checkpoint would.
        var trace = At("called");
        await File.WriteAllBytesAsync(At("evil.pth"), [0x80, 2, .. Encoding.ASCII.GetBytes($"cposix\nsystem\n(S'touch {trace}'\ntR.")]);

        await FailsWithModel(At("evil.pth"));
        File.Exists(trace).ShouldBeFalse();
    }

    [NativeFact]
    public async Task Convert_UnknownOption_ExitsWith2AndSuggestsTheNearest()
    {
        var result = await ToolProcess.RunAsync("convert", SampleVideos.Lake, At("out.mp4"), "--coherance", "fast");

        result.ExitCode.ShouldBe(2);
        result.Output.ShouldBeEmpty();
        result.Error.ShouldContain("--coherence");
    }

    [NativeFact]
    public async Task Convert_BlendThatIsNone_ExitsWith2AndSaysWhatThereIs()
    {
        var result = await ToolProcess.RunAsync("convert", SampleVideos.Lake, At("out.mp4"), "--blend", "weight=1");

        result.ExitCode.ShouldBe(2);
        result.Error.ShouldContain("--blend takes weight=0..1 (below 1)");
    }

    [NativeFact]
    public async Task Convert_BlendThatKeepsNothing_GivesThePaintingsOfCoherenceOff()
    {
        string[] lossless = ["--to", "0.2", "--max-size", "96", "--codec", "ffv1", "--pixel-format", "bgr0", "--only-video"];

        foreach (var (name, blend) in new[] { ("off.mkv", "--coherence=off"), ("nothing.mkv", "--blend=weight=0"), ("held.mkv", "--blend=cubic=on") })
            (await ToolProcess.RunAsync(["convert", SampleVideos.Lake, At(name), blend, "--keyframe-interval=1", .. lossless])).ExitCode.ShouldBe(0);

        var off = TestClip.Read(At("off.mkv"));
        TestClip.Read(At("nothing.mkv")).Zip(off).ShouldAllBe(pair => pair.First.SequenceEqual(pair.Second));
        TestClip.Read(At("held.mkv"))[^1].SequenceEqual(off[^1]).ShouldBeFalse();
    }

    [NativeFact]
    public async Task Convert_ToBeforeFrom_ExitsWith2()
    {
        var result = await ToolProcess.RunAsync("convert", SampleVideos.Lake, At("out.mp4"), "--from", "2", "--to", "1");

        result.ExitCode.ShouldBe(2);
    }

    [NativeFact]
    public async Task Convert_Interrupted_ExitsWith130AndLeavesNothing()
    {
        using var process = ToolProcess.Start("convert", SampleVideos.Lake, At("out.mp4"), "--json");
        (await process.StandardOutput.ReadLineAsync()).ShouldNotBeNull().ShouldContain("started");
        Kill(process.Id, 2).ShouldBe(0);

        var result = await ToolProcess.EndAsync(process);

        result.ExitCode.ShouldBe(130, result.Error);
        result.Output.TrimEnd().Split('\n')[^1].ShouldContain("\"exitCode\":130");
        Directory.GetFiles(_folder).ShouldBeEmpty();
    }

    [NativeFact]
    public async Task Convert_Terminated_ExitsWith143AndLeavesNothing()
    {
        using var process = ToolProcess.Start("convert", SampleVideos.Lake, At("out.mp4"), "--json");
        (await process.StandardOutput.ReadLineAsync()).ShouldNotBeNull().ShouldContain("started");
        Kill(process.Id, 15).ShouldBe(0);

        (await ToolProcess.EndAsync(process)).ExitCode.ShouldBe(143);
        Directory.GetFiles(_folder).ShouldBeEmpty();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string At(string name) => Path.Combine(_folder, name);

    private async Task FailsOn(string name, byte[]? bytes, int exitCode)
    {
        if (bytes is not null)
            await File.WriteAllBytesAsync(At(name), bytes);

        var result = await ToolProcess.RunAsync("convert", At(name), At("out.mp4"));

        result.ExitCode.ShouldBe(exitCode, result.Error);
        result.Error.ShouldContain(name);
        result.Output.ShouldBeEmpty();
        Directory.GetFiles(_folder).ShouldNotContain(f => f.Contains("out.mp4"));
    }

    private async Task FailsWithModel(string model)
    {
        var result = await ToolProcess.RunAsync("convert", SampleVideos.Lake, At("out.mp4"), "--style", model);

        result.ExitCode.ShouldBe(5, result.Error);
        result.Error.ShouldContain(Path.GetFileName(model));
        Directory.GetFiles(_folder).ShouldNotContain(f => f.Contains("out.mp4"));
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
