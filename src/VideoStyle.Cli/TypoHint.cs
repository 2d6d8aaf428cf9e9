using System.CommandLine;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Cli;

/// <summary>Finds what was probably meant by a word that is not known.</summary>
internal static class TypoHint
{
    /// <summary>Suggests the nearest option or command for the first unknown word of a command line.</summary>
    /// <returns>A sentence, or null where nothing is near.</returns>
    public static string? For(ParseResult parse)
    {
        var command = parse.CommandResult.Command;
        var known = command.Options.Select(o => o.Name)
            .Concat(command.Options.SelectMany(o => o.Aliases))
            .Concat(command.Subcommands.Select(c => c.Name))
            .ToList();
        foreach (var word in parse.Tokens.Select(t => t.Value).Concat(parse.UnmatchedTokens))
        {
            if (known.Contains(word, StringComparer.Ordinal) || !(word.StartsWith('-') || command.Subcommands.Count > 0))
                continue;
            if (Nearest(word, known) is { } near)
                return $"Did you mean {near}?";
        }

        return null;
    }

    /// <summary>Finds the candidate with the fewest single-letter changes, if they are few.</summary>
    /// <param name="word">What was typed.</param>
    /// <param name="candidates">What is known.</param>
    public static string? Nearest(string word, IEnumerable<string> candidates) =>
        candidates
            .Select(c => (Name: c, Distance: Distance(word, c)))
            .Where(c => c.Distance <= Math.Max(1, word.Length / 3))
            .OrderBy(c => c.Distance)
            .Select(c => c.Name)
            .FirstOrDefault();

    // Levenshtein, 1966, with two rows.
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var change = diagonal + (char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(change, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[^1];
    }
}
