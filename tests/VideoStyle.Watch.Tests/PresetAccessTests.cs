using System.Diagnostics;
using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Watch.Scanning;
using VideoStyle.Watch.Store;
using Xunit;

namespace VideoStyle.Watch.Tests;

/// <summary>Whoever can drop a video can write a preset: what that may name.</summary>
public sealed class PresetAccessTests : IDisposable
{
    private readonly WatchBench _bench = new();
    private readonly TempFolder _styles = new();

    public PresetAccessTests()
    {
        File.WriteAllText(_styles["mine.pth"], "");
        File.WriteAllText(_styles["a.jpg"], "");
        Directory.CreateDirectory(_styles["paintings"]);
        _bench.Options = _bench.Options with { StyleFolders = [_styles.Path] };
    }

    public void Dispose()
    {
        _bench.Dispose();
        _styles.Dispose();
    }

    [Theory]
    [InlineData("mine.pth")]
    [InlineData("a.jpg")]
    public void Admit_StyleInAFolderOfTheOperators_BecomesItsFullPath(string name)
    {
        Styles($$"""{ "style": "{{name}}" }""").ShouldBe([_styles[name]]);
        Styles($$"""{ "style": "{{_styles[name]}}" }""").ShouldBe([_styles[name]]);
    }

    [Fact]
    public void Admit_BuiltInStylesAndTheWatchersOwn_AreTaken() =>
        Styles("""{ "styles": ["mosaic", "great_wave", "none", "great_wave:0.7,udnie:0.3", "great_wave -> udnie @ 2s"] }""").Count.ShouldBe(5);

    [Fact]
    public void Admit_PathsInOptions_BecomeFullPaths() =>
        Admit("""{ "mask": "a.jpg", "styleCollection": "paintings", "arbitraryMethod": "adain" }""").Options.Values.Select(texts => texts[0])
            .ShouldBe([_styles["a.jpg"], _styles["paintings"], "adain"]);

    [Theory]
    [InlineData("""{ "style": "/etc/hostname" }""")]
    [InlineData("""{ "style": "/dev/zero" }""")]
    [InlineData("""{ "style": "../secret.jpg" }""")]
    [InlineData("""{ "style": "mine.pth#/etc/hostname" }""")]
    [InlineData("""{ "style": "/etc/hostname#wave" }""")]
    [InlineData("""{ "style": "great_wave:0.5,/etc/hostname:0.5" }""")]
    [InlineData("""{ "mask": "/home/me/private.mp4" }""")]
    [InlineData("""{ "styleCollection": "/home/me/pictures" }""")]
    [InlineData("""{ "arbitraryMethod": "/home/me" }""")]
    public void Admit_AnyOtherFile_IsRefused(string json) =>
        Should.Throw<VideoStyleException>(() => Admit(json)).Message.ShouldContain("is neither built in nor in");

    [Theory]
    [InlineData("""{ "encoderOptions": "x264-params=stats=/home/me/.profile" }""", "only `videostyle watch --encoder-options` may")]
    [InlineData("""{ "tune": "film:x264-params=stats=/home/me/.profile" }""", "\"tune\" takes one word")]
    [InlineData("""{ "preset": "fast:stats=x" }""", "\"preset\" takes one word")]
    public void Admit_WhatCouldWriteAFileThroughTheEncoder_IsRefused(string json, string problem) =>
        Should.Throw<VideoStyleException>(() => Admit(json)).Message.ShouldContain(problem);

    [Fact]
    public void Options_ThatTakeAnyText_AreThoseThatWereThoughtOf()
    {
        // A new one that names a file must be checked by PresetAccess.
        var texts = OptionCatalog<StylerOptions>.Options
            .Where(o => !o.IsPerRun && !o.IsFlag && o.Choices.Count == 0 && o.Check(["/etc/hostname"]) is null)
            .Select(o => o.Name);

        texts.Order(StringComparer.Ordinal).ShouldBe(
            ["arbitrary-method", "codec", "device", "encoder-options", "mask", "pixel-format", "preset", "style", "style-collection", "tune"]);
    }

    [Fact]
    public async Task Watch_PresetThatIsAPipe_HoldsItsFilesBackAndNothingElse()
    {
        Directory.CreateDirectory(Path.Combine(_bench.In, "sub"));
        using (var make = Process.Start("mkfifo", [Path.Combine(_bench.In, "sub", CandidateNames.PresetFile)]))
            await make.WaitForExitAsync();
        _bench.Drop("sub/a.mp4", "a");
        _bench.Drop("b.mp4", "b");

        await _bench.RunAsync();

        _bench.Painting("b.mosaic.mp4").ShouldNotBeNull();
        var held = _bench.Jobs().Single(job => job.Path is "sub/a.mp4");
        held.State.ShouldBe(JobState.Found);
        held.Reason.ShouldNotBeNull().ShouldContain("it is a named pipe, not a file");
    }

    private IReadOnlyList<string> Styles(string json) => Admit(json).Styles.ShouldNotBeNull();

    private Preset Admit(string json)
    {
        var file = _bench.Drop("videostyle.json", json);
        return new PresetAccess(_bench.Options).Admit(file, Preset.Parse(file, File.ReadAllBytes(file)));
    }
}
