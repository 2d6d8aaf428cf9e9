using VideoStyle.Core.Media;

namespace VideoStyle.Core.Pipeline;

/// <summary>A grey picture that is compared with the ones before and behind it, side by side, and given back after both.</summary>
/// <param name="image">The picture.</param>
/// <param name="readers">How many comparisons read it.</param>
internal sealed class SharedLuma(LumaImage image, int readers)
{
    private int _readers = readers;

    public LumaImage Image => image;

    /// <summary>Ends one comparison; one that fails need not.</summary>
    public void Done()
    {
        if (Interlocked.Decrement(ref _readers) == 0)
            image.Release();
    }
}
