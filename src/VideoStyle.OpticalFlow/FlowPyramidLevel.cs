namespace VideoStyle.OpticalFlow;

/// <summary>An image and its derivatives along both axes.</summary>
internal sealed class FlowPyramidLevel(int width, int height)
{
    public int Width => Image.Width;

    public int Height => Image.Height;

    public PaddedImage Image { get; } = new(width, height);

    public PaddedImage AlongX { get; } = new(width, height);

    public PaddedImage AlongY { get; } = new(width, height);
}
