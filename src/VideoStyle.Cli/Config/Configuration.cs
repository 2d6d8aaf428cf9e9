using System.CommandLine;
using System.Text.Json;
using VideoStyle.Core.Errors;
using VideoStyle.Native.Files;

namespace VideoStyle.Cli.Config;

/// <summary>A value that was set outside the command line.</summary>
/// <param name="Option">The option's name, with its dashes.</param>
/// <param name="Value">What is put behind it; null for a flag.</param>
/// <param name="Origin">The file or variable it comes from.</param>
internal sealed record ConfiguredOption(string Option, string? Value, string Origin);

/// <summary>
/// Options from elsewhere: command line before environment before <c>--config FILE</c> before the user's file before
/// the default.
/// </summary>
/// <remarks>
/// A file is JSON, one object a command: <c>{ "convert": { "style": "the_scream", "crf": 18, "force": true } }</c>; the
/// variable of <c>--max-size</c> is <c>VIDEOSTYLE_MAX_SIZE</c>. Values go through the same parser and the same checks as
/// those that are typed.
/// </remarks>
internal static class Configuration
{
    private const long LargestFile = 1 << 20;

    /// <summary>Where the user's file lies: <c>$XDG_CONFIG_HOME/videostyle/config.json</c>.</summary>
    public static string UserFile =>
        Path.Combine(
            Environment.GetEnvironmentVariable("XDG_CONFIG_HOME") is { Length: > 0 } home
                ? home
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".config"),
            "videostyle",
            "config.json"
        );

    /// <summary>Finds what is set for a command, the strongest origin only.</summary>
    /// <param name="command">The command.</param>
    /// <param name="file">The file of <c>--config</c>, which must exist, or null.</param>
    /// <exception cref="VideoStyleException">A file cannot be read or names an option that the command does not have.</exception>
    public static IReadOnlyList<ConfiguredOption> For(Command command, string? file)
    {
        var found = FromEnvironment(command).ToList();
        if (file is not null)
            found.AddRange(FromFile(command, file));
        if (File.Exists(UserFile))
            found.AddRange(FromFile(command, UserFile));
        return [.. found.DistinctBy(option => option.Option, StringComparer.Ordinal)];
    }

    /// <summary>Writes what is set as it would be typed.</summary>
    public static IEnumerable<string> AsArguments(IEnumerable<ConfiguredOption> options) =>
        options.Select(option => option.Value is null ? option.Option : $"{option.Option}={option.Value}");

    private static IEnumerable<ConfiguredOption> FromEnvironment(Command command)
    {
        foreach (var option in command.Options)
        {
            var variable = "VIDEOSTYLE_" + option.Name.TrimStart('-').Replace('-', '_').ToUpperInvariant();
            if (Environment.GetEnvironmentVariable(variable) is not { Length: > 0 } value)
                continue;
            if (option.ValueType != typeof(bool))
                yield return new ConfiguredOption(option.Name, value, variable);
            else if (value is "1" || value.Equals("true", StringComparison.OrdinalIgnoreCase))
                yield return new ConfiguredOption(option.Name, Value: null, variable);
        }
    }

    private static IEnumerable<ConfiguredOption> FromFile(Command command, string path)
    {
        using var document = Read(path);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
            throw Wrong(path, "is not a JSON object");
        if (!document.RootElement.TryGetProperty(command.Name, out var section))
            yield break;
        if (section.ValueKind != JsonValueKind.Object)
            throw Wrong(path, $"\"{command.Name}\" is not an object");
        foreach (var property in section.EnumerateObject())
        {
            var name = "--" + property.Name;
            if (!command.Options.Any(option => string.Equals(option.Name, name, StringComparison.Ordinal)))
            {
                var near = TypoHint.Nearest(property.Name, command.Options.Select(option => option.Name.TrimStart('-')));
                throw Wrong(path, $"\"{command.Name}\" has no option \"{property.Name}\"", near is null ? null : $"Did you mean \"{near}\"?");
            }

            switch (property.Value.ValueKind)
            {
                case JsonValueKind.False or JsonValueKind.Null:
                    break;
                case JsonValueKind.True:
                    yield return new ConfiguredOption(name, Value: null, path);
                    break;
                case JsonValueKind.String:
                    yield return new ConfiguredOption(name, property.Value.GetString(), path);
                    break;
                case JsonValueKind.Number:
                    yield return new ConfiguredOption(name, property.Value.GetRawText(), path);
                    break;
                default:
                    throw Wrong(path, $"\"{property.Name}\" is neither text, number nor true or false");
            }
        }
    }

    private static JsonDocument Read(string path)
    {
        try
        {
            return JsonDocument.Parse(
                RegularFile.ReadAllBytes(path, LargestFile),
                new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = 8 }
            );
        }
        catch (JsonException e)
        {
            throw Wrong(path, $"is not JSON (line {(e.LineNumber ?? 0) + 1})");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Wrong(path, $"cannot be read ({e.Message.TrimEnd('.')})");
        }
    }

    private static VideoStyleException Wrong(string path, string what, string? hint = null) =>
        new(ErrorKind.Usage, $"{path}: {what}.", hint ?? "Mend it, or name another file with --config.");
}
