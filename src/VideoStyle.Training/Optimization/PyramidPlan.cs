using VideoStyle.Core.Errors;

namespace VideoStyle.Training.Optimization;

/// <summary>The levels of the image pyramid.</summary>
/// <param name="Levels">From coarse to fine: rows, columns and optimization steps.</param>
internal sealed record PyramidPlan(IReadOnlyList<(int Height, int Width, int Iterations)> Levels)
{
    private const int DefaultSize = 512;
    private const int CoarsestSize = 256;
    private const int MinSide = 24;
    private const int MinIterations = 20;

    /// <summary>Gets the work of all levels, in steps times pixels.</summary>
    internal double Work => Levels.Sum(WorkOf);

    /// <summary>Plans the pyramid of an image.</summary>
    /// <param name="options">Size, levels and steps.</param>
    /// <param name="height">Rows of the content image.</param>
    /// <param name="width">Columns of the content image.</param>
    /// <exception cref="VideoStyleException">A level would be too narrow (Input).</exception>
    internal static PyramidPlan Make(OptimizationOptions options, int height, int width)
    {
        var longest = options.Size ?? Math.Min(DefaultSize, Math.Max(height, width));
        var count = options.Levels ?? (int)Math.Max(1, Math.Floor(Math.Log2((double)longest / CoarsestSize)) + 1);
        var levels = new List<(int Height, int Width, int Iterations)>();
        for (var i = 0; i < count; i++)
        {
            var scale = longest / Math.Pow(2, count - 1 - i) / Math.Max(height, width);
            var (rows, columns) = ((int)Math.Round(height * scale), (int)Math.Round(width * scale));
            if (Math.Min(rows, columns) < MinSide)
                throw new VideoStyleException(
                    ErrorKind.Input,
                    $"{options.Content ?? options.AllStyles[0].Path}: is {width}×{height}, and a level of {columns}×{rows} pixels is too narrow; {MinSide} are needed.",
                    "Give a larger image, or set a larger Size."
                );
            levels.Add((rows, columns, Math.Max(Math.Min(MinIterations, options.Iterations), options.Iterations >> i)));
        }

        return new PyramidPlan(levels);
    }

    /// <summary>The share of the work that is done.</summary>
    /// <param name="level">The index of the current level, from 0.</param>
    /// <param name="iteration">The steps taken in it.</param>
    internal double Share(int level, int iteration) =>
        (Levels.Take(level).Sum(WorkOf) + WorkOf(Levels[level] with { Iterations = iteration })) / Work;

    private static double WorkOf((int Height, int Width, int Iterations) level) => (double)level.Height * level.Width * level.Iterations;
}
