namespace VideoStyle.Torch.Runtime;

/// <summary>The number of threads that one operator of libtorch may use.</summary>
internal static class TorchThreads
{
    [ThreadStatic]
    private static int s_threads;

    /// <summary>Sets the number for operators that are called from this thread.</summary>
    /// <param name="threads">At least 1.</param>
    /// <remarks>
    /// OpenMP keeps the number for each calling thread. Setting it also empties libtorch's cache of compiled convolutions,
    /// so it is only set where it changes.
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
