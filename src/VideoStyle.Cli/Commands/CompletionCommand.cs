using System.CommandLine;

namespace VideoStyle.Cli.Commands;

/// <summary><c>videostyle completion bash|zsh|fish</c>: a script that asks the tool itself what may follow.</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        # bash completion for videostyle; it asks `videostyle '[suggest:POSITION]' LINE`.
        _videostyle() {
            local IFS=$'\n' word=${COMP_WORDS[COMP_CWORD]}
            COMPREPLY=($(compgen -W "$(videostyle "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)" -- "$word"))
        }
        complete -o default -F _videostyle videostyle
        """;

    private const string Zsh = """
        #compdef videostyle
        # zsh completion for videostyle; it asks `videostyle '[suggest:POSITION]' LINE`.
        _videostyle() {
            local -a found=("${(@f)$(videostyle "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
            compadd -- $found || _files
        }
        compdef _videostyle videostyle
        """;

    private const string Fish = """
        # fish completion for videostyle; it asks `videostyle '[suggest:POSITION]' LINE`.
        complete -c videostyle -a '(set -l line (commandline -cp); videostyle "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null)'
        """;

    private static readonly Argument<string> Shell = new("shell") { Description = "bash, zsh or fish." };

    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        Shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        Command command = new("completion", "Prints a completion script for a shell.") { Shell };
        command.SetAction(parse =>
        {
            Console.Out.WriteLine(parse.GetRequiredValue(Shell) switch { "bash" => Bash, "zsh" => Zsh, _ => Fish });
            return ExitCode.Success;
        });
        return command;
    }
}
