using Shouldly;
using VideoStyle.Cli.Help;
using Xunit;

namespace VideoStyle.Cli.Tests;

public sealed class HelpTests
{
    public static TheoryData<string> Commands => [.. CommandLine.Create().Subcommands.Where(c => !c.Hidden).Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Examples_EveryCommand_HasThreeThatParse(string command)
    {
        var examples = Examples.Of(command);

        examples.Count.ShouldBeGreaterThanOrEqualTo(3);
        var root = CommandLine.Create();
        foreach (var (line, _) in examples)
            root.Parse(Arguments(line)).Errors.ShouldBeEmpty(line);
    }

    [Fact]
    public void ManPage_IsWhatTheGrammarSays() =>
        ManPage.Write(CommandLine.Create())
            .ShouldBe(File.ReadAllText(Path.Combine(SampleVideos.Repository, "src", "VideoStyle.Cli", "videostyle.1")), "Type: artifacts/videostyle man > src/VideoStyle.Cli/videostyle.1");

    [Fact]
    public void ManPage_NamesEveryOptionOfEveryCommand()
    {
        var page = ManPage.Write(CommandLine.Create()).Replace("\\-", "-", StringComparison.Ordinal);
        foreach (var command in CommandLine.Create().Subcommands.Where(c => !c.Hidden))
            foreach (var option in command.Options.Where(o => !o.Hidden && o.Name is not "--help"))
                page.ShouldContain(option.Name, Case.Sensitive, $"{command.Name} {option.Name}");
    }

    [Fact]
    public async Task Help_Convert_EndsWithItsExamples()
    {
        var result = await ToolProcess.RunAsync("convert", "--help");

        result.ExitCode.ShouldBe(0);
        result.Error.ShouldBeEmpty();
        foreach (var (line, what) in Examples.Of("convert"))
            result.Output.ShouldContain($"  {line}\n      {what}\n");
    }

    // What a shell hands over: the part that starts the tool, up to a pipe, a redirection or an "or".
    private static string[] Arguments(string line)
    {
        var words = line.Split(' ').SkipWhile(word => word is not "videostyle").Skip(1);
        return [.. words.TakeWhile(word => word is not ("|" or ">" or "||"))];
    }
}
