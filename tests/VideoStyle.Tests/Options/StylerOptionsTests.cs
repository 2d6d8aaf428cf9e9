using Shouldly;
using VideoStyle.Core.Errors;
using Xunit;

namespace VideoStyle.Tests.Options;

public sealed class StylerOptionsTests
{
    [Fact]
    public void Differences_OfEverySample_GiveTheSameOptionsAgain()
    {
        foreach (var (name, text) in OptionSamples.All)
        {
            var options = OptionCatalog<StylerOptions>.Set(new StylerOptions(), [KeyValuePair.Create<string, IReadOnlyList<string>>(name, [text])]);

            var differences = OptionCatalog<StylerOptions>.Differences(options);

            differences.Keys.ShouldBe([name]);
            OptionCatalog<StylerOptions>.Set(new StylerOptions(), differences.Select(d => KeyValuePair.Create<string, IReadOnlyList<string>>(d.Key, [d.Value]))).ShouldBe(options, name);
        }
    }

    [Fact]
    public void Samples_Cover_EveryOption() => OptionSamples.All.Keys.Order(StringComparer.Ordinal).ShouldBe(OptionCatalog<StylerOptions>.Options.Select(o => o.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void Validate_ToBeforeFrom_NamesBothProperties() =>
        Should.Throw<VideoStyleException>(() => new VideoStyler(new StylerOptions { Video = new() { From = TimeSpan.FromSeconds(2), To = TimeSpan.FromSeconds(1) } }))
            .Message.ShouldBe("VideoOptions.To (00:00:01) is not behind VideoOptions.From (00:00:02).");
}
