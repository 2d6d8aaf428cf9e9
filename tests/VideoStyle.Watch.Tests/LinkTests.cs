using Shouldly;
using VideoStyle.Native.Files;
using VideoStyle.Watch.Store;
using Xunit;

namespace VideoStyle.Watch.Tests;

/// <summary>Links in the watched folder: those who may write there must not have what the watcher alone may read.</summary>
public sealed class LinkTests : IDisposable
{
    private readonly WatchBench _bench = new();
    private readonly TempFolder _private = new();

    public LinkTests() => File.WriteAllText(_private["film.mp4"], "a private film");

    public void Dispose()
    {
        _bench.Dispose();
        _private.Dispose();
    }

    [Fact]
    public async Task Watch_LinkThatLeadsOutOfTheFolder_IsNotFollowedAndSaysSo()
    {
        File.CreateSymbolicLink(Path.Combine(_bench.In, "link.mp4"), _private["film.mp4"]);
        _bench.Drop("b.mp4", "b");

        await _bench.RunAsync();

        _bench.Converter.Orders.ShouldHaveSingleItem();
        var job = _bench.Jobs().Single(job => job.Path is "link.mp4");
        (job.State, job.Reason).ShouldBe((JobState.Found, "it is a link that leads out of the watched folder; --follow-links follows it"));
    }

    [Fact]
    public async Task Watch_FollowLinks_TakesIt()
    {
        File.CreateSymbolicLink(Path.Combine(_bench.In, "link.mp4"), _private["film.mp4"]);
        _bench.Options = _bench.Options with { FollowLinks = true };

        await _bench.RunAsync();

        _bench.Painting("link.mosaic.mp4").ShouldBe("mosaic: a private film");
    }

    [Fact]
    public async Task Watch_LinkWithinTheFolder_IsTaken()
    {
        _bench.Drop("store/a.mp4", "a film");
        File.CreateSymbolicLink(Path.Combine(_bench.In, "link.mp4"), Path.Combine(_bench.In, "store/a.mp4"));
        _bench.Options = _bench.Options with { OnDuplicate = DuplicateRule.Rerun };

        await _bench.RunAsync();

        _bench.Painting("link.mosaic.mp4").ShouldBe("mosaic: a film");
    }

    [Theory]
    [InlineData("a.mp4")]
    [InlineData("sub")]
    public async Task Watch_FileOrFolderThatBecomesALinkWhileItIsBegun_ShowsNothingOfTheTarget(string swapped)
    {
        _bench.Drop("sub/a.mp4", "an open  film"); // as long as the other
        File.Copy(_private["film.mp4"], _private["a.mp4"]);
        var place = Path.Combine(_bench.In, swapped is "sub" ? "sub" : "sub/a.mp4");
        _bench.Converter.Meanwhile = (_, _) =>
        {
            Directory.Move(place, place + ".aside");
            File.CreateSymbolicLink(place, swapped is "sub" ? _private.Path : _private["film.mp4"]);
            return Task.CompletedTask;
        };
        _bench.Options = _bench.Options with { Once = false };
        using CancellationTokenSource stop = new();
        var run = _bench.RunAsync(stop.Token);
        await _bench.UntilAsync(() => !_bench.Converter.Orders.IsEmpty);
        await _bench.PassAsync(TimeSpan.FromSeconds(1));
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(run);

        Directory.EnumerateFiles(_bench.Out, "*", SearchOption.AllDirectories).Where(file => Path.GetExtension(file) is not (".db" or ".db-wal" or ".db-shm"))
            .ShouldNotContain(file => File.ReadAllText(file).Contains("private", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Watch_LinkInTheOutputFolder_IsNotFollowed()
    {
        _bench.Drop("sub/a.mp4");
        _bench.Drop("b.mp4", "b");
        Directory.CreateSymbolicLink(Path.Combine(_bench.Out, "sub"), _private.Path);

        await _bench.RunAsync();

        _private.Names.ShouldBe(["film.mp4"]);
        _bench.Painting("b.mosaic.mp4").ShouldNotBeNull();
        var job = _bench.Jobs().Single(job => job.Path is "sub/a.mp4");
        job.State.ShouldNotBe(JobState.Done);
        job.Reason.ShouldNotBeNull().ShouldContain("sub: is a link, and links in this folder are not followed");
        File.Exists(Path.Combine(_bench.In, "sub/a.mp4")).ShouldBeTrue("the link is not the video's fault");
    }

    [Fact]
    public async Task Watch_QuarantineFolderThatIsALink_IsNotFollowedAndTheSourceStays()
    {
        _bench.Drop("sub/a.mp4", "broken");
        Directory.CreateDirectory(Path.Combine(_bench.Out, "quarantine"));
        Directory.CreateSymbolicLink(Path.Combine(_bench.Out, "quarantine/sub"), _private.Path);

        await _bench.RunAsync();

        _private.Names.ShouldBe(["film.mp4"]);
        File.ReadAllText(Path.Combine(_bench.In, "sub/a.mp4")).ShouldBe("broken");
    }

    [Fact]
    public async Task Watch_WorkAndThumbnails_AreForTheirOwnerAlone()
    {
        _bench.Drop("a.mp4");

        await _bench.RunAsync();

        foreach (var folder in new[] { "work", "thumbnails" })
            UnixFile.ModeOf(Path.Combine(_bench.Options.StateFolder, folder)).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    public async Task Watch_PresetThatIsALinkOutOfTheFolder_IsNotRead()
    {
        File.WriteAllText(_private["secret"], "password");
        Directory.CreateDirectory(Path.Combine(_bench.In, "sub"));
        File.CreateSymbolicLink(Path.Combine(_bench.In, "sub/videostyle.json"), _private["secret"]);
        _bench.Drop("sub/a.mp4");

        await _bench.RunAsync();

        _bench.Jobs().ShouldHaveSingleItem().Reason.ShouldNotBeNull().ShouldContain("leads out of the watched folder");
    }
}
