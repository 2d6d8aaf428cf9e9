using System.CommandLine;
using System.CommandLine.Help;
using System.Globalization;
using System.Text;
using VideoStyle.Cli.Binding;

namespace VideoStyle.Cli.Help;

/// <summary>Writes the help of a command: by topic, wrapped between words, with examples that can be copied.</summary>
internal sealed class HelpPage
{
    private const int MinWidth = 40;
    private const int MaxWidth = 120;
    private const int NarrowWidth = 72; // below it, what an option does stands under its name
    private const int NameWidth = 28;
    private const string Run = "This run";

    private static readonly HashSet<string> OfTheRun = new(StringComparer.Ordinal)
    {
        "--preview", "--dry-run", "--skip-existing", "--force", "--resume", "--benchmark", "--json", "--quiet", "--verbose", "--config", "--help", "--version",
    };

    // In the order of the page; what is not named here comes behind them under its own name.
    private static readonly (string Record, string Title)[] Topics =
    [
        ("", "Options"), ("Style", "Style"), ("Coherence", "Steadiness"), ("Video", "Input"), ("Output", "Output"), ("Encode", "Encoding"), ("Compute", "Computing"),
        ("Settings", "Measurement"), ("Flow", "Reference flow"), ("Networks", "Distances by networks"), ("Report", "Reports"), ("WeightChanges", "Weights of the losses"),
        ("Retry", "Retries"), (Run, Run),
    ];

    private static readonly (string Title, string[] Commands)[] CommandTopics =
    [
        ("Paint", ["convert", "live", "paint", "watch", "jobs", "styles"]),
        ("Judge", ["measure", "bench"]),
        ("Teach", ["train", "weights"]),
        ("Set up", ["doctor", "config", "completion", "help"]),
    ];

    private readonly StringBuilder _text = new();
    private readonly int _width;

    private HelpPage(int width) => _width = Math.Clamp(width, MinWidth, MaxWidth);

    /// <summary>Gets the columns of standard output: those of the terminal, else those of <c>COLUMNS</c>, else 80.</summary>
    public static int Columns
    {
        get
        {
            var columns = Console.IsOutputRedirected ? 0 : Console.WindowWidth;
            return columns > 0 ? columns : int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), NumberStyles.None, CultureInfo.InvariantCulture, out var stated) ? stated : 80;
        }
    }

    /// <summary>Writes a page.</summary>
    /// <param name="command">The command.</param>
    /// <param name="path">How it is called: <c>videostyle jobs list</c>.</param>
    /// <param name="width">The columns; 40 at the least and 120 at the most are used.</param>
    public static string Of(Command command, string path, int width)
    {
        HelpPage page = new(width);
        page.WriteAll(command, path);
        return page._text.ToString();
    }

    private void WriteAll(Command command, string path)
    {
        Wrap(command.Description ?? "", 0);
        _text.Append('\n');
        var options = command.Options.Where(option => !option.Hidden).ToList();
        var arguments = string.Concat(command.Arguments.Select(argument => " " + Placeholder(argument)));
        Wrap($"Usage: {path}{(command.Subcommands.Any(c => !c.Hidden) ? " COMMAND" : "")}{arguments}{(options.Count > 0 ? " [options]" : "")}", 0, 7);
        if (command.Arguments.Count > 0)
            _text.Append('\n');
        foreach (var argument in command.Arguments)
            Entry(Placeholder(argument), argument.Description, argument.HasDefaultValue ? Default(argument.GetDefaultValue()) : null);
        WriteCommands(command);
        var titles = options.GroupBy(TopicOf, StringComparer.Ordinal)
            .Select(group => (Place: Array.FindIndex(Topics, topic => string.Equals(topic.Record, group.Key, StringComparison.Ordinal)) is >= 0 and var known ? known : Topics.Length - 1, group))
            .OrderBy(topic => (topic.Place, topic.group.Key is Run));
        foreach (var (_, group) in titles)
        {
            Title(Array.Find(Topics, topic => string.Equals(topic.Record, group.Key, StringComparison.Ordinal)).Title ?? group.Key);
            foreach (var option in group)
                Entry(Names(option), option.Description, option.HasDefaultValue && option.ValueType != typeof(bool) ? Default(option.GetDefaultValue()) : null);
        }

        WriteExamples(command);
    }

    private void WriteCommands(Command command)
    {
        var visible = command.Subcommands.Where(c => !c.Hidden).ToList();
        if (command is not RootCommand)
        {
            if (visible.Count > 0)
                Title("Commands");
            visible.ForEach(c => Entry(c.Name, c.Description, fallback: null));
            return;
        }

        var named = CommandTopics.SelectMany(topic => topic.Commands).ToHashSet(StringComparer.Ordinal);
        foreach (var (title, names) in CommandTopics.Append(("Others", [.. visible.Select(c => c.Name).Where(name => !named.Contains(name))])))
        {
            var commands = names.Select(name => visible.Find(c => string.Equals(c.Name, name, StringComparison.Ordinal))).OfType<Command>().ToList();
            if (commands.Count > 0)
                Title(title);
            commands.ForEach(c => Entry(c.Name, c.Description, fallback: null));
        }
    }

    private void WriteExamples(Command command)
    {
        var examples = Examples.Of(command is RootCommand ? "videostyle" : command.Name);
        if (examples.Count == 0)
            return;
        Title("Examples");
        foreach (var (line, what) in examples)
        {
            // Broken as a shell reads it back, so that it can still be copied.
            Wrap(line, 2, 6, " \\");
            Wrap(what, 6);
        }
    }

    private static string TopicOf(Option option) => OfTheRun.Contains(option.Name) ? Run : option is ITopical topical ? topical.Topic : "";

    private void Title(string title) => _text.Append('\n').Append(title).Append(":\n");

    private void Entry(string name, string? description, string? fallback)
    {
        var text = fallback is null ? description ?? "" : $"{description} [default: {fallback}]";
        if (_width < NarrowWidth)
        {
            Wrap(name, 2, 6);
            Wrap(text, 6);
            return;
        }

        if (name.Length + 4 > NameWidth)
            _text.Append("  ").Append(name).Append('\n');
        else
            _text.Append(("  " + name).PadRight(NameWidth));
        Wrap(text, NameWidth, begun: name.Length + 4 <= NameWidth ? NameWidth : 0);
    }

    private void Wrap(string text, int indent, int? hanging = null, string continuation = "", int begun = 0)
    {
        var at = begun;
        var next = indent;
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var isFirst = at <= next;
            if (!isFirst && at + 1 + word.Length + continuation.Length > _width)
            {
                _text.Append(continuation).Append('\n');
                (at, next, isFirst) = (0, hanging ?? indent, true);
            }

            if (at < next)
                _text.Append(' ', next - at);
            else if (!isFirst)
                _text.Append(' ');
            at = Math.Max(at, next) + (isFirst ? 0 : 1) + word.Length;
            _text.Append(word);
        }

        _text.Append('\n');
    }

    private static string Names(Option option)
    {
        var names = string.Join(", ", option.Aliases.Append(option.Name).Where(name => name is not ("-?" or "/?" or "/h")).OrderBy(name => name.Length));
        return option.ValueType == typeof(bool) || option is HelpOption or VersionOption ? names : $"{names} {option.HelpName ?? "VALUE"}";
    }

    internal static string Placeholder(Argument argument)
    {
        var name = argument.HelpName ?? argument.Name.ToUpperInvariant();
        return argument.Arity.MinimumNumberOfValues == 0 ? $"[{name}]" : name;
    }

    internal static string? Default(object? value) =>
        value switch
        {
            null or "" => null,
            Enum choice => choice.ToString().ToLowerInvariant(),
            string[] texts => texts.Length == 0 ? null : string.Join(' ', texts),
            IFormattable number => number.ToString(format: null, CultureInfo.InvariantCulture),
            _ => value.ToString(),
        };
}
