using VideoStyle.Networks.Color;

namespace VideoStyle.Training.Optimization;

/// <summary>A level of the image pyramid: the image at one size, with its objective and its optimizer.</summary>
internal sealed class PyramidLevel : IDisposable
{
    private const long HistoryBytes = 1L << 30;
    private const int MinHistory = 5;
    private const double AdamRate = 0.02;

    private readonly StyleObjective _objective;
    private readonly MattingEnergy? _matting;
    private readonly Tensor _pixels;

    /// <summary>Starts a level.</summary>
    /// <param name="styles">The style source; owned by the caller.</param>
    /// <param name="options">Losses and optimizer.</param>
    /// <param name="content">The content image at the level's size, <c>[1, 3, H, W]</c> in 0–1; or null.</param>
    /// <param name="start">The initial image, of the level's size.</param>
    /// <param name="iterations">The number of steps that will be taken.</param>
    /// <param name="further">Losses beside those of the options; or null.</param>
    internal PyramidLevel(
        StyleSource styles,
        OptimizationOptions options,
        Tensor? content,
        Tensor start,
        int iterations,
        IReadOnlyList<PixelLoss>? further = null
    )
    {
        using var scope = NewDisposeScope();
        var (height, width) = ((int)start.size(2), (int)start.size(3));
        var losses = new List<PixelLoss>(further ?? []);
        if (options.Weights.TotalVariation > 0)
            losses.Add(new PixelLoss("tv", options.Weights.TotalVariation, Networks.Loss.Losses.TotalVariation));
        if (options.Photo > 0)
        {
            _matting = new MattingEnergy(content!);
            losses.Add(new PixelLoss("photo", options.Photo, _matting.Of));
        }

        if (content is not null && options.Color == ColorPreservation.Luminance)
            content = ColorTransfer.Grayscale(content);
        _objective = new StyleObjective(styles.Network, styles.TargetFor(height, width), options, content, height, width, losses);
        using (no_grad())
        using (NewDisposeScope())
            _pixels = start.to(ScalarType.Float32).contiguous().reshape(-1).clone().DetachFromDisposeScope();
        Optimizer = options.Optimizer == OptimizerKind.Adam
            ? new AdamOptimizer(_pixels, Evaluate, options.LearningRate ?? AdamRate, iterations)
            : new Lbfgs(
                _pixels,
                Evaluate,
                new LbfgsOptions
                {
                    Rate = options.LearningRate ?? 1,
                    History = HistoryOf(options, _pixels.numel()),
                    // Losses in bfloat16 may be equal by chance, and do not resolve a change below one level of 8 bits.
                    ChangeTolerance = styles.Network.IsExact ? new LbfgsOptions().ChangeTolerance : 0,
                    FirstChange = styles.Network.IsExact ? null : 0.02,
                    StrongWolfe = options.Optimizer == OptimizerKind.LbfgsSearch,
                }
            );
    }

    /// <summary>Gets the optimizer of the pixels.</summary>
    internal IOptimizer Optimizer { get; }

    /// <summary>Gets the current image: its values channel by channel, owned by the level.</summary>
    internal Tensor Pixels => _pixels;

    /// <summary>Gets the weighted losses of the last evaluation.</summary>
    internal IReadOnlyDictionary<string, double> Losses => _objective.Terms;

    /// <summary>Copies the current image, <c>[1, 3, H, W]</c> in 0–1; owned by the caller or the current scope.</summary>
    internal Tensor ToImage()
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(_pixels.detach().reshape(1, 3, _objective.Height, _objective.Width).clamp(0, 1));
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Optimizer.Dispose();
        _objective.Dispose();
        _matting?.Dispose();
        _pixels.Dispose();
    }

    private static int HistoryOf(OptimizationOptions options, long values) =>
        (int)Math.Min(options.History, Math.Max(MinHistory, HistoryBytes / (2 * sizeof(float) * values)));

    private Evaluation Evaluate() => _objective.Evaluate(_pixels);
}
