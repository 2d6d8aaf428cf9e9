using System.Diagnostics;
using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Native.Files;
using VideoStyle.Native.Media;
using Xunit;

namespace VideoStyle.Native.Tests.Files;

public sealed class RegularFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ReadAllBytes_File_GivesItsContent()
    {
        File.WriteAllText(_folder["a"], "content");
        File.CreateSymbolicLink(_folder["link"], _folder["a"]);

        RegularFile.ReadAllText(_folder["a"], 7).ShouldBe("content");
        RegularFile.ReadAllText(_folder["link"], 7).ShouldBe("content");
    }

    [Theory]
    [InlineData("pipe", "it is a named pipe, not a file")]
    [InlineData("link", "it is a named pipe, not a file")]
    [InlineData("folder", "it is a folder, not a file")]
    [InlineData("/dev/zero", "it is a device, not a file")]
    [InlineData("large", "it is larger than 1 KiB")]
    public void Open_WhatIsNoFileOrTooLarge_IsRefusedAtOnce(string name, string problem)
    {
        MakePipe(_folder["pipe"]);
        File.CreateSymbolicLink(_folder["link"], _folder["pipe"]);
        _folder.Folder("folder");
        File.WriteAllBytes(_folder["large"], new byte[1025]);

        Should.Throw<IOException>(() => RegularFile.Open(_folder[name], 1024)).Message.ShouldBe(problem);
    }

    [Fact]
    public void Open_MissingFile_ThrowsWhatTheBaseLibraryThrows() =>
        Should.Throw<FileNotFoundException>(() => RegularFile.Open(_folder["missing"]));

    [Theory]
    [InlineData("a.npy")]
    [InlineData("a.png")]
    public void Sources_NamedPipe_ThrowInputErrorAndDoNotWait(string name)
    {
        MakePipe(_folder[name]);

        var error = Should.Throw<VideoStyleException>(() => name is "a.npy" ? (object)NumpySource.Open(_folder[name], new VideoOptions()) : ImageFile.Read(_folder[name]));

        error.Kind.ShouldBe(ErrorKind.Input);
        error.Message.ShouldStartWith(_folder[name]);
        error.Message.ShouldContain("it is a named pipe, not a file");
    }

    [Fact]
    public void CreateNew_LinkUnderTheName_IsNotFollowed()
    {
        File.WriteAllText(_folder["target"], "kept");
        File.CreateSymbolicLink(_folder["link"], _folder["target"]);

        Should.Throw<IOException>(() => UnixFile.CreateNew(_folder["link"], UnixFileMode.UserRead));

        File.ReadAllText(_folder["target"]).ShouldBe("kept");
    }

    [Fact]
    public void CreateNew_Mode_IsTheFilesOwn()
    {
        UnixFile.CreateNew(_folder["a"], UnixFileMode.UserRead | UnixFileMode.UserWrite).Dispose();

        UnixFile.ModeOf(_folder["a"]).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Theory]
    [InlineData(0x180, 0x180)] // rw-------
    [InlineData(0x120, 0x1A0)] // r--r----- and what the owner needs to write
    public void OutputFile_InputThatOnlySomeMayRead_GivesAnOutputThatOnlyTheyMayRead(int input, int output)
    {
        UnixFile.CreateNew(_folder["in"], (UnixFileMode)input).Dispose();

        using (var file = OutputFile.Begin(_folder["out"], force: false, _folder["in"]))
        {
            UnixFile.ModeOf(file.PartialPath).ShouldBe((UnixFileMode)output);
            file.Commit();
        }

        UnixFile.ModeOf(_folder["out"]).ShouldBe((UnixFileMode)output);
    }

    [Theory]
    [InlineData(".out.partial")]
    [InlineData(".out.lock")]
    public void OutputFile_LinkUnderATemporaryName_IsNotFollowed(string name)
    {
        File.WriteAllText(_folder["target"], "kept");
        File.CreateSymbolicLink(_folder[name], _folder["target"]);

        using (var file = OutputFile.Begin(_folder["out"], force: false))
        {
            file.Stream.Write("new"u8);
            file.Commit();
        }

        File.ReadAllText(_folder["target"]).ShouldBe("kept");
        File.ReadAllText(_folder["out"]).ShouldBe("new");
    }

    private static void MakePipe(string path)
    {
        using var make = Process.Start("mkfifo", [path]);
        make.WaitForExit();
    }
}
