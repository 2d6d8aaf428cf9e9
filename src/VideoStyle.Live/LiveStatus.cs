namespace VideoStyle.Live;

/// <summary>How it goes.</summary>
/// <param name="Arrived">Frames that came from the input.</param>
/// <param name="Written">Frames painted.</param>
/// <param name="Dropped">Frames that came and were not painted, because a newer one was there.</param>
/// <param name="FramesPerSecond">Frames painted in the last second or so.</param>
/// <param name="MedianLatency">From arrival to the way out, the median of the last seconds.</param>
/// <param name="HighLatency">The same, exceeded by one frame in twenty.</param>
/// <param name="Level">How simple the painting is made; 0 is as it was asked for.</param>
/// <param name="Slowest">The stage that takes most of the time.</param>
internal sealed record LiveStatus(
    long Arrived, long Written, long Dropped, double FramesPerSecond, TimeSpan MedianLatency, TimeSpan HighLatency, int Level, string Slowest);
