using System.ComponentModel.DataAnnotations;
using Shouldly;
using VideoStyle.Core;
using VideoStyle.Core.Media;
using VideoStyle.Core.Options;
using Xunit;

namespace VideoStyle.Tests.Options;

public sealed class OptionCatalogTests
{
    public enum Speed
    {
        Slow,
        VeryFast,
    }

    public sealed record Inner
    {
        [Option("max-size", "The longer side.", ValueName = "PIXELS")]
        [Range(16, 100)]
        public int? MaxSize { get; init; }

        [Option("no-audio", "No sound.")]
        public bool KeepAudio { get; init; } = true;
    }

    public sealed record Outer
    {
        [Option("speed", "How fast.", Aliases = ["s", "pace"])]
        public Speed Speed { get; init; } = Speed.VeryFast;

        public Inner Inner { get; init; } = new();

        [Option("names", "Some names.")]
        public IReadOnlyList<string> Names { get; init; } = [];

        [Option("lags", "Some numbers.")]
        public IReadOnlyList<int> Lags { get; init; } = [1, 5];

        [Option("time", "How long.")]
        public TimeSpan Time { get; init; } = TimeSpan.FromMinutes(20);

        [Option("fps", "The rate.")]
        public Rational? Rate { get; init; }

        public string Other { get; init; } = "no option";
    }

    private static readonly Outer Changed = new()
    {
        Speed = Speed.Slow,
        Inner = new Inner { MaxSize = 64, KeepAudio = false },
        Names = ["a", "b"],
        Lags = [2],
        Time = TimeSpan.FromSeconds(1.5),
        Rate = new Rational(30000, 1001),
    };

    [Fact]
    public void Options_OfNestedRecords_ComeInTheOrderOfTheirDeclaration() =>
        OptionCatalog<Outer>.Options.Select(o => o.Name).ShouldBe(["speed", "max-size", "no-audio", "names", "lags", "time", "fps"]);

    [Fact]
    public void Set_EveryOption_GivesTheRecord()
    {
        var options = Set(("speed", ["slow"]), ("max-size", ["64"]), ("no-audio", ["true"]), ("names", ["a", "b"]), ("lags", ["2"]), ("time", ["1.5"]), ("fps", ["29.97"]));

        (options with { Names = [], Lags = [] }).ShouldBe(Changed with { Names = [], Lags = [] });
        options.Names.ShouldBe(Changed.Names);
        options.Lags.ShouldBe(Changed.Lags);
    }

    [Fact]
    public void Set_OneOption_LeavesTheOthersAndTheOriginal()
    {
        Outer original = new();

        var options = OptionCatalog<Outer>.Set(original, [KeyValuePair.Create<string, IReadOnlyList<string>>("max-size", ["64"])]);

        options.ShouldBe(original with { Inner = new Inner { MaxSize = 64 } });
        original.Inner.MaxSize.ShouldBeNull();
    }

    [Fact]
    public void Differences_OfDefaults_AreNone() => OptionCatalog<Outer>.Differences(new Outer()).ShouldBeEmpty();

    [Fact]
    public void Differences_SetAgain_GiveTheRecord()
    {
        var texts = OptionCatalog<Outer>.Differences(Changed with { Names = ["a"] });

        texts.Count.ShouldBe(7);
        OptionCatalog<Outer>.Differences(Set([.. texts.Select(t => (t.Key, new[] { t.Value }))])).ShouldBe(texts);
    }

    [Theory]
    [InlineData("speed", "fast", "takes slow, very-fast, not 'fast'")]
    [InlineData("max-size", "7", "takes 16 to 100, not '7'")]
    [InlineData("max-size", "many", "takes a whole number, not 'many'")]
    [InlineData("time", "soon", "takes seconds (12.5), [hh:]mm:ss, or units: 500ms, 90s, 1h30m, not 'soon'")]
    [InlineData("fps", "0", "takes a frame rate: 25, 29.97, 24fps or 30000/1001, at most 1000, not '0'")]
    [InlineData("no-audio", "perhaps", "takes true or false")]
    [InlineData("names", "", "takes a text that is not empty, not ''")]
    public void Check_WrongValue_SaysWhatIsTaken(string name, string text, string message) =>
        OptionCatalog<Outer>.Find(name).ShouldNotBeNull().Check([text]).ShouldBe(message);

    [Theory]
    [InlineData("max-size")]
    [InlineData("maxSize")]
    public void Find_KebabOrCamelCase_FindsTheOption(string name) => OptionCatalog<Outer>.Find(name).ShouldNotBeNull().Property.ShouldBe("Inner.MaxSize");

    [Fact]
    public void Find_EarlierName_FindsTheOption() => OptionCatalog<Outer>.Find("pace").ShouldBeSameAs(OptionCatalog<Outer>.Find("speed"));

    [Theory]
    [InlineData("12.5", 12.5)]
    [InlineData("1:02", 62)]
    [InlineData("1:02:03.5", 3723.5)]
    [InlineData("90s", 90)]
    [InlineData("1h30m", 5400)]
    [InlineData("1.5m", 90)]
    [InlineData("500ms", 0.5)]
    [InlineData("1s500ms", 1.5)]
    [InlineData("2 min", 120)]
    [InlineData("1 h 30 min", 5400)]
    [InlineData("1d", 86400)]
    public void Timestamp_AsPeopleWriteIt_IsRead(string text, double seconds)
    {
        Timestamp.TryParse(text, out var time).ShouldBeTrue();
        time.TotalSeconds.ShouldBe(seconds, 1e-6);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1:60")]
    [InlineData("-3")]
    [InlineData("1:2:3:4")]
    [InlineData("30m1h")]
    [InlineData("1e9")]
    [InlineData("ms")]
    [InlineData("5sm")]
    [InlineData("99999999")]
    public void Timestamp_SomethingElse_IsRefused(string text) => Timestamp.TryParse(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData("25", 25, 1)]
    [InlineData("24fps", 24, 1)]
    [InlineData("29.97 fps", 30000, 1001)]
    [InlineData("30000/1001", 30000, 1001)]
    public void Rational_RateAsPeopleWriteIt_IsRead(string text, int numerator, int denominator) =>
        Rational.Parse(text, provider: null).Value.ShouldBe((double)numerator / denominator, 1e-12);

    public sealed record Encoding
    {
        [Option("bitrate", "Bits a second.")]
        public long? BitRate { get; init; }
    }

    [Theory]
    [InlineData("4000000", 4_000_000)]
    [InlineData("4M", 4_000_000)]
    [InlineData("2500k", 2_500_000)]
    [InlineData("2.5Mbit/s", 2_500_000)]
    [InlineData("800 kbps", 800_000)]
    public void BitRate_AsPeopleWriteIt_IsRead(string text, long bits) =>
        OptionCatalog<Encoding>.Set(new Encoding(), [KeyValuePair.Create<string, IReadOnlyList<string>>("bitrate", [text])]).BitRate.ShouldBe(bits);

    [Theory]
    [InlineData("4X")]
    [InlineData("M")]
    [InlineData("1e30")]
    public void BitRate_SomethingElse_IsRefused(string text) => OptionCatalog<Encoding>.Find("bitrate").ShouldNotBeNull().Check([text]).ShouldNotBeNull();

    [Theory]
    [InlineData(0, "0 frames")]
    [InlineData(1, "1 frame")]
    [InlineData(2, "2 frames")]
    public void Counted_ANumberOfFrames_HasTheRightNoun(long count, string text) => Counted.Of(count, "frame").ShouldBe(text);

    private static Outer Set(params (string Name, string[] Texts)[] texts) =>
        OptionCatalog<Outer>.Set(new Outer(), texts.Select(t => KeyValuePair.Create<string, IReadOnlyList<string>>(t.Name, t.Texts)));
}
