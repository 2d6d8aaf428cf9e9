namespace VideoStyle.Torch.Runtime;

/// <summary>The number of threads of one libtorch operator.</summary>
internal static class TorchThreads
{
    [ThreadStatic]
    private static int s_threads;

    /// <summary>Sets the number for operators called from this thread.</summary>
    /// <param name="threads">At least 1.</param>
    /// <remarks>
    /// OpenMP keeps the number per calling thread. Setting it also clears libtorch's cache of compiled convolutions, so it is set only
    /// where it changes.
    /// </remarks>
    internal static void Set(int threads)
    {
        if (s_threads == threads)
            return;
        TorchRuntime.Load();
        set_num_threads(threads);
        s_threads = threads;
    }
}
