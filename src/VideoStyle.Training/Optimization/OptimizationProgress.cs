namespace VideoStyle.Training.Optimization;

/// <summary>The progress of an image or video optimization.</summary>
/// <param name="Frame">The frame of a video, from 1; 1 for an image.</param>
/// <param name="Frames">The number of frames, times the passes over them; 1 for an image.</param>
/// <param name="Level">The pyramid level, from 1.</param>
/// <param name="Levels">The number of pyramid levels.</param>
/// <param name="Width">Columns of the level.</param>
/// <param name="Height">Rows of the level.</param>
/// <param name="Iteration">Steps taken in the level.</param>
/// <param name="Iterations">Steps of the level.</param>
/// <param name="Elapsed">Time taken, interrupted parts of the run included.</param>
/// <param name="Remaining">Time left, estimated from the pace.</param>
/// <param name="Losses">Weighted, by name: <c>content</c>, <c>style1</c> to <c>style4</c>, <c>tv</c>, <c>photo</c>, <c>temporal</c>, <c>total</c>.</param>
/// <param name="Preview">Whether the preview was written.</param>
public sealed record OptimizationProgress(
    int Frame,
    int Frames,
    int Level,
    int Levels,
    int Width,
    int Height,
    int Iteration,
    int Iterations,
    TimeSpan Elapsed,
    TimeSpan Remaining,
    IReadOnlyDictionary<string, double> Losses,
    bool Preview
);

/// <summary>The result of an image or video optimization.</summary>
/// <param name="Completed">False where it was interrupted and left a checkpoint.</param>
/// <param name="Iterations">Steps taken in total.</param>
/// <param name="Elapsed">Time taken in total.</param>
/// <param name="Losses">The last losses.</param>
public sealed record OptimizationResult(bool Completed, int Iterations, TimeSpan Elapsed, IReadOnlyDictionary<string, double> Losses);
