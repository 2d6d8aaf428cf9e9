using System.Text;
using System.Text.Json;
using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Watch.Scanning;
using Xunit;

namespace VideoStyle.Watch.Tests;

public sealed class PresetTests
{
    private const string File = "in/videostyle.json";

    [Fact]
    public void Read_EveryOptionOfConvert_SetsIt()
    {
        foreach (var option in OptionCatalog<StylerOptions>.Options.Where(o => !o.IsPerRun && o.Name is not "style"))
        {
            var sample = OptionSamples.All[option.Name];
            var camel = JsonNamingPolicy.CamelCase.ConvertName(string.Concat(option.Name.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..])));

            foreach (var name in (string[])[option.Name, camel])
            {
                var preset = Read($$"""{ "{{name}}": {{(option.IsFlag ? sample : JsonSerializer.Serialize(sample))}} }""");

                var set = OptionCatalog<StylerOptions>.Set(new StylerOptions(), preset.Options);
                OptionCatalog<StylerOptions>.Differences(set).Keys.ShouldBe([option.Name], name);
            }
        }
    }

    [Fact]
    public void Read_Number_IsAValueToo() => Read("""{ "crf": 20, "strength": 0.5 }""").Options["crf"].ShouldBe(["20"]);

    [Fact]
    public void Read_OneStyleOrSeveral_GivesAList()
    {
        Read("""{ "style": "udnie" }""").Styles.ShouldBe(["udnie"]);
        Read("""{ "styles": ["udnie", "great_wave"], /* both */ }""").Styles.ShouldBe(["udnie", "great_wave"]);
    }

    [Theory]
    [InlineData("""{ "stiles": ["udnie"] }""", "there is no option \"stiles\"")]
    [InlineData("""{ "force": true }""", "\"force\" belongs to one run of convert, and not to a folder")]
    [InlineData("""{ "crf": 99 }""", "\"crf\" takes 0 to 63, not '99'")]
    [InlineData("""{ "coherence": "strong" }""", "\"coherence\" takes off, fast, best, finest, not 'strong'")]
    [InlineData("""{ "style": "a", "styles": ["b"] }""", "sets both style and styles")]
    [InlineData("""{ "styles": [] }""", "names an empty style")]
    [InlineData("""{ "styles": ["a", "a"] }""", "names a style twice")]
    [InlineData("""{ "ignore": "yes" }""", "sets ignore to neither true nor false")]
    [InlineData("{\n \"crf\": }", "is not JSON (line 2)")]
    [InlineData("""[1]""", "is not a JSON object")]
    [InlineData("""{ "crf": null }""", "\"crf\" is neither text, number, true, false nor a list of texts")]
    public void Read_WrongPreset_SaysWhatIsWrong(string json, string problem)
    {
        var error = Should.Throw<VideoStyleException>(() => Read(json));

        error.Kind.ShouldBe(ErrorKind.Usage);
        error.Message.ShouldBe($"{File}: {problem}.");
    }

    private static Preset Read(string json) => Preset.Parse(File, Encoding.UTF8.GetBytes(json));
}
