using VideoStyle.Core.Flow;

namespace VideoStyle.Metrics;

/// <summary>What is measured, and how.</summary>
public sealed record MeasureSettings
{
    /// <summary>Gets the definitions of the warping error; all four unless told.</summary>
    public IReadOnlyList<WarpProfile> Profiles { get; init; } =
        [WarpProfile.Lai18, WarpProfile.Ruder16, WarpProfile.Ruder18, WarpProfile.Estab];

    /// <summary>Gets the distances between the frames of a pair; 1, 5, 10 and first unless told.</summary>
    public IReadOnlyList<Lag> Lags { get; init; } = [new(1), new(5), new(10), Lag.First];

    /// <summary>Gets whether flow over several frames is put together from flow between neighbours instead of estimated directly.</summary>
    public bool Chained { get; init; }

    /// <summary>Gets the measure of <see cref="SceneCutDetector"/> from which on a new shot begins; above 0, at most 1.</summary>
    public double CutThreshold { get; init; } = SceneCutDetector.DefaultThreshold;

    /// <summary>Gets whether frames are matched by number alone, for clips whose times mean nothing, such as image sequences.</summary>
    public bool IgnoreTiming { get; init; }

    /// <summary>Gets the distance of the pairs that tOF looks at: 1 for every pair, 0 for none; 4 unless told, because tOF costs more than all else.</summary>
    public int FlowDifferenceEvery { get; init; } = 4;

    /// <summary>Gets whether SSIM and PSNR against the source are computed.</summary>
    public bool Fidelity { get; init; } = true;

    /// <summary>Gets the distance of the frames whose distances by a network are computed; 12 unless told.</summary>
    public int PerceptualEvery { get; init; } = 12;

    /// <summary>Gets after how many frames to stop, or null for the whole clips.</summary>
    public long? MaxFrames { get; init; }

    /// <summary>Gets how many of the worst pairs of each output are kept as pictures; 0 unless a report wants them.</summary>
    public int WorstPairs { get; init; }

    /// <summary>Gets how many moments of all clips are kept as pictures, spread evenly; 0 unless a report wants them.</summary>
    public int Moments { get; init; }

    /// <summary>Gets the width that kept pictures are reduced to, in pixels.</summary>
    public int PictureWidth { get; init; } = 640;

    /// <summary>Gets how many frames are measured at once, each by one thread; as many as there are cores unless told. Figures do not depend on it; memory does, by about 100 MB each at 1280×720.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>TecoGAN leaves out the frames at both ends; its first pair ends at this frame.</summary>
    internal const int FirstMotionFrame = 3;

    /// <summary>Whether tOF looks at the pair that ends at a frame.</summary>
    internal bool WantsMotion(long frame) => frame < FirstMotionFrame || (frame - FirstMotionFrame) % FlowDifferenceEvery == 0;
}
