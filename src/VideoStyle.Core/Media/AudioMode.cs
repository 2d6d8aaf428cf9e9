namespace VideoStyle.Core.Media;

/// <summary>What becomes of a video's sound.</summary>
public enum AudioMode
{
    /// <summary>Copied where the container can hold it; converted to what is usual there where not.</summary>
    Auto = 0,

    /// <summary>Copied where the container can hold it; left out where not.</summary>
    Copy = 1,

    /// <summary>Converted to AAC, unless it is AAC.</summary>
    Aac = 2,

    /// <summary>Converted to Opus, unless it is Opus.</summary>
    Opus = 3,

    /// <summary>Left out.</summary>
    None = 4,
}
