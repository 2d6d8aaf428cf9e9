using System.Net.Sockets;
using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Native.Files;
using Xunit;

namespace VideoStyle.Native.Tests.Files;

public sealed class OutputTargetTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public void Require_NothingThere_IsFine() => OutputTarget.Require(_folder["out.mp4"], overwrite: false);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Require_LinkToNowhere_IsRefusedAndNamesTheTarget(bool overwrite)
    {
        File.CreateSymbolicLink(_folder["out.mp4"], "nowhere.mp4");

        Refused("out.mp4", overwrite).ShouldContain("is a link to nowhere.mp4, which does not exist");
    }

    [Fact]
    public void Require_LinkToItself_IsRefused()
    {
        File.CreateSymbolicLink(_folder["out.mp4"], "out.mp4");

        Refused("out.mp4", overwrite: true).ShouldContain("is a link to out.mp4");
    }

    [Fact]
    public void Require_LinkToAFile_IsRefusedEvenToOverwrite()
    {
        File.WriteAllText(_folder["file.mp4"], "precious");
        File.CreateSymbolicLink(_folder["out.mp4"], "file.mp4");

        var error = Should.Throw<VideoStyleException>(() => OutputTarget.Require(_folder["out.mp4"], overwrite: true));

        error.Kind.ShouldBe(ErrorKind.Output);
        error.Hint.ShouldNotBeNull().ShouldContain(_folder["file.mp4"]);
    }

    [Fact]
    public void Require_LinkToAFolder_IsRefusedAsAFolder()
    {
        Directory.CreateSymbolicLink(_folder["out.mp4"], _folder.Folder("real"));

        Refused("out.mp4", overwrite: true).ShouldContain("is a folder");
    }

    [Theory]
    [InlineData("real/..", "is a folder")]
    [InlineData("new.mp4/", "names a folder")]
    [InlineData("file.mp4/", "names a folder")]
    [InlineData("file.mp4/out.mp4", "lies below a file")]
    [InlineData("absent/out.mp4", "its folder does not exist")]
    public void Require_NameThatCannotBeAFile_IsRefused(string name, string message)
    {
        _folder.Folder("real");
        File.WriteAllText(_folder["file.mp4"], "precious");

        Refused(name, overwrite: true).ShouldContain(message);
        File.ReadAllText(_folder["file.mp4"]).ShouldBe("precious");
    }

    [Fact]
    public void Require_Pipe_IsRefused()
    {
        using var make = System.Diagnostics.Process.Start("mkfifo", [_folder["out.mp4"]]);
        make.WaitForExit();

        Refused("out.mp4", overwrite: true).ShouldContain("is a pipe");
    }

    [Fact]
    public void Require_Socket_IsRefused()
    {
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(_folder["out.mp4"]));

        Refused("out.mp4", overwrite: true).ShouldContain("is a socket");
    }

    [Fact]
    public void Require_Device_IsRefused() =>
        Should.Throw<VideoStyleException>(() => OutputTarget.Require("/dev/null", overwrite: true)).Message.ShouldContain("is a device");

    [Fact]
    public void Require_NameOfMoreThan255Bytes_IsRefusedBeforeAnyWork() => Refused(new string('ü', 126) + ".mp4", overwrite: false).ShouldContain("255 bytes");

    [Fact]
    public void Require_PathThatIsTooLong_IsRefused() => Refused(string.Concat(Enumerable.Repeat("0123456789/", 500)) + "out.mp4", overwrite: false).ShouldContain("too long");

    [Fact]
    public void Require_FolderThatMayNotBeWritten_IsRefused()
    {
        // Root may write anywhere but where the system itself lets nobody.
        var error = Should.Throw<VideoStyleException>(() => OutputTarget.Require("/proc/self/out.mp4", overwrite: false));

        error.Kind.ShouldBe(ErrorKind.Output);
        error.Message.ShouldContain("writable");
    }

    [Theory]
    [InlineData("new/deeper", true)]
    [InlineData("real", true)]
    [InlineData("file.mp4", false)]
    [InlineData("file.mp4/deeper", false)]
    [InlineData("link", false)]
    public void RequireFolder_WhatIsOrCanBeAFolder_IsFine(string name, bool isFine)
    {
        _folder.Folder("real");
        File.WriteAllText(_folder["file.mp4"], "precious");
        File.CreateSymbolicLink(_folder["link"], "nowhere");

        var require = () => OutputTarget.RequireFolder(_folder[name]);

        if (isFine)
            require.ShouldNotThrow();
        else
            Should.Throw<VideoStyleException>(require).Kind.ShouldBe(ErrorKind.Output);
    }

    public void Dispose() => _folder.Dispose();

    private string Refused(string name, bool overwrite)
    {
        var error = Should.Throw<VideoStyleException>(() => OutputTarget.Require(_folder[name], overwrite));
        error.Kind.ShouldBe(ErrorKind.Output);
        error.Hint.ShouldNotBeNull();
        return error.Message;
    }
}
