namespace VideoStyle.Native.Media;

/// <summary>How a stream is read or written, apart from its pictures and sound.</summary>
public sealed record StreamOptions
{
    /// <summary>Gets whether delay counts for more than anything else: nothing is read ahead, and frames do not wait for later ones.</summary>
    public bool Live { get; init; }

    /// <summary>Gets whether a URL is listened on, so that somebody else connects; RTMP, RTSP, SRT and TCP can.</summary>
    public bool Listen { get; init; }

    /// <summary>Gets after how much silence a stream ends or fails; null is 30 seconds. Whoever is to connect may take any time.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Gets when every wait for the stream ends.</summary>
    public CancellationToken Stop { get; init; }

    internal TimeSpan EffectiveTimeout => Timeout ?? TimeSpan.FromSeconds(30);
}
