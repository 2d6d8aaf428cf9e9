using System.Diagnostics;
using Shouldly;

namespace VideoStyle.Tests;

/// <summary>Runs the references in Python, which needs Debian's <c>python3-numpy</c>.</summary>
public static class PythonNumpy
{
    private const string Python = "/usr/bin/python3";

    private static readonly Lazy<bool> Found = new(() => File.Exists(Python) && Start(["-c", "import numpy"]).Code == 0);

    public static bool IsPresent => Found.Value;

    /// <summary>Runs a script of the repository and returns what it printed.</summary>
    public static string Run(string script, params string[] arguments)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, script)))
            folder = folder.Parent;
        folder.ShouldNotBeNull($"{script} is not above the test's folder");
        var (code, output, error) = Start([Path.Combine(folder.FullName, script), .. arguments]);
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
