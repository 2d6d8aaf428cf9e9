using System.CommandLine;
using System.CommandLine.Help;
using System.Text;

namespace VideoStyle.Cli.Help;

/// <summary>The manual page, written from the grammar and the examples that the help shows.</summary>
internal static class ManPage
{
    private static readonly (string Name, string Text)[] Sections =
    [
        ("EXIT STATUS",
            """
            .TP
            0
            Done.
            .TP
            1
            A defect in VideoStyle.
            .TP
            2
            The command line or a configuration file is wrong.
            .TP
            3
            The input is missing, unreadable or has no video stream.
            .TP
            4
            The output cannot be written, does not fit on its disk, or exists and \fB\-\-force\fR was not given.
            .TP
            5
            The style model is missing, damaged or for another architecture.
            .TP
            6
            The native library, the GPU or its memory is not available.
            .TP
            7
            Some of several files failed.
            .TP
            8
            \fBmeasure\fR found more than \fB\-\-max\-warp\-error\fR.
            .TP
            130, 143
            Stopped by SIGINT or SIGTERM. A second signal stops at once and may leave a hidden \fI.partial\fR file, which the next run takes over.
            """),
        ("ENVIRONMENT",
            """
            .TP
            VIDEOSTYLE_OPTION
            Sets an option of every command that has it: VIDEOSTYLE_MAX_SIZE is \fB\-\-max\-size\fR. What is typed goes before it.
            .TP
            NO_COLOR
            Set to anything: no colours.
            """),
        ("FILES",
            """
            .TP
            $XDG_CONFIG_HOME/videostyle/config.json
            Options by command: { "convert": { "style": "the_scream", "crf": 18 } }. The command line, the environment and the file of \fB\-\-config\fR go before it. \fBvideostyle config show\fR tells what is set, and where.
            """),
    ];

    /// <summary>Writes the page in roff, as <c>man</c> reads it.</summary>
    /// <param name="root">The grammar.</param>
    public static string Write(RootCommand root)
    {
        StringBuilder page = new();
        page.Append(".\\\" Written by `videostyle man`; a test compares.\n.TH VIDEOSTYLE 1\n.SH NAME\nvideostyle \\- ")
            .Append(Escape(root.Description!.TrimEnd('.'))).Append("\n.SH SYNOPSIS\n.B videostyle\n.I COMMAND\n[\\fIOPTIONS\\fR]\n.SH EXAMPLES\n");
        WriteExamples(page, "videostyle");
        page.Append(".SH COMMANDS\n");
        foreach (var command in Visible(root.Subcommands))
            WriteCommand(page, command, command.Name);
        foreach (var (name, text) in Sections)
            page.Append(".SH ").Append(name).Append('\n').Append(text).Append('\n');
        return page.ToString();
    }

    private static void WriteCommand(StringBuilder page, Command command, string path)
    {
        page.Append(".SS \"videostyle ").Append(Escape(path));
        foreach (var argument in command.Arguments)
            page.Append(' ').Append(Escape(HelpPage.Placeholder(argument)));
        page.Append("\"\n").Append(Escape(command.Description ?? "")).Append('\n');
        foreach (var argument in command.Arguments)
            Item(page, $"\\fI{Escape(HelpPage.Placeholder(argument))}\\fR", argument.Description, argument.HasDefaultValue ? HelpPage.Default(argument.GetDefaultValue()) : null);
        foreach (var option in command.Options.Where(o => !o.Hidden && o is not HelpOption))
            Item(page, Names(option), option.Description, option.HasDefaultValue && option.ValueType != typeof(bool) ? HelpPage.Default(option.GetDefaultValue()) : null);
        if (Examples.Of(command.Name).Count > 0)
            page.Append(".PP\nExamples:\n");
        WriteExamples(page, command.Name);
        foreach (var below in Visible(command.Subcommands))
            WriteCommand(page, below, $"{path} {below.Name}");
    }

    private static void WriteExamples(StringBuilder page, string command)
    {
        foreach (var (line, what) in Examples.Of(command))
            page.Append(".PP\n.RS\n.B ").Append(Escape(line)).Append("\n.br\n").Append(Escape(what)).Append("\n.RE\n");
    }

    private static void Item(StringBuilder page, string name, string? description, string? fallback)
    {
        page.Append(".TP\n").Append(name).Append('\n').Append(Escape(description ?? ""));
        if (fallback is not null)
            page.Append(" [").Append(Escape(fallback)).Append(']');
        page.Append('\n');
    }

    private static string Names(Option option)
    {
        var names = string.Join(", ", option.Aliases.Prepend(option.Name).Order(StringComparer.Ordinal).Reverse().Select(name => $"\\fB{Escape(name)}\\fR"));
        return option.HelpName is { } value ? $"{names} \\fI{Escape(value)}\\fR" : names;
    }

    private static IEnumerable<Command> Visible(IEnumerable<Command> commands) => commands.Where(command => !command.Hidden);

    // A backslash and a hyphen mean something in roff, and a line must not begin with a point or a quote.
    private static string Escape(string text)
    {
        var escaped = text.Replace("\\", "\\e", StringComparison.Ordinal).Replace("-", "\\-", StringComparison.Ordinal).Replace("\"", "\\(dq", StringComparison.Ordinal);
        return escaped is ['.' or '\'', ..] ? "\\&" + escaped : escaped;
    }
}
