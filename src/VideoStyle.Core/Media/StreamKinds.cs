namespace VideoStyle.Core.Media;

/// <summary>The kinds of streams besides the one that is stylized.</summary>
[Flags]
public enum StreamKinds
{
    /// <summary>No stream.</summary>
    None = 0,

    /// <summary>Further video streams and cover images.</summary>
    Video = 1,

    /// <summary>Sound.</summary>
    Audio = 2,

    /// <summary>Subtitles.</summary>
    Subtitle = 4,

    /// <summary>Timed data.</summary>
    Data = 8,

    /// <summary>Attached files, such as fonts.</summary>
    Attachment = 16,

    /// <summary>Every stream.</summary>
    All = Video | Audio | Subtitle | Data | Attachment,
}
