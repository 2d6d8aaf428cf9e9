namespace VideoStyle.Cli.Converting;

/// <summary>How a before-and-after video shows both.</summary>
internal enum CompareMode
{
    /// <summary>The original left, the painting right: twice as wide.</summary>
    Side,

    /// <summary>A divider that moves across the picture: the painting left of it, the original right.</summary>
    Wipe,
}
