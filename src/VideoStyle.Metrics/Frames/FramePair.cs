namespace VideoStyle.Metrics.Frames;

/// <summary>A pair of frames, the later one being that of the <see cref="FrameContext"/>.</summary>
/// <param name="Earlier">The earlier frame.</param>
/// <param name="Flow">The flow between them.</param>
/// <param name="Lags">The lags that mean this pair; none where only a metric asked for the neighbors.</param>
internal sealed record FramePair(FrameSet Earlier, PairFlow Flow, List<Lag> Lags);
