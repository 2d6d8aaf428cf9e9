using Shouldly;
using VideoStyle.Torch.Runtime;
using Xunit;

namespace VideoStyle.Torch.Tests.Runtime;

[Collection(RunAlone.Name)]
public sealed unsafe class TorchRuntimeTests
{
    [Fact]
    public void Load_FromSeveralThreads_LoadsTheLibrariesOfTheBuildOnce()
    {
        Parallel.For(0, 8, _ => TorchRuntime.Load());

        using var ones = torch.ones(2, 3);
        ones.sum().item<float>().ShouldBe(6);
        TorchRuntime.Description.ShouldStartWith("TorchSharp 0.107.0, libtorch 2.10.");
        TorchRuntime.Description.ShouldContain($") in {Published.Folders.LibTorch}, libLibTorchSharp ");
        Mapped("libtorch_cpu.so").ShouldBe([Target("libtorch_cpu.so")]);
        Mapped("libc10.so").ShouldBe([Target("libc10.so")]);
    }

    [Fact]
    public void Description_TheBindings_AreMarkedExactlyWhereTheSystemLacksTheVersion()
    {
        TorchRuntime.Load();
        var standard = Mapped("libstdc++.so.6").ShouldHaveSingleItem();
        var has = File.ReadAllBytes(standard).AsSpan().IndexOf("GLIBCXX_3.4.32\0"u8) >= 0;

        TorchRuntime.Description.ShouldEndWith(has ? "as published" : "with its need of GLIBCXX_3.4.32 marked weak");
    }

    [Fact]
    public void LoadFromMemory_MarkedBindings_LoadOnEverySystem()
    {
        TorchRuntime.Load();

        var library = DynamicLoader.LoadFromMemory(ElfFile.WithWeakNeed(Published.TorchSharp, TorchLibraries.UnusedNeed), "marked", out var error);

        error.ShouldBeNull();
        DynamicLoader.Find(library, "THSTensor_ones").ShouldNotBe(0);
    }

    [Fact]
    public void OpenMp_Threads_AreThoseOfLibTorch()
    {
        var (parallel, maxThreads, numThreads, threadNum) = TorchRuntime.OpenMp;
        var threads = torch.get_num_threads();
        try
        {
            foreach (var count in (int[])[1, 3])
            {
                torch.set_num_threads(count);
                ((delegate* unmanaged<int>)maxThreads)().ShouldBe(count);
            }
        }
        finally
        {
            torch.set_num_threads(threads);
        }

        parallel.ShouldNotBe(0);
        ((delegate* unmanaged<int>)numThreads)().ShouldBe(1);
        ((delegate* unmanaged<int>)threadNum)().ShouldBe(0);
    }

    [Fact]
    public void CpuHasBFloat16_IsWhatTheKernelSays()
    {
        var flags = File.ReadLines("/proc/cpuinfo").First(line => line.StartsWith("flags", StringComparison.Ordinal) || line.StartsWith("Features", StringComparison.Ordinal));

        TorchRuntime.CpuHasBFloat16.ShouldBe(flags.Split(' ').Any(flag => flag is "avx512_bf16" or "bf16"));
    }

    // The build links to the packages' files; the kernel tells the files.
    private static string Target(string name)
    {
        FileInfo file = new(Path.Combine(Published.Folders.LibTorch, name));
        return file.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? file.FullName;
    }

    // The files of that name in the process's memory.
    private static List<string> Mapped(string name) =>
        [.. File.ReadLines("/proc/self/maps")
            .Select(line => line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries))
            .Where(field => field.Length == 6 && Path.GetFileName(field[5]).StartsWith(name, StringComparison.Ordinal))
            .Select(field => field[5])
            .Distinct(StringComparer.Ordinal)];
}
