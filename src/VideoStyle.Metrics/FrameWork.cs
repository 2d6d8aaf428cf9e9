namespace VideoStyle.Metrics;

/// <summary>What is to be measured at one frame; nothing in it changes while that is done.</summary>
/// <param name="Set">The frame of every clip.</param>
/// <param name="Previous">The frame before it in the same shot, or null.</param>
/// <param name="Cut">Whether a new shot begins.</param>
/// <param name="Pairs">The pairs that end here.</param>
/// <param name="FromFirst">The chained flow from the shot's first frame, or null.</param>
/// <param name="Dropped">Frames that nothing needs any more once this one and all before it are measured.</param>
internal sealed record FrameWork(
    PictureSet Set,
    PictureSet? Previous,
    bool Cut,
    IReadOnlyList<FramePair> Pairs,
    PairFlow? FromFirst,
    IReadOnlyList<PictureSet> Dropped
);

/// <summary>A pair of frames, the later one being that of the <see cref="FrameWork"/>.</summary>
/// <param name="Earlier">The earlier frame.</param>
/// <param name="Flow">The flow between them.</param>
/// <param name="Lags">The lags that mean this pair, one or more.</param>
internal sealed record FramePair(PictureSet Earlier, PairFlow Flow, List<Lag> Lags);

/// <summary>What was measured at one frame.</summary>
/// <param name="Pictures">By clip, what single pictures are measured by.</param>
/// <param name="Motion">By clip, how far its motion is from the source's, 0 for the source; null where this was not measured.</param>
/// <param name="Pairs">By pair and profile, the coverage and the error of each clip; no errors where no pixel is valid.</param>
internal sealed record FrameFigures(
    PictureFigures[] Pictures,
    double[]? Motion,
    IReadOnlyList<IReadOnlyList<(double Coverage, double[]? Errors)>> Pairs
);

/// <summary>What a single picture is measured by.</summary>
/// <param name="GradientEnergy">See <see cref="PictureQuality.GradientEnergy"/>.</param>
/// <param name="SquaredError">Mean squared difference to the source, 0–65025; null where it was not asked for.</param>
/// <param name="Similarity">SSIM to the source; NaN for pictures that are too small.</param>
internal readonly record struct PictureFigures(double GradientEnergy, double? SquaredError, double Similarity);
