namespace VideoStyle;

/// <summary>How a before-and-after video shows both.</summary>
public enum CompareMode
{
    /// <summary>The original left, the stylized video right: twice as wide.</summary>
    Side,

    /// <summary>A divider that moves across the frame: the stylized video left of it, the original right.</summary>
    Wipe,
}
