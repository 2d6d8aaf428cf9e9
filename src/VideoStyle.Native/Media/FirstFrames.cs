using VideoStyle.Core.Media;

namespace VideoStyle.Native.Media;

/// <summary>A source that ends after so many frames.</summary>
/// <param name="source">The source; owned.</param>
/// <param name="count">The number of frames, where it has as many.</param>
internal sealed class FirstFrames(IFrameSource source, long count) : IFrameSource
{
    private long _read;

    /// <inheritdoc />
    public VideoInfo Info => source.Info;

    /// <inheritdoc />
    public Frame? Read(FramePool pool) => _read++ < count ? source.Read(pool) : null;

    /// <inheritdoc />
    public void Dispose() => source.Dispose();
}
