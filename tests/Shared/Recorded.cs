using System.Diagnostics;
using Shouldly;

namespace VideoStyle.Tests;

/// <summary>Results that a reference in Python gave once, stored in <c>tests/fixtures/reference</c>.</summary>
/// <remarks>
/// With <c>VIDEOSTYLE_RECORD=1</c> the reference runs again and its result is stored, which needs Debian's <c>python3-torch</c>,
/// <c>python3-numpy</c> and <c>python3-pil</c>.
/// </remarks>
internal static class Recorded
{
    private const string Python = "/usr/bin/python3";

    /// <summary>Gets what a script of <c>tests/reference</c> printed.</summary>
    /// <param name="name">The file in <c>tests/fixtures/reference</c>.</param>
    /// <param name="script">The script.</param>
    /// <param name="arguments">Its arguments.</param>
    public static string Text(string name, string script, params string[] arguments)
    {
        var file = At(name);
        if (IsRecording)
            File.WriteAllText(file, Run(script, arguments));
        return File.ReadAllText(file);
    }

    /// <summary>Gets the numbers of a file that a script of <c>tests/reference</c> wrote, 16-bit floats.</summary>
    /// <param name="name">The file in <c>tests/fixtures/reference</c>; its path is added to the arguments.</param>
    /// <param name="script">The script.</param>
    /// <param name="arguments">Its other arguments.</param>
    public static float[] Halves(string name, string script, params string[] arguments)
    {
        var file = At(name);
        if (IsRecording)
            Run(script, [.. arguments, file]);
        var bytes = File.ReadAllBytes(file);
        return [.. Enumerable.Range(0, bytes.Length / 2).Select(i => (float)BitConverter.ToHalf(bytes, 2 * i))];
    }

    private static bool IsRecording => string.Equals(Environment.GetEnvironmentVariable("VIDEOSTYLE_RECORD"), "1", StringComparison.Ordinal);

    private static string At(string name) => Path.Combine(Fixtures.Repository, "tests", "fixtures", "reference", name);

    private static string Run(string script, IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(Python, [Path.Combine(Fixtures.Repository, "tests", "reference", script), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, error.GetAwaiter().GetResult());
        return output;
    }
}
