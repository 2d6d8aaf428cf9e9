using System.Diagnostics;
using System.Runtime.InteropServices;
using Shouldly;
using VideoStyle.Native;
using Xunit;

namespace VideoStyle.Cli.Tests;

/// <summary>Whatever happens to a conversion, nothing is lost and nothing half-written has the final name.</summary>
public sealed partial class TrustTests : IDisposable
{
    private static readonly string[] Quick = ["--style", "none", "--to", "0.3", "--max-size", "64"];
    private readonly TempFolder _folder = new();

    [SmallDiskTheory]
    [InlineData(100, "--crf", "1", "needs about")] // clearly too small: refused before the start
    [InlineData(400, "--crf", "18", "No space left")] // may fit by the estimate, and does not
    public async Task Convert_DiskThatIsTooSmall_ExitsWith4AndLeavesNothing(int kibibytes, string option, string value, string cause)
    {
        var script = $"mount -t tmpfs -o size={kibibytes}k tmpfs '{_folder.Path}' || exit 99; \"$@\"; code=$?; ls -A '{_folder.Path}'; exit $code";
        var result = await RunAsync("unshare", "-rm", "sh", "-c", script, "sh", Tool, "convert", SampleVideos.Lake, _folder["out.mp4"], "--style", "none", option, value);

        result.ExitCode.ShouldBe(4, result.Error);
        result.Output.ShouldBeEmpty("nothing is left on the disk");
        result.Error.ShouldContain("out.mp4");
        result.Error.ShouldContain(cause);
    }

    [SmallDiskFact]
    public async Task Convert_ReadOnlyTarget_ExitsWith4AndSaysSo()
    {
        var script = $"mount -t tmpfs -o ro tmpfs '{_folder.Path}' || exit 99; exec \"$@\"";
        var result = await RunAsync(["unshare", "-rm", "sh", "-c", script, "sh", Tool, "convert", SampleVideos.Lake, _folder["out.mp4"], .. Quick]);

        result.ExitCode.ShouldBe(4, result.Error);
        result.Error.ShouldContain("out.mp4");
    }

    [NativeTheory(NativeUnits.Media)]
    [InlineData("same")]
    [InlineData("relative")]
    [InlineData("symbolic")]
    [InlineData("folder")]
    [InlineData("hard")]
    public async Task Convert_OutputIsTheInputByAnotherName_ExitsWith4AndKeepsIt(string way)
    {
        Directory.CreateDirectory(_folder["real"]);
        File.Copy(SampleVideos.Lake, _folder["real/clip.mp4"]);
        var output = way switch
        {
            "relative" => _folder["real/../real/clip.mp4"],
            "symbolic" => File.CreateSymbolicLink(_folder["link.mp4"], _folder["real/clip.mp4"]).FullName,
            "folder" => Path.Combine(Directory.CreateSymbolicLink(_folder["link"], _folder["real"]).FullName, "clip.mp4"),
            "hard" => Link(_folder["real/clip.mp4"], _folder["hard.mp4"]) == 0 ? _folder["hard.mp4"] : "",
            _ => _folder["real/clip.mp4"],
        };
        var before = await File.ReadAllBytesAsync(SampleVideos.Lake);

        var result = await ToolProcess.RunAsync(["convert", _folder["real/clip.mp4"], output, "--force", .. Quick]);

        if (way is "hard")
            result.ExitCode.ShouldBe(0, "a rename replaces one of two names, and the input keeps the other");
        else
            result.ExitCode.ShouldBe(4, result.Error);
        (await File.ReadAllBytesAsync(_folder["real/clip.mp4"])).ShouldBe(before);
    }

    [NativeTheory]
    [InlineData("loading")]
    [InlineData("started")]
    [InlineData("painting")]
    [InlineData("writing")]
    public async Task Convert_Killed_LeavesNothingUnderTheFinalNameAndCanBeRepeated(string stage)
    {
        string[] arguments = ["convert", SampleVideos.Lake, _folder["out.mp4"], "--max-size", "240", "--json"];
        using (var process = ToolProcess.Start(arguments))
        {
            await Reaches(stage, process);
            Kill(process.Id, 9).ShouldBe(0);
            await process.WaitForExitAsync();
        }

        File.Exists(_folder["out.mp4"]).ShouldBeFalse();
        var again = await ToolProcess.RunAsync(["convert", SampleVideos.Lake, _folder["out.mp4"], .. Quick]);
        again.ExitCode.ShouldBe(0, again.Error);
        _folder.Names.ShouldBe(["out.mp4"]);
    }

    [NativeFact]
    public async Task Convert_KilledWithResume_GoesOnBehindTheFinishedShotWithTheSameResult()
    {
        TestClip.WriteTwoShots(_folder["in.mp4"], first: 60, second: 200);
        string[] options = ["--resume", "--style", "starry_night", "--json"];
        (await ToolProcess.RunAsync(["convert", _folder["in.mp4"], _folder["whole.mp4"], .. options])).ExitCode.ShouldBe(0);
        using (var process = ToolProcess.Start(["convert", _folder["in.mp4"], _folder["out.mp4"], .. options]))
        {
            await ProcessState.UntilAsync(() => process.HasExited || File.Exists(_folder[".out.mp4.resume/0-60.packets"]));
            process.HasExited.ShouldBeFalse("the second shot is long");
            Kill(process.Id, 9).ShouldBe(0);
            await process.WaitForExitAsync();
        }

        File.Exists(_folder["out.mp4"]).ShouldBeFalse();
        var result = await ToolProcess.RunAsync(["convert", _folder["in.mp4"], _folder["out.mp4"], .. options]);

        result.ExitCode.ShouldBe(0, result.Error);
        (await File.ReadAllBytesAsync(_folder["out.mp4"])).ShouldBe(await File.ReadAllBytesAsync(_folder["whole.mp4"]));
        _folder.Names.ShouldBe(["in.mp4", "out.mp4", "whole.mp4"]);
    }

    [NativeTheory(NativeUnits.Media)]
    [InlineData("-", "out.mkv")]
    [InlineData("in.mp4", "out.png")]
    public async Task Convert_ResumeOfWhatCannotBe_ExitsWith2(string input, string output)
    {
        var result = await ToolProcess.RunAsync("convert", input, _folder[output], "--resume", "--style", "none");

        result.ExitCode.ShouldBe(2);
        _folder.Names.ShouldBeEmpty();
    }

    [NativeTheory(NativeUnits.Media)]
    [MemberData(nameof(BrokenMedia))]
    public async Task Convert_BrokenMedia_PlaysOrIsRefusedWithOneSentence(string file)
    {
        var output = Path.GetExtension(file) is ".png" ? "out.png" : "out.mkv";
        var result = await ToolProcess.RunAsync("convert", Fixtures.Path(file), _folder[output], "--style", "none", "--max-size", "64");

        if (result.ExitCode == 0)
        {
            TestClip.Read(_folder[output]).ShouldNotBeEmpty();
            _folder.Names.ShouldBe([output]);
            return;
        }

        result.ExitCode.ShouldBe(3, result.Error);
        result.Error.Split('\n').Count(line => line.StartsWith("videostyle: error:", StringComparison.Ordinal)).ShouldBe(1, result.Error);
        result.Error.ShouldContain(Path.GetFileName(file));
        _folder.Names.ShouldBeEmpty();
    }

    public static TheoryData<string> BrokenMedia
    {
        get
        {
            TheoryData<string> files = [.. Below(Fixtures.Path("broken"), Path.GetDirectoryName(Fixtures.Path("broken"))!)];
            if (SharedData.Root is not null)
                foreach (var file in Below(SharedData.Path("broken-media"), SharedData.Root))
                    files.Add(file);
            return files;
        }
    }

    public void Dispose() => _folder.Dispose();

    private static string Tool => ToolProcess.Tool;

    private static IEnumerable<string> Below(string folder, string root) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(root, f)).Order(StringComparer.Ordinal);

    private async Task Reaches(string stage, Process process)
    {
        var partial = _folder[".out.mp4.partial"];
        if (stage is "loading")
            await ProcessState.UntilAsync(() => ProcessState.HasLoaded(process, "libcoreclr"));
        else
            (await process.StandardOutput.ReadLineAsync()).ShouldNotBeNull().ShouldContain("started");
        if (stage is "painting")
            (await process.StandardOutput.ReadLineAsync()).ShouldNotBeNull().ShouldContain("progress");
        if (stage is not "writing")
            return;
        await ProcessState.UntilAsync(() => process.HasExited || (File.Exists(partial) && new FileInfo(partial).Length > 0));
        process.HasExited.ShouldBeFalse($"{partial} never grew");
    }

    private static async Task<ToolResult> RunAsync(params string[] command)
    {
        ProcessStartInfo start = new(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        using var process = Process.Start(start)!;
        return await ToolProcess.EndAsync(process);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string name);
}
