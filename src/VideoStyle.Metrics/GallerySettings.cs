namespace VideoStyle.Metrics;

/// <summary>Which images a report keeps.</summary>
public sealed record GallerySettings
{
    /// <summary>Gets how many of the worst pairs of each stylized clip are kept, 0 or more; 4 by default.</summary>
    public int WorstPairs { get; init; } = 4;

    /// <summary>Gets how many frames of all clips are kept, spread evenly, 0 or more; 8 by default.</summary>
    public int Frames { get; init; } = 8;

    /// <summary>Gets the width that wider images are reduced to, in pixels, 1 or more; 640 by default.</summary>
    public int ImageWidth { get; init; } = 640;
}
