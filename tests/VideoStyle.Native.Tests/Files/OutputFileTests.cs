using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Native.Files;
using Xunit;

namespace VideoStyle.Native.Tests.Files;

public sealed class OutputFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("videostyle-output-").FullName;

    [Fact]
    public void Commit_PutsTheFileInPlace()
    {
        var path = At("out.mp4");
        using (var output = OutputFile.Begin(path, force: false))
        {
            output.Stream.Write("done"u8);
            File.Exists(path).ShouldBeFalse();
            output.Commit();
        }

        File.ReadAllText(path).ShouldBe("done");
        Directory.GetFiles(_folder).ShouldBe([path]);
    }

    [SharedMemoryFact]
    public void Place_OnAnotherFileSystem_CopiesWholeAndRemovesTheFirst()
    {
        using var other = new SharedMemoryFolder();
        var complete = other["finished.mp4"];
        var bytes = new byte[3_000_001];
        new Random(1).NextBytes(bytes);
        File.WriteAllBytes(complete, bytes);

        OutputFile.Place(complete, At("out.mp4"), replace: false, ContentFingerprint.Of(complete));

        File.ReadAllBytes(At("out.mp4")).ShouldBe(bytes);
        File.Exists(complete).ShouldBeFalse();
        Directory.GetFiles(_folder).ShouldBe([At("out.mp4")]);
    }

    [SharedMemoryFact]
    public void Place_CopyThatDiffers_IsRefusedAndLeavesNothing()
    {
        using var other = new SharedMemoryFolder();
        var complete = other["finished.mp4"];
        File.WriteAllText(complete, "painted");

        Should.Throw<VideoStyleException>(() => OutputFile.Place(complete, At("out.mp4"), replace: false, new string('0', 64)));

        File.ReadAllText(complete).ShouldBe("painted");
        Directory.GetFiles(_folder).ShouldBeEmpty();
    }

    [Fact]
    public void Place_ExistingFile_IsKeptUnlessItMayBeReplaced()
    {
        File.WriteAllText(At("out.mp4"), "old");
        File.WriteAllText(At("new"), "new");

        Should.Throw<VideoStyleException>(() => OutputFile.Place(At("new"), At("out.mp4"), replace: false));
        File.ReadAllText(At("out.mp4")).ShouldBe("old");

        OutputFile.Place(At("new"), At("out.mp4"), replace: true, keep: true);
        (File.ReadAllText(At("out.mp4")), File.ReadAllText(At("new"))).ShouldBe(("new", "new"));
        OutputFile.Place(At("new"), At("second.mp4"), replace: false);
        Directory.GetFiles(_folder).Order(StringComparer.Ordinal).ShouldBe([At("out.mp4"), At("second.mp4")]);
    }

    [Fact]
    public void Begin_LinkUnderTheTemporaryName_IsNotWrittenThrough()
    {
        File.WriteAllText(At("precious"), "precious");
        File.CreateSymbolicLink(At(".out.mp4.partial"), At("precious"));

        using (var output = OutputFile.Begin(At("out.mp4"), force: false))
        {
            output.Stream.Write("done"u8);
            output.Commit();
        }

        File.ReadAllText(At("precious")).ShouldBe("precious");
        File.ReadAllText(At("out.mp4")).ShouldBe("done");
    }

    [Fact]
    public void IsDiskFull_FailureOfAFullDisk_IsToldFromOthers()
    {
        UnixFile.IsDiskFull(new InvalidOperationException("x", new IOException("full", 28))).ShouldBeTrue();
        UnixFile.IsDiskFull(new VideoStyleException(ErrorKind.Output, "o.mp4: cannot be written (No space left on device).")).ShouldBeTrue();
        UnixFile.IsDiskFull(new IOException("is a folder", 21)).ShouldBeFalse();
        UnixFile.IsDiskFull(error: null).ShouldBeFalse();
    }

    [Fact]
    public void Dispose_WithoutCommit_LeavesNothingAndKeepsTheOldFile()
    {
        var path = At("out.mp4");
        File.WriteAllText(path, "old");
        using (var output = OutputFile.Begin(path, force: true))
            output.Stream.Write("half"u8);

        File.ReadAllText(path).ShouldBe("old");
        Directory.GetFiles(_folder).ShouldBe([path]);
    }

    [Fact]
    public void IsSameFile_ThroughLinkedFiles_FoldersAndChains_IsSeen()
    {
        Directory.CreateDirectory(At("real"));
        File.WriteAllText(At("real/clip.mp4"), "a");
        File.WriteAllText(At("real/other.mp4"), "a");
        Directory.CreateSymbolicLink(At("folder"), At("real"));
        Directory.CreateSymbolicLink(At("again"), At("folder"));
        File.CreateSymbolicLink(At("file.mp4"), "again/clip.mp4");

        foreach (var way in new[] { "real/clip.mp4", "folder/clip.mp4", "again/clip.mp4", "file.mp4", "real/../again/./clip.mp4" })
            OutputFile.IsSameFile(At(way), At("real/clip.mp4")).ShouldBeTrue(way);
        OutputFile.IsSameFile(At("again/other.mp4"), At("real/clip.mp4")).ShouldBeFalse();
        OutputFile.IsSameFile(At("missing.mp4"), At("missing.mp4")).ShouldBeFalse();
    }

    [Fact]
    public void Begin_ExistingFile_IsRefusedWithoutForce()
    {
        File.WriteAllText(At("out.mp4"), "old");

        var error = Should.Throw<VideoStyleException>(() => OutputFile.Begin(At("out.mp4"), force: false));

        error.Kind.ShouldBe(ErrorKind.Output);
        error.Message.ShouldContain("already exists");
        error.Hint!.ShouldContain("OutputOptions.Overwrite");
    }

    [Fact]
    public void Commit_FileAppearedMeanwhile_IsKeptWithoutForce()
    {
        using var output = OutputFile.Begin(At("out.mp4"), force: false);
        output.Stream.Write("mine"u8);
        File.WriteAllText(At("out.mp4"), "theirs");

        Should.Throw<VideoStyleException>(output.Commit).Kind.ShouldBe(ErrorKind.Output);
        File.ReadAllText(At("out.mp4")).ShouldBe("theirs");
    }

    [Fact]
    public void Begin_SameOutputTwiceAtOnce_IsRefused()
    {
        using var first = OutputFile.Begin(At("out.mp4"), force: false);

        Should.Throw<VideoStyleException>(() => OutputFile.Begin(At("out.mp4"), force: false)).Kind.ShouldBe(ErrorKind.Output);
    }

    [Fact]
    public void Begin_PartialFileOfAKilledProcess_IsTakenOver()
    {
        File.WriteAllText(At(".out.mp4.partial"), "left behind");
        using (var output = OutputFile.Begin(At("out.mp4"), force: false))
        {
            output.Stream.Write("new"u8);
            output.Commit();
        }

        File.ReadAllText(At("out.mp4")).ShouldBe("new");
    }

    [Fact]
    public void Begin_TheInputItself_IsRefusedEvenThroughALink()
    {
        File.WriteAllText(At("in.mp4"), "precious");
        File.CreateSymbolicLink(At("link.mp4"), At("in.mp4"));

        Should.Throw<VideoStyleException>(() => OutputFile.Begin(At("in.mp4"), force: true, At("in.mp4")));
        Should.Throw<VideoStyleException>(() => OutputFile.Begin(At("link.mp4"), force: true, At("in.mp4")));
        File.ReadAllText(At("in.mp4")).ShouldBe("precious");
    }

    [Fact]
    public void Begin_FolderMissingOrFolderItself_NamesThePath()
    {
        Should.Throw<VideoStyleException>(() => OutputFile.Begin(_folder, force: true)).Message.ShouldContain(_folder);
        Should.Throw<VideoStyleException>(() => OutputFile.Begin(At("no/out.mp4"), force: true)).Hint!.ShouldContain("mkdir");
    }

    [Fact]
    public void Begin_NameOf255Bytes_IsWritten()
    {
        var path = At(new string('ü', 125) + ".mp4");
        using (var output = OutputFile.Begin(path, force: false))
        {
            output.Stream.Write("long"u8);
            output.Commit();
        }

        File.ReadAllText(path).ShouldBe("long");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string At(string name) => Path.Combine(_folder, name);

    /// <summary>A test of two file systems: that of temporary files and /dev/shm.</summary>
    private sealed class SharedMemoryFactAttribute : FactAttribute
    {
        public SharedMemoryFactAttribute() => Skip = Directory.Exists(SharedMemoryFolder.Root) ? null : $"{SharedMemoryFolder.Root} is not there";
    }

    private sealed class SharedMemoryFolder : IDisposable
    {
        internal const string Root = "/dev/shm";

        private readonly string _path = Directory.CreateDirectory(Path.Combine(Root, "videostyle-" + Guid.NewGuid().ToString("N"))).FullName;

        internal string this[string name] => Path.Combine(_path, name);

        public void Dispose() => Directory.Delete(_path, recursive: true);
    }
}
