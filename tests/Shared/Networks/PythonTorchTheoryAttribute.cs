using System.Diagnostics;
using Shouldly;
using Xunit;

namespace VideoStyle.Tests;

/// <summary>A test that compares with PyTorch; skipped with the reason where Debian's <c>python3-torch</c> or the data is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PythonTorchTheoryAttribute : TheoryAttribute
{
    private const string Python = "/usr/bin/python3";

    private static readonly Lazy<bool> HasTorch = new(() => File.Exists(Python) && Start(["-c", "import torch, numpy"]).Code == 0);

    public PythonTorchTheoryAttribute()
    {
        if (SharedData.Root is null)
            Skip = "The test data is absent; set VIDEOSTYLE_TEST_DATA to its folder.";
        else if (!HasTorch.Value)
            Skip = "PyTorch is absent; install python3-torch and python3-numpy.";
    }

    /// <summary>Runs one of the scripts in <c>tests/reference</c>.</summary>
    public static string Run(string script, params string[] arguments)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "tests", "reference", script)))
            folder = folder.Parent;
        folder.ShouldNotBeNull($"tests/reference/{script} is not above the test's folder");
        var (code, output, error) = Start([System.IO.Path.Combine(folder.FullName, "tests", "reference", script), .. arguments]);
        code.ShouldBe(0, error);
        return output;
    }

    private static (int Code, string Output, string Error) Start(IEnumerable<string> arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(Python, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true }
        )!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.GetAwaiter().GetResult());
    }
}
