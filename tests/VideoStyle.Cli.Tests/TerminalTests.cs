using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Shouldly;
using VideoStyle.Native;
using Xunit;

namespace VideoStyle.Cli.Tests;

public sealed partial class TerminalTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [TerminalTheory]
    [InlineData(null, true)]
    [InlineData("1", false)]
    public async Task Convert_OnATerminal_IsColouredUnlessNoColorIsSet(string? noColor, bool colored)
    {
        // `script` gives the tool a terminal of its own.
        var tool = ToolProcess.Tool;
        ProcessStartInfo start = new("script", ["-qfec", $"{tool} convert {SampleVideos.Lake} {_folder["out.mp4"]} --style none --to 0.5 --max-size 64", "/dev/null"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["TERM"] = "xterm-256color";
        start.Environment.Remove("NO_COLOR");
        if (noColor is not null)
            start.Environment["NO_COLOR"] = noColor;
        using var process = Process.Start(start)!;

        var result = await ToolProcess.EndAsync(process);

        result.ExitCode.ShouldBe(0, result.Output);
        Color().IsMatch(result.Output).ShouldBe(colored, result.Output);
    }

    [NativeFact(NativeUnits.Media)]
    public async Task Convert_InterruptedTwice_StopsAtOnce()
    {
        // Nobody writes to its standard input, so it hangs there and cannot stop by itself.
        using var process = ToolProcess.Start("convert", "-", _folder["out.mp4"], "--style", "none");
        // It listens to signals before it opens anything.
        await ProcessState.UntilAsync(() => ProcessState.HasLoaded(process, "libvideostyle_native"));
        Kill(process.Id, 2).ShouldBe(0);
        (await process.StandardError.ReadLineAsync()).ShouldNotBeNull().ShouldContain("again to stop at once");
        process.HasExited.ShouldBeFalse("the first signal only asks");

        Kill(process.Id, 2).ShouldBe(0);

        (await ToolProcess.EndAsync(process)).ExitCode.ShouldBe(130);
    }

    public void Dispose() => _folder.Dispose();

    [GeneratedRegex(@"\x1b\[[0-9;]*[34]8?[0-9;]*m", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Color();

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}

/// <summary>A test that needs a terminal, which util-linux's <c>script</c> makes; skipped where it is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TerminalTheoryAttribute : TheoryAttribute
{
    public TerminalTheoryAttribute() =>
        Skip = new NativeFactAttribute(NativeUnits.Media).Skip ?? (File.Exists("/usr/bin/script") ? null : RequiredParts.Missing("script is absent; install bsdutils."));
}
