using System.Runtime.InteropServices;
using Shouldly;
using VideoStyle.Torch.Runtime;
using Xunit;

namespace VideoStyle.Torch.Tests.Runtime;

public sealed class TorchVersionTests
{
    [Theory]
    [InlineData("build-version", "2.9.1+cpu\n", "2.9.1")]
    [InlineData("version.py", "from typing import Optional\n\n__all__ = ['__version__', 'debug']\n__version__ = '2.11.0+cu128'\ndebug = False\n", "2.11.0")]
    [InlineData("version.py", "__version__ = '2.10.0a0+git3f1c'\n", "2.10.0")]
    [InlineData("version.py", "__version__ = unknown\n", null)]
    [InlineData("README", "2.11.0", null)]
    public void Beside_FileOfADistribution_TellsTheVersion(string name, string text, string? version)
    {
        using TempFolder folder = new();
        File.WriteAllText(folder[name], text);

        TorchVersion.Beside(folder.Folder("lib"), ElfFile.Read(new MemoryStream(Published.TorchSharp))).ShouldBe(version);
    }

    [Fact]
    public void Of_LoadedLibTorch_IsTheVersionThatTorchSharpNeeds()
    {
        TorchRuntime.Load();
        NativeLibrary.TryLoad(Published.Folders.PathOf(TorchFolders.Main)!, out var library).ShouldBeTrue();

        TorchVersion.Of(library).ShouldMatch(@"^2\.10\.\d+$");
    }

    [Fact]
    public void Of_LibraryThatDoesNotTell_IsOlder() => TorchVersion.Of(NativeLibrary.GetMainProgramHandle()).ShouldBe("older than 2.10");

    [Theory]
    [InlineData("2.10", true)]
    [InlineData("2.10.3", true)]
    [InlineData("2.1.0", false)]
    [InlineData("2.100.0", false)]
    [InlineData("2.11.0", false)]
    [InlineData("older than 2.10", false)]
    public void Fits_MinorVersion_Decides(string version, bool fits) => TorchVersion.Fits(version).ShouldBe(fits);
}
