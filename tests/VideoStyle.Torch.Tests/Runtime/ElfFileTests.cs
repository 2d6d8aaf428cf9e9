using Shouldly;
using VideoStyle.Torch.Runtime;
using Xunit;

namespace VideoStyle.Torch.Tests.Runtime;

public sealed class ElfFileTests
{
    private const int HeaderSize = 64;

    [Fact]
    public void WithWeakNeed_TorchSharpsLibrary_DiffersInThatFlagAlone()
    {
        var original = Published.TorchSharp;
        var before = ElfFile.Read(new MemoryStream(original)).VersionNeeds;

        var marked = ElfFile.WithWeakNeed(original, TorchLibraries.UnusedNeed);

        original.ShouldBe(Published.TorchSharp);
        var changed = Enumerable.Range(0, original.Length).Where(i => original[i] != marked[i]).ToList();
        var need = before.Single(need => need.Version == TorchLibraries.UnusedNeed);
        marked.Length.ShouldBe(original.Length);
        need.ShouldBe(new ElfVersionNeed("libstdc++.so.6", TorchLibraries.UnusedNeed, Flags: 0, need.FlagsOffset));
        changed.ShouldHaveSingleItem().ShouldBe((int)need.FlagsOffset);
        ElfFile.Read(new MemoryStream(marked)).VersionNeeds.ShouldBe(before.Select(other => other == need ? need with { Flags = 2 } : other));
    }

    [Fact]
    public void WithWeakNeed_AsReadelfReadsIt_MarksTheOneNeed()
    {
        using TempFolder folder = new();
        File.WriteAllBytes(folder["marked.so"], ElfFile.WithWeakNeed(Published.TorchSharp, TorchLibraries.UnusedNeed));

        var before = Published.ReadElf("-VW", Published.Folders.TorchSharp).Where(line => line.Contains("Flags:", StringComparison.Ordinal)).ToList();
        var after = Published.ReadElf("-VW", folder["marked.so"]).Where(line => line.Contains("Flags:", StringComparison.Ordinal)).ToList();

        before.ShouldContain(line => line.Contains($"{TorchLibraries.UnusedNeed}  Flags: none", StringComparison.Ordinal));
        after.ShouldContain(line => line.Contains($"{TorchLibraries.UnusedNeed}  Flags: WEAK", StringComparison.Ordinal));
        after.Except(before, StringComparer.Ordinal).Count().ShouldBe(1);
    }

    [Fact]
    public void TorchSharpsLibrary_SymbolOfTheMarkedNeed_IsUsedByNoRelocation()
    {
        // What makes the mark safe: the loader never has to find the symbol.
        var version = "@" + TorchLibraries.UnusedNeed;
        Published.ReadElf("--dyn-syms", "-W", Published.Folders.TorchSharp).Count(line => line.Contains(version, StringComparison.Ordinal)).ShouldBe(1);
        Published.ReadElf("-rW", Published.Folders.TorchSharp).ShouldNotContain(line => line.Contains(version, StringComparison.Ordinal));
    }

    [Fact]
    public void WithWeakNeed_VersionThatIsNotNeeded_IsRefused() =>
        Should.Throw<InvalidDataException>(() => ElfFile.WithWeakNeed(Published.TorchSharp, "GLIBCXX_9.9")).Message.ShouldBe("has no need of GLIBCXX_9.9");

    [Fact]
    public void Read_LibTorch_TellsWhatReadelfTells()
    {
        var path = Published.Folders.PathOf(TorchFolders.Main)!;
        using var file = File.OpenRead(path);

        var elf = ElfFile.Read(file);

        var dynamic = Published.ReadElf("-dW", path);
        elf.Name.ShouldBe("libtorch_cpu.so");
        elf.Needed.ShouldBe(dynamic.Where(line => line.Contains("(NEEDED)", StringComparison.Ordinal)).Select(line => line.Split('[', ']')[1]));
        elf.VersionNeeds.Select(need => need.Version).ShouldBe(
            Published.ReadElf("-VW", path)
                .SkipWhile(line => !line.Contains("Version needs section", StringComparison.Ordinal))
                .Where(line => line.Contains("Flags:", StringComparison.Ordinal))
                .Select(line => line.Split("Name:")[1].Split("Flags:")[0].Trim())
        );
    }

    [Theory]
    [InlineData(0, (byte)'#', "is no ELF library")]
    [InlineData(4, (byte)1, "is no 64-bit little-endian library")]
    [InlineData(5, (byte)2, "is no 64-bit little-endian library")]
    [InlineData(16, (byte)2, "is no shared library")]
    public void Read_OtherFile_IsRefused(int offset, byte value, string problem)
    {
        var library = Published.TorchSharp;
        library[offset] = value;

        Should.Throw<InvalidDataException>(() => ElfFile.Read(new MemoryStream(library))).Message.ShouldBe(problem);
        Should.Throw<InvalidDataException>(() => ElfFile.WithWeakNeed(library, TorchLibraries.UnusedNeed)).Message.ShouldBe(problem);
    }

    [Fact]
    public void Read_TruncatedAnywhere_IsRefused()
    {
        var library = Published.TorchSharp;
        foreach (var length in Enumerable.Range(0, 200).Concat(Enumerable.Range(1, 100).Select(i => library.Length - i * library.Length / 101)).Append(library.Length - 1))
            Should.Throw<InvalidDataException>(() => ElfFile.Read(new MemoryStream(library, 0, length)), $"{length} bytes");
    }

    [Fact]
    public void Read_DynamicSectionOfZeros_IsRefused()
    {
        var library = Published.TorchSharp;
        var (offset, size) = Section(".dynamic");
        library.AsSpan(offset, size).Clear();

        Should.Throw<InvalidDataException>(() => ElfFile.Read(new MemoryStream(library))).Message.ShouldBe("has a damaged dynamic section");
    }

    [Fact]
    public void Read_DamagedHeaders_RefusesOrReadsButNeverFailsOtherwise()
    {
        var library = Published.TorchSharp;
        // The headers, the version needs and the dynamic section: all that is read.
        int[] places =
        [
            .. Enumerable.Range(0, HeaderSize + 56 * 9),
            .. new[] { ".gnu.version_r", ".dynamic" }.Select(Section).SelectMany(section => Enumerable.Range(section.Offset, section.Size)),
        ];
        places.Length.ShouldBeGreaterThan(1000);
        Random random = new(17);
        var refused = 0;
        for (var round = 0; round < 2000; round++)
        {
            var place = places[random.Next(places.Length)];
            var kept = library[place];
            library[place] = (byte)random.Next(256);
            try
            {
                _ = ElfFile.Read(new MemoryStream(library));
            }
            catch (InvalidDataException)
            {
                refused++;
            }

            library[place] = kept;
        }

        refused.ShouldBeInRange(100, 1999);
    }

    // Where readelf finds a section of TorchSharp's library.
    private static (int Offset, int Size) Section(string name)
    {
        var field = Published.ReadElf("-SW", Published.Folders.TorchSharp)
            .Select(line => line[(line.IndexOf(']', StringComparison.Ordinal) + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Single(field => field.Length > 5 && field[0] == name);
        return (Convert.ToInt32(field[3], 16), Convert.ToInt32(field[4], 16));
    }
}
