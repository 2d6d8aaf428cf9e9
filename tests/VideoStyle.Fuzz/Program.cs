using System.Diagnostics;
using System.Globalization;
using VideoStyle.Fuzz;

const string Usage = """
    usage: tools/fuzz [--count N | --minutes M] [--seed S] [--reader NAME] [--keep DIR]
           tools/fuzz --write READER FILE SEED INDEX      writes the file of one case here

    Damages good files (truncations, flipped bits, extreme numbers, repeated and missing pieces) and lets VideoStyle read them
    in a child process. Right is a result, or the exit code that the reader's damage has, with one sentence, nothing left
    behind, within 30 s and 1.5 GiB. N cases a reader, or M minutes for all of them in turn; the same seed gives the same cases. Kept cases come first. What is
    wrong is printed with its case and kept in DIR.
    """;

if (args is ["--worker"])
    return await Worker.RunAsync().ConfigureAwait(false);

if (args is ["--write", var writeReader, var writeFile, var writeSeed, var writeIndex]
    && Reader.All.FirstOrDefault(r => r.Name == writeReader)?.Present.FirstOrDefault(path => Path.GetFileName(path) == writeFile) is { } original)
{
    Case damaged = new(writeReader, writeFile, int.Parse(writeSeed, CultureInfo.InvariantCulture), int.Parse(writeIndex, CultureInfo.InvariantCulture));
    var name = $"{damaged.ToString().Replace(' ', '-')}{Path.GetExtension(original)}";
    File.WriteAllBytes(name, damaged.Damage(File.ReadAllBytes(original)));
    Console.Out.WriteLine(name);
    return 0;
}

var (count, minutes, seed, only, keep) = (40, (double?)null, 1, (string?)null, Path.Combine(Path.GetTempPath(), $"videostyle-fuzz-{Environment.ProcessId}"));
for (var i = 0; i < args.Length; i += 2)
{
    var value = i + 1 < args.Length ? args[i + 1] : "";
    switch (args[i])
    {
        case "--count" when int.TryParse(value, CultureInfo.InvariantCulture, out var n):
            count = n;
            break;
        case "--minutes" when double.TryParse(value, CultureInfo.InvariantCulture, out var m) && m > 0:
            (minutes, count) = (m, int.MaxValue);
            break;
        case "--seed" when int.TryParse(value, CultureInfo.InvariantCulture, out var s):
            seed = s;
            break;
        case "--reader" when Reader.All.Any(r => r.Name == value):
            only = value;
            break;
        case "--keep" when value.Length > 0:
            keep = value;
            break;
        default:
            Console.Error.WriteLine(Usage);
            return args[i] is "--help" ? 0 : 2;
    }
}

using Run run = new(keep);
List<(Reader Reader, Dictionary<string, string> Files)> readers = [];
foreach (var reader in Reader.All.Where(r => only is null || r.Name == only))
{
    var files = reader.Present.ToDictionary(path => Path.GetFileName(path), StringComparer.Ordinal);
    if (files.Count == 0)
    {
        Console.Out.WriteLine($"{reader.Name,-12} skipped: its good files are absent");
        continue;
    }

    readers.Add((reader, files));
    foreach (var line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "kept.txt")))
        if (line.Split(' ') is [var name, var file, var s, var index] && name == reader.Name && files.TryGetValue(file, out var good))
            await run.CheckAsync(new Case(name, file, int.Parse(s, CultureInfo.InvariantCulture), int.Parse(index, CultureInfo.InvariantCulture)), reader, good).ConfigureAwait(false);
}

var clock = Stopwatch.StartNew();
for (var i = 0; i < count && readers.Count > 0 && !(clock.Elapsed.TotalMinutes > minutes); i++)
    foreach (var (reader, files) in readers)
    {
        var (file, good) = files.ElementAt(i % files.Count);
        await run.CheckAsync(new Case(reader.Name, file, seed, i), reader, good).ConfigureAwait(false);
    }

var right = run.Sum();
if (right && Directory.Exists(keep) && !Directory.EnumerateFileSystemEntries(keep).Any())
    Directory.Delete(keep);
return right ? 0 : 1;
