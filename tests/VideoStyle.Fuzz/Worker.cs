using System.Globalization;

namespace VideoStyle.Fuzz;

/// <summary>The child process: reads one damaged file after another and says how each went.</summary>
internal static class Worker
{
    /// <summary>Serves until standard input ends: a line <c>READER TAB FILE</c> in, <c>EXIT TAB MESSAGE</c> out.</summary>
    public static async Task<int> RunAsync()
    {
        var answers = Console.Out;
        while (await Console.In.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            var (name, file) = line.Split('\t') is [var n, var f] ? (n, f) : throw new InvalidOperationException(line);
            using StringWriter output = new(CultureInfo.InvariantCulture);
            using StringWriter error = new(CultureInfo.InvariantCulture);
            Console.SetOut(output);
            Console.SetError(error);
            var exit = await Reader.All.First(r => string.Equals(r.Name, name, StringComparison.Ordinal)).Run(file, Path.GetDirectoryName(file)!).ConfigureAwait(false);
            Console.SetOut(answers);
            await answers.WriteLineAsync($"{exit}\t{error.ToString().ReplaceLineEndings("\u240A")}").ConfigureAwait(false);
            await answers.FlushAsync().ConfigureAwait(false);
        }

        return 0;
    }
}
