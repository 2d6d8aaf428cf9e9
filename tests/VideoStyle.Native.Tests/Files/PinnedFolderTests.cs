using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Native.Files;
using Xunit;

namespace VideoStyle.Native.Tests.Files;

public sealed class PinnedFolderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_MissingFolders_AreMade()
    {
        using var folder = PinnedFolder.Open(_folder.Path, "a/b");

        File.WriteAllText(folder.PathOf("c"), "content");

        File.ReadAllText(_folder["a/b/c"]).ShouldBe("content");
        folder.Readable($"{folder.PathOf("c")}: is there").ShouldBe($"{_folder["a/b/c"]}: is there");
    }

    [Theory]
    [InlineData("link")]
    [InlineData("a/link")]
    [InlineData("link/below")]
    public void Open_LinkOnTheWay_IsNotFollowed(string path)
    {
        var target = _folder.Folder("target");
        _folder.Folder("root/a");
        Directory.CreateSymbolicLink(_folder["root/link"], target);
        Directory.CreateSymbolicLink(_folder["root/a/link"], target);

        var error = Should.Throw<VideoStyleException>(() => PinnedFolder.Open(_folder["root"], path));

        error.Message.ShouldContain("link: is a link, and links in this folder are not followed.");
        Directory.EnumerateFileSystemEntries(target).ShouldBeEmpty();
    }

    [Fact]
    public void PathOf_LinkThatIsPutThereMeanwhile_LeadsToTheOpenFolder()
    {
        var target = _folder.Folder("target");
        using var folder = PinnedFolder.Open(_folder.Path, "a");
        Directory.Move(_folder["a"], _folder["aside"]);
        Directory.CreateSymbolicLink(_folder["a"], target);

        File.WriteAllText(folder.PathOf("c"), "content");

        Directory.EnumerateFileSystemEntries(target).ShouldBeEmpty();
        File.Exists(_folder["aside/c"]).ShouldBeTrue();
    }

    [Fact]
    public void Open_MissingFolderThatIsNotMade_IsRefused() =>
        Should.Throw<VideoStyleException>(() => PinnedFolder.Open(_folder.Path, "a", create: false)).Message.ShouldStartWith(_folder["a"]);
}
