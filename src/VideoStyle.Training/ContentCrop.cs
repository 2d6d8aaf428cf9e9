namespace VideoStyle.Training;

/// <summary>A crop to train on; one from a video may have the same crop of a following frame.</summary>
/// <param name="Image"><c>[1, 3, S, S]</c>, 0–1, on the host.</param>
/// <param name="Next">The following frame, or null.</param>
internal sealed record ContentCrop(Tensor Image, VideoPair? Next) : IDisposable
{
    public void Dispose()
    {
        Image.Dispose();
        Next?.Dispose();
    }
}
