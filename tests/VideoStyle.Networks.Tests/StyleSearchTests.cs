using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Networks.Models;
using Xunit;

namespace VideoStyle.Networks.Tests;

public sealed class StyleSearchTests
{
    [Theory]
    [InlineData("vangogh", "starry_night")]
    [InlineData("Van Gogh", "starry_night")]
    [InlineData("van-gogh", "starry_night")]
    [InlineData("Vincent van Gogh", "starry_night")]
    [InlineData("Starry Night", "starry_night")]
    [InlineData("starrynight", "starry_night")]
    [InlineData("munch", "the_scream")]
    [InlineData("scream", "the_scream")]
    [InlineData("hokusai", "great_wave")]
    [InlineData("leger", "contrast_of_forms")]
    [InlineData("Léger", "contrast_of_forms")]
    [InlineData("matisse", "woman_with_a_hat")]
    [InlineData("monet", "water_lilies")]
    public void Resolve_PainterOrPainting_FindsTheStyle(string words, string name) => StyleCatalog.BuiltIn.Resolve(words).Name.ShouldBe(name);

    [Theory]
    [InlineData("woodblock", "great_wave")]
    [InlineData("impressionist", "water_lilies")]
    [InlineData("night", "starry_night")]
    public void Resolve_WhatItLooksLike_FindsTheStyle(string tag, string name) => StyleCatalog.BuiltIn.Resolve(tag).Name.ShouldBe(name);

    [Fact]
    public void Metadata_OfEveryBuiltInStyle_HasADescriptionAndTags()
    {
        foreach (var style in StyleCatalog.BuiltIn.LoadAll())
        {
            style.Metadata["description"].ShouldEndWith(".", Case.Sensitive, style.Name);
            style.Metadata["tags"].Split(", ").Length.ShouldBeGreaterThanOrEqualTo(3, style.Name);
        }
    }

    [Theory]
    [InlineData("star", "starry_night")]
    [InlineData("kandin", "composition_vii")]
    [InlineData("stary_nihgt", "starry_night")]
    public void Resolve_PartOfAWordOrATypo_SuggestsTheStyle(string words, string name)
    {
        var error = Should.Throw<VideoStyleException>(() => StyleCatalog.BuiltIn.Resolve(words));

        error.Kind.ShouldBe(ErrorKind.Model);
        error.Message.ShouldContain($"'{name}'");
    }

    [Fact]
    public void Resolve_WordOfSeveralPaintings_SuggestsThemAll()
    {
        var message = Should.Throw<VideoStyleException>(() => StyleCatalog.BuiltIn.Resolve("the")).Message;

        message.ShouldContain("'starry_night'");
        message.ShouldContain("'the_scream'");
    }

    [Theory]
    [InlineData("rembrandt")]
    [InlineData("xy")]
    public void Resolve_NothingAlike_SuggestsNothing(string words) =>
        Should.Throw<VideoStyleException>(() => StyleCatalog.BuiltIn.Resolve(words)).Message.ShouldBe($"There is no style '{words}'.");
}
