using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Styles;
using Xunit;

namespace VideoStyle.Tests.Styles;

public sealed class StyleSpecTests
{
    [Theory]
    [InlineData("wave")]
    [InlineData("pictures/wave.v2.jpg")]
    [InlineData("C:wave")]
    public void Parse_OneStyle_IsThatStyle(string text)
    {
        var spec = StyleSpec.Parse(text);

        spec.Names.ShouldBe([text]);
        spec.IsSingle.ShouldBeTrue();
        spec.Weighted.ShouldBeFalse();
        spec.Keys.ShouldHaveSingleItem().Weights.ShouldBe([1.0]);
    }

    [Fact]
    public void Parse_Shares_AreKeptInOrder()
    {
        var spec = StyleSpec.Parse("a.jpg:0.7, b.jpg:0.3");

        spec.Names.ShouldBe(["a.jpg", "b.jpg"]);
        spec.Keys.ShouldHaveSingleItem().Weights.ShouldBe([0.7, 0.3]);
        spec.Label.ShouldBe("a+b");
        spec.Weighted.ShouldBeTrue();
    }

    [Theory]
    [InlineData("wave:1 -> night:1 @ 5s")]
    [InlineData("wave:1 → night:1 @ 5s")]
    [InlineData("wave→night@5")]
    [InlineData("wave -> night @ 0:05")]
    public void Parse_Times_AreReachedThen(string text)
    {
        var spec = StyleSpec.Parse(text);

        spec.Names.ShouldBe(["wave", "night"]);
        spec.Keys.Select(k => k.Time.TotalSeconds).ShouldBe([0.0, 5.0]);
        spec.Keys.Select(k => string.Join(' ', k.Weights)).ShouldBe(["1 0", "0 1"]);
    }

    [Fact]
    public void Parse_ALateBegin_HoldsTheFirstStyleUntilThen() =>
        StyleSpec.Parse("wave @ 2s -> wave:1,night:3 @ 4s -> night @ 6s").Keys.Select(k => (k.Time.TotalSeconds, string.Join(' ', k.Weights)))
            .ShouldBe([(2, "1 0"), (4, "1 3"), (6, "0 1")]);

    [Fact]
    public void Parse_AFileOfThatVeryName_IsThatFile()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("videostyle-spec").FullName, "a,b -> c:2.jpg");
        File.WriteAllText(path, "");

        StyleSpec.Parse(path).Names.ShouldBe([path]);
    }

    [Theory]
    [InlineData("wave -> night", "does not say when it is reached")]
    [InlineData("wave @ 5s -> night @ 5s", "does not come later")]
    [InlineData("wave:0", "no style with a weight above 0")]
    [InlineData("wave:-1", "a weight is 0 or more")]
    [InlineData("", "no style")]
    [InlineData(",", "no style")]
    [InlineData("->@5", "no style")]
    [InlineData("a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q", "16 can be mixed")]
    public void Parse_WhatMakesNoSense_IsAUsageErrorThatSaysWhy(string text, string why)
    {
        var error = Should.Throw<VideoStyleException>(() => StyleSpec.Parse(text));

        error.Kind.ShouldBe(ErrorKind.Usage);
        error.Message.ShouldContain(why);
        error.Hint.ShouldNotBeNullOrEmpty();
    }
}
