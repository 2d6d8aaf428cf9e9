using VideoStyle.Core.Media;

namespace VideoStyle.Core.Pipeline;

/// <summary>A grayscale image that is compared with the previous and the next one concurrently, and released after both.</summary>
/// <param name="image">The image.</param>
/// <param name="readers">The number of comparisons that read it.</param>
internal sealed class SharedLuma(LumaImage image, int readers)
{
    private int _readers = readers;

    public LumaImage Image => image;

    /// <summary>Ends one comparison. A comparison that fails need not call it.</summary>
    public void Done()
    {
        if (Interlocked.Decrement(ref _readers) == 0)
            image.Release();
    }
}
