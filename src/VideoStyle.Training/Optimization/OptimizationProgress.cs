namespace VideoStyle.Training.Optimization;

/// <summary>The progress of an image or video optimization.</summary>
public sealed record OptimizationProgress
{
    /// <summary>Gets the frame of a video, from 1; 1 for an image.</summary>
    public int Frame { get; init; } = 1;

    /// <summary>Gets the number of frames, times the passes over them; 1 for an image.</summary>
    public int Frames { get; init; } = 1;

    /// <summary>Gets the pyramid level, from 1.</summary>
    public required int Level { get; init; }

    /// <summary>Gets the number of pyramid levels.</summary>
    public required int Levels { get; init; }

    /// <summary>Gets the columns of the level.</summary>
    public required int Width { get; init; }

    /// <summary>Gets the rows of the level.</summary>
    public required int Height { get; init; }

    /// <summary>Gets the steps taken in the level.</summary>
    public required int Iteration { get; init; }

    /// <summary>Gets the steps of the level.</summary>
    public required int Iterations { get; init; }

    /// <summary>Gets the time taken, interrupted parts of the run included.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>Gets the time left, estimated from the pace.</summary>
    public required TimeSpan Remaining { get; init; }

    /// <summary>Gets the weighted losses by name: <c>content</c>, <c>style1</c> to <c>style4</c>, <c>tv</c>, <c>photo</c>, <c>temporal</c>, <c>total</c>.</summary>
    public required IReadOnlyDictionary<string, double> Losses { get; init; }

    /// <summary>Gets a value indicating whether the preview was written.</summary>
    public bool Preview { get; init; }
}
