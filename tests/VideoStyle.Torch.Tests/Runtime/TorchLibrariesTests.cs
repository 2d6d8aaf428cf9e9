using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Torch.Runtime;
using Xunit;

namespace VideoStyle.Torch.Tests.Runtime;

public sealed class TorchLibrariesTests : IDisposable
{
    private const string Core = "libc10.so";
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1000)]
    [InlineData(1_400_000)]
    public void Load_TruncatedLibrary_IsARuntimeErrorThatNamesIt(int length)
    {
        var libraries = Copies();
        Replace(Core, bytes => bytes[..length]);

        Refusal(libraries).ShouldBe($"{_folder["lib/libc10.so"]} is cut short or damaged.");
    }

    [Fact]
    public void Load_LibraryForAnotherProcessor_IsARuntimeErrorThatNamesIt()
    {
        var libraries = Copies();
        Replace(Core, bytes => [.. bytes[..18], 8, 0, .. bytes[20..]]); // EM_MIPS

        Refusal(libraries).ShouldStartWith($"{_folder["lib/libc10.so"]} is for another processor than this one (");
    }

    [Fact]
    public void Load_LibraryWithoutContent_IsARuntimeErrorThatNamesIt()
    {
        var libraries = Copies();
        // The headers are whole; the loader itself must find that what they lead to is gone.
        Replace(Core, bytes => [.. bytes[..0x1000], .. new byte[0x40000], .. bytes[0x41000..]]);

        Refusal(libraries).ShouldStartWith($"{_folder["lib/libc10.so"]} ");
    }

    [Theory]
    [InlineData("build-version", "2.11.0+cpu")]
    [InlineData("version.py", "__version__ = '2.11.0+cu128'")]
    public void Load_OtherVersion_IsARuntimeErrorThatSaysBoth(string name, string text)
    {
        var libraries = Copies();
        File.WriteAllText(_folder[name], text);

        Refusal(libraries).ShouldBe($"{_folder["lib/libtorch_cpu.so"]} is libtorch 2.11.0; TorchSharp 0.107.0 is built against 2.10.");
    }

    [Fact]
    public void Load_DistributionsLibrary_IsRefusedByItsName()
    {
        var libraries = Copies();
        File.Delete(_folder["lib/libtorch_cpu.so"]);
        var library = Published.TorchSharp;
        // A name that holds a version, as Debian's do: libtorch.so.1.13.0 would be "1.13.0".
        var name = library.AsSpan().IndexOf("libLibTorchSharp.so\0"u8);
        "libtorch_cp.so.1.13"u8.CopyTo(library.AsSpan(name));
        File.WriteAllBytes(_folder["lib/libtorch_cpu.so"], library);

        Refusal(libraries).ShouldBe($"{_folder["lib/libtorch_cpu.so"]} is libtorch 1.13; TorchSharp 0.107.0 is built against 2.10.");
    }

    [Fact]
    public void Load_DamagedBindings_IsARuntimeErrorThatNamesThem()
    {
        File.WriteAllText(_folder["libLibTorchSharp.so"], new string('x', 100));

        Refusal(Published.Folders with { TorchSharp = _folder["libLibTorchSharp.so"] }).ShouldBe($"{_folder["libLibTorchSharp.so"]} is no ELF library.");
    }

    // Links to the packages' libraries: 460 MB stay where they are.
    private TorchFolders Copies()
    {
        foreach (var file in Directory.GetFiles(Published.Folders.LibTorch, "*.so*"))
            File.CreateSymbolicLink(Path.Combine(_folder.Folder("lib"), Path.GetFileName(file)), file);
        return Published.Folders with { LibTorch = _folder["lib"] };
    }

    private void Replace(string name, Func<byte[], byte[]> change)
    {
        var path = Path.Combine(_folder["lib"], name);
        var changed = change(File.ReadAllBytes(path));
        File.Delete(path);
        File.WriteAllBytes(path, changed);
    }

    private static string Refusal(TorchFolders folders)
    {
        var error = Should.Throw<VideoStyleException>(() => TorchLibraries.Load(folders));
        error.Kind.ShouldBe(ErrorKind.Runtime);
        error.Hint.ShouldNotBeNullOrEmpty();
        error.Message.ShouldNotContain("\n");
        return error.Message;
    }
}
