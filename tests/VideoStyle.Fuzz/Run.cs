using System.Globalization;

namespace VideoStyle.Fuzz;

/// <summary>Runs cases and keeps count.</summary>
/// <param name="folder">Where files lie while they are read, and stay where one found a defect.</param>
internal sealed class Run(string folder) : IDisposable
{
    private const long MostMiB = 1536;
    private const int Rare = 3;

    private readonly Child _child = new();
    private readonly SortedDictionary<(string Reader, int Exit), List<Case>> _counts = [];
    private readonly List<string> _findings = [];
    private (TimeSpan Time, Case? Case) _slowest;
    private long _peak;

    /// <summary>Runs one case.</summary>
    public async Task CheckAsync(Case damaged, Reader reader, string good)
    {
        var work = Directory.CreateDirectory(Path.Combine(folder, "work")).FullName;
        var file = Path.Combine(work, "in" + Path.GetExtension(good));
        await File.WriteAllBytesAsync(file, damaged.Damage(await File.ReadAllBytesAsync(good).ConfigureAwait(false))).ConfigureAwait(false);
        var outcome = await _child.RunAsync(reader.Name, file).ConfigureAwait(false);
        if (!_counts.TryGetValue((reader.Name, outcome.Exit), out var cases))
            _counts[(reader.Name, outcome.Exit)] = cases = [];
        cases.Add(damaged);
        if (outcome.Time > _slowest.Time)
            _slowest = (outcome.Time, damaged);
        _peak = Math.Max(_peak, outcome.PeakMiB);

        var left = Directory.GetFileSystemEntries(work).Select(Path.GetFileName).Where(name => name != Path.GetFileName(file)).ToList();
        if (Wrong(reader, outcome, left) is { } what)
        {
            var kept = Path.Combine(folder, $"{damaged.ToString().Replace(' ', '-')}{Path.GetExtension(good)}");
            File.Copy(file, kept, overwrite: true);
            _findings.Add($"{damaged}: {what}; kept as {kept}");
            Console.Error.WriteLine(_findings[^1]);
        }

        Directory.Delete(work, recursive: true);
    }

    /// <summary>Prints how often each exit code came.</summary>
    /// <returns>Whether nothing was wrong.</returns>
    public bool Sum()
    {
        foreach (var reader in _counts.GroupBy(count => count.Key.Reader, StringComparer.Ordinal))
            Console.Out.WriteLine($"{reader.Key,-12} {reader.Sum(c => c.Value.Count),6}: {string.Join(", ", reader.Select(c => $"{Name(c.Key.Exit)} {c.Value.Count}"))}");
        foreach (var (key, cases) in _counts)
            if (cases.Count <= Rare)
                Console.Out.WriteLine($"rare: {Name(key.Exit)} {string.Join(", ", cases)}");
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"slowest {_slowest.Time.TotalSeconds:0.0} s of processor time ({_slowest.Case}), most memory {_peak} MiB, findings {_findings.Count}"));
        return _findings.Count == 0;
    }

    public void Dispose() => _child.Dispose();

    private static string Name(int exit) => exit switch { Outcome.Died => "died", Outcome.Hung => "hung", _ => $"exit {exit}" };

    private static string? Wrong(Reader reader, Outcome outcome, List<string?> left)
    {
        if (!reader.Exits.Contains(outcome.Exit))
            return $"{Name(outcome.Exit)} {outcome.Error}";
        if (outcome.Exit != 0 && outcome.Error.Split("videostyle: error: ").Length != 2)
            return $"exit {outcome.Exit} without one sentence: {outcome.Error}";
        if (left.Any(name => outcome.Exit != 0 || !name!.StartsWith(Reader.Output, StringComparison.Ordinal)))
            return $"left {string.Join(", ", left)}";
        return outcome.PeakMiB > MostMiB ? $"took {outcome.PeakMiB} MiB" : null;
    }
}
