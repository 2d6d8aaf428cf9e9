using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Shouldly;
using VideoStyle.Core.Errors;
using Xunit;

namespace VideoStyle.Native.Tests.KernelTests;

/// <summary>Kernels on the threads of an OpenMP runtime, which is set for the whole process.</summary>
[Collection(RunAlone.Name)]
public sealed unsafe class OpenMpTests : IDisposable
{
    [ThreadStatic]
    private static int s_promised;

    [ThreadStatic]
    private static int s_team;

    [ThreadStatic]
    private static int s_member;

    [ThreadStatic]
    private static int s_regions;

    public void Dispose() => Kernels.SetOpenMp(0, 0, 0, 0);

    [NativeTheory(NativeUnits.Kernels)]
    [InlineData(1, 1, false)]
    [InlineData(3, 3, true)]
    [InlineData(5, 2, true)] // a team smaller than was promised
    [InlineData(1000, 1000, true)] // more threads than rows
    public void Kernels_AnyTeam_WriteEveryRowOnceAndTheSameBits(int promisedThreads, int threads, bool parallel)
    {
        var alone = RunAll();
        (s_promised, s_team, s_regions) = (promisedThreads, threads, 0);
        Kernels.SetOpenMp(
            (nint)(delegate* unmanaged<delegate* unmanaged<void*, void>, void*, uint, uint, void>)&Parallel,
            (nint)(delegate* unmanaged<int>)&MaxThreads,
            (nint)(delegate* unmanaged<int>)&NumThreads,
            (nint)(delegate* unmanaged<int>)&ThreadNum);

        var together = RunAll();

        (s_regions > 0).ShouldBe(parallel);
        for (var i = 0; i < alone.Count; i++)
            together[i].AsSpan().SequenceEqual(alone[i]).ShouldBeTrue($"result {i}");
    }

    [NativeTheory(NativeUnits.Kernels)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Kernels_OnTheSystemsOpenMp_GiveTheSameBits(int threads)
    {
        if (!NativeLibrary.TryLoad("libgomp.so.1", out var gomp))
            return; // the runtime above stands in for it
        var alone = RunAll();
        ((delegate* unmanaged<int, void>)NativeLibrary.GetExport(gomp, "omp_set_num_threads"))(threads);
        Kernels.SetOpenMp(
            NativeLibrary.GetExport(gomp, "GOMP_parallel"),
            NativeLibrary.GetExport(gomp, "omp_get_max_threads"),
            NativeLibrary.GetExport(gomp, "omp_get_num_threads"),
            NativeLibrary.GetExport(gomp, "omp_get_thread_num"));

        var together = RunAll();

        for (var i = 0; i < alone.Count; i++)
            together[i].AsSpan().SequenceEqual(alone[i]).ShouldBeTrue($"result {i}");
    }

    [NativeFact(NativeUnits.Kernels)]
    public void SetOpenMp_SomeOfTheAddresses_IsRefused() =>
        Should.Throw<VideoStyleException>(() => Kernels.SetOpenMp(1, 1, 0, 1)).Message.ShouldStartWith("vs_kernels_set_openmp: ");

    // A runtime whose threads run one after another.
    [UnmanagedCallersOnly]
    private static void Parallel(delegate* unmanaged<void*, void> body, void* context, uint threads, uint flags)
    {
        s_regions++;
        for (s_member = 0; s_member < s_team; s_member++)
            body(context);
        s_member = 0;
    }

    [UnmanagedCallersOnly]
    private static int MaxThreads() => s_promised;

    [UnmanagedCallersOnly]
    private static int NumThreads() => s_team;

    [UnmanagedCallersOnly]
    private static int ThreadNum() => s_member;

    /// <summary>The bits that every kernel gives for pictures large enough to be split.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static List<byte[]> RunAll()
    {
        var results = new List<byte[]>();
        var (weight, bias) = (TestPictures.Weights(1, 16), TestPictures.Weights(2, 16));
        using var x = TestPictures.Random(3, 2, 16, 83, 301);
        using var enlarged = new TestPictures(2, 16, 168, 604);
        var statistics = InstanceNormTests.Call(x.View, weight, bias, null, new(relu: true, scale: 2, pad: 1), enlarged);
        results.Add(enlarged.Bits);
        results.Add(MemoryMarshal.AsBytes(statistics.AsSpan()).ToArray());

        using var dx = new TestPictures(2, 16, 83, 301);
        var gradients = new float[32];
        fixed (float* w = weight, b = bias, s = statistics, d = gradients)
            Kernels.InstanceNormBackward(x.View, w, b, s, new(relu: true, scale: 2, pad: 1), enlarged.View, dx.View, d, d + 16, null);
        results.Add(dx.Bits);
        results.Add(MemoryMarshal.AsBytes(gradients.AsSpan()).ToArray());

        using var subPixel = TestPictures.Random(4, 1, 64, 84, 151);
        using var joined = new TestPictures(1, 16, 168, 302);
        PhaseNormTests.Call(subPixel.View, weight, bias, new(pad: 1), joined);
        results.Add(joined.Bits);

        RunStrips(x.Rows(0, 83) with { Count = 1 }, weight, bias, results);
        RunPictures(results);
        return results;
    }

    private static void RunStrips(ImageBatch strip, float[] weight, float[] bias, List<byte[]> results)
    {
        using var rows = new TestPictures(1, 16, 85, 303);
        var sums = new double[48];
        fixed (float* w = weight, b = bias)
        fixed (double* s = sums)
        {
            Kernels.NormRowSums([strip], 0, 0, 83, subPixel: false, s);
            Kernels.NormRows([strip], 0, 83, s, w, b, null, subPixel: false, 0, new(relu: true, pad: 1), rows.View);
        }
        results.Add(rows.Bits);
        results.Add(MemoryMarshal.AsBytes(sums.AsSpan()).ToArray());
    }

    private static void RunPictures(List<byte[]> results)
    {
        var rgb = new byte[300 * 401 * 3];
        new Random(5).NextBytes(rgb);
        using var input = new TestPictures(1, 12, 152, 203);
        var painting = new short[300 * 401 * 4];
        fixed (byte* start = rgb)
        fixed (short* values = painting)
        {
            Kernels.FrameToInput(start, 300, 401, 1203, (300, 402), 2, 1, 1 / 255f, 0, input.View);
            Kernels.OutputToFrame(input.View, 2, sigmoid: true, 1, values, 300, 401);
        }
        results.Add(input.Bits);
        results.Add(MemoryMarshal.AsBytes(painting.AsSpan()).ToArray());
    }
}
