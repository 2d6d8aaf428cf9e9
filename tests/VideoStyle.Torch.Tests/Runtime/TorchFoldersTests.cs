using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Torch.Runtime;
using Xunit;

namespace VideoStyle.Torch.Tests.Runtime;

public sealed class TorchFoldersTests : IDisposable
{
    private const string Bindings = "libLibTorchSharp.so";
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Find_FolderBesideTheProgram_ComesBeforeThePackages()
    {
        var program = Program(Libraries("packages", TorchFolders.Main, Bindings));
        var beside = Libraries("program/torch", TorchFolders.Main, Bindings);

        var found = TorchFolders.Find(program, chosen: "");

        found.TorchSharp.ShouldBe(Path.Combine(beside, Bindings));
        found.PathOf(TorchFolders.Main).ShouldBe(Path.Combine(beside, TorchFolders.Main));
    }

    [Fact]
    public void Find_NothingBesideTheProgram_TakesTheRecordedFolder()
    {
        var packages = Libraries("packages", TorchFolders.Main, Bindings, "libtorch_cuda.so");

        var found = TorchFolders.Find(Program(packages), chosen: null);

        found.TorchSharp.ShouldBe(Path.Combine(packages, Bindings));
        found.PathOf(TorchFolders.Main).ShouldBe(Path.Combine(packages, TorchFolders.Main));
        found.PathOf("libtorch_cuda.so").ShouldBe(Path.Combine(packages, "libtorch_cuda.so"));
        found.PathOf("libm.so.6").ShouldBeNull();
    }

    [Theory]
    [InlineData("archive", "archive/lib")] // of pytorch.org
    [InlineData("site-packages", "site-packages/torch/lib")]
    [InlineData("site-packages/torch", "site-packages/torch/lib")] // an installed PyTorch
    [InlineData("site-packages/torch/lib", "site-packages/torch/lib")]
    public void Find_ChosenFolder_ComesFirst(string chosen, string libraries)
    {
        Libraries("program/torch", TorchFolders.Main, Bindings);
        var expected = Libraries(libraries, TorchFolders.Main);

        var found = TorchFolders.Find(_folder["program"], _folder[chosen]);

        found.TorchSharp.ShouldBe(Path.Combine(_folder["program/torch"], Bindings));
        found.LibTorch.ShouldBe(expected);
    }

    [Fact]
    public void Find_ChosenFolderThatIsNotThere_IsARuntimeErrorThatNamesIt()
    {
        var program = Program(Libraries("packages", TorchFolders.Main, Bindings));

        var error = Should.Throw<VideoStyleException>(() => TorchFolders.Find(program, _folder["gone"]));

        error.Kind.ShouldBe(ErrorKind.Runtime);
        error.Message.ShouldBe($"LIBTORCH={_folder["gone"]} is no folder.");
        error.Hint!.ShouldContain("2.10");
    }

    [Fact]
    public void Find_ChosenFolderWithoutLibraries_IsARuntimeErrorThatNamesIt()
    {
        var program = Program(Libraries("packages", TorchFolders.Main, Bindings));

        var error = Should.Throw<VideoStyleException>(() => TorchFolders.Find(program, _folder.Folder("empty")));

        error.Kind.ShouldBe(ErrorKind.Runtime);
        error.Message.ShouldBe($"LIBTORCH={_folder["empty"]} holds no libtorch_cpu.so, nor does its folder lib.");
    }

    [Theory]
    [InlineData(TorchFolders.Main, Bindings)]
    [InlineData(Bindings, TorchFolders.Main)]
    public void Find_OneLibraryMissing_IsARuntimeErrorThatNamesItAndTheFolders(string present, string missing)
    {
        var packages = Libraries("packages", present);

        var error = Should.Throw<VideoStyleException>(() => TorchFolders.Find(Program(packages), chosen: null));

        error.Kind.ShouldBe(ErrorKind.Runtime);
        error.Message.ShouldBe($"{missing} is not in {_folder["program/torch"]} or {packages}.");
    }

    private string Program(string packages)
    {
        File.WriteAllText(Path.Combine(_folder.Folder("program"), "torch.folder"), packages + "\n");
        return _folder["program"];
    }

    private string Libraries(string folder, params string[] names)
    {
        foreach (var name in names)
            File.WriteAllText(Path.Combine(_folder.Folder(folder), name), "");
        return _folder[folder];
    }
}
