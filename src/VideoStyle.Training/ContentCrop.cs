namespace VideoStyle.Training;

/// <summary>A crop to learn on, and where it is from a video perhaps the same place a little later.</summary>
/// <param name="Picture"><c>[1, 3, S, S]</c>, 0–1, on the host.</param>
/// <param name="Next">What follows, or null.</param>
internal sealed record ContentCrop(Tensor Picture, VideoPair? Next) : IDisposable
{
    public void Dispose()
    {
        Picture.Dispose();
        Next?.Dispose();
    }
}
