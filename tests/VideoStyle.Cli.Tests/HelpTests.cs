using System.CommandLine;
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
            Words(result.Output.Replace("\\\n", "", StringComparison.Ordinal)).ShouldContain(Words($"{line} {what}"));

        static string Words(string text) => string.Join(' ', text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
    }

    public static TheoryData<string, int> Pages
    {
        get
        {
            TheoryData<string, int> pages = [];
            foreach (var path in Paths(CommandLine.Create(), "videostyle"))
                foreach (var width in new[] { 60, 80, 120 })
                    pages.Add(path, width);
            return pages;
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Help_AtAnyWidth_BreaksBetweenWordsOnly(string path, int width)
    {
        Command command = CommandLine.Create();
        foreach (var name in path.Split(' ').Skip(1))
            command = command.Subcommands.Single(c => c.Name == name);
        var words = (command.Description + " " + string.Join(' ', command.Options.Where(o => !o.Hidden).Select(o => o.Description))).Split(' ').ToHashSet(StringComparer.Ordinal);

        var page = HelpPage.Of(command, path, width);

        foreach (var line in page.Split('\n'))
            (line.Length <= width || line.TrimStart().Split(' ').Length == 1).ShouldBeTrue($"{line.Length} columns: {line}");
        var shown = page.Split([' ', '\n']).ToHashSet(StringComparer.Ordinal);
        words.Where(word => word.Length > 0 && !shown.Contains(word)).ShouldBeEmpty();
    }

    [Fact]
    public void Help_Convert_IsGroupedByTopicWithTheStyleFirst()
    {
        var page = HelpPage.Of(CommandLine.Create().Subcommands.Single(c => c.Name is "convert"), "videostyle convert", 80);

        string[] titles = ["Style", "Steadiness", "Input", "Output", "Encoding", "Computing", "This run", "Examples"];
        page.Split('\n').Where(line => line.EndsWith(':') && !line.StartsWith(' ')).Select(line => line.TrimEnd(':')).ShouldBe(titles);
        page.IndexOf("--style STYLE", StringComparison.Ordinal).ShouldBeLessThan(page.IndexOf("--blend", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("convert")]
    [InlineData("jobs list")]
    public async Task Help_AsACommand_IsWhatTheOptionShows(string command)
    {
        var result = await ToolProcess.RunAsync(["help", .. command.Split(' ')]);

        result.ExitCode.ShouldBe(0, result.Error);
        result.Output.ShouldBe((await ToolProcess.RunAsync([.. command.Split(' '), "--help"])).Output);
    }

    [Fact]
    public async Task Help_OfACommandThatIsNot_ExitsWith2AndNamesTheNearest()
    {
        var result = await ToolProcess.RunAsync("help", "covnert");

        result.ExitCode.ShouldBe(2);
        result.LastErrorLine.ShouldContain("convert");
    }

    private static IEnumerable<string> Paths(Command command, string path) =>
        command.Subcommands.Where(c => !c.Hidden).SelectMany(c => Paths(c, $"{path} {c.Name}")).Prepend(path);

    // What a shell hands over: the part that starts the tool, up to a pipe, a redirection or an "or".
    private static string[] Arguments(string line)
    {
        var words = line.Split(' ').SkipWhile(word => word is not "videostyle").Skip(1);
        return [.. words.TakeWhile(word => word is not ("|" or ">" or "||"))];
    }
}
