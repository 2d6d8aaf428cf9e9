using VideoStyle.Core.Flow;
using VideoStyle.Core.Media;

namespace VideoStyle.OpticalFlow;

/// <summary>Dense optical flow by dense inverse search: Kroeger, Timofte, Dai and Van Gool, "Fast Optical Flow using Dense Inverse Search", ECCV 2016.</summary>
/// <remarks>
/// <para>
/// From coarse to fine, patches of one image are aligned with the other by Gauss–Newton steps (<see cref="Patch"/>), on a grid (<see cref="PatchGrid"/>),
/// and averaged into a dense flow. Both directions share the pyramids. Ours: neighbors propagate in both orders, patches without texture are held to the
/// coarser flow, a median filter gives flat ground beside an object its own motion back, the finest level is the image itself with a single step, and the
/// weights of the average fall with the square of the difference.
/// </para>
/// <para>The same images give the same flow everywhere: no step depends on the number of threads or on the processor. One thread at a time may use an estimator.</para>
/// </remarks>
public sealed class DenseInverseSearch : IFlowEstimator
{
    private const int MinSide = 16;

    private readonly DenseInverseSearchOptions _options;
    private Buffers? _buffers;

    /// <summary>Creates an estimator.</summary>
    /// <param name="options">The settings.</param>
    public DenseInverseSearch(DenseInverseSearchOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegative(options.FinestLevel, nameof(options));
        if (options.PatchStride is < 1 or > Patch.Size)
            throw new ArgumentOutOfRangeException(nameof(options), options.PatchStride, "The patch stride must be from 1 to 8.");
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Steps, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.FinestSteps, 1, nameof(options));
        _options = options;
        Description = FormattableString.Invariant(
            $"dense inverse search (finest level {options.FinestLevel}, patch stride {options.PatchStride}, {options.Steps} and {options.FinestSteps} steps, {options.RefinementIterations} refinement iterations)");
    }

    /// <inheritdoc />
    public string Description { get; }

    /// <inheritdoc />
    public FlowField Estimate(LumaImage source, LumaImage target)
    {
        var buffers = Load(source, target);
        return buffers.Search(_options, isReversed: false, source.Width, source.Height);
    }

    /// <inheritdoc />
    public (FlowField Forward, FlowField Backward) EstimateBoth(LumaImage first, LumaImage second)
    {
        var buffers = Load(first, second);
        return (buffers.Search(_options, isReversed: false, first.Width, first.Height), buffers.Search(_options, isReversed: true, first.Width, first.Height));
    }

    /// <inheritdoc />
    public void Dispose()
    {
        // Holds nothing but memory of the collector.
    }

    private Buffers Load(LumaImage first, LumaImage second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.Width != second.Width || first.Height != second.Height)
            throw new ArgumentException($"The images differ in size: {first.Width}x{first.Height} and {second.Width}x{second.Height}.", nameof(second));
        (first, second) = (first.Padded(MinSide), second.Padded(MinSide));
        if (_buffers is null || _buffers.Width != first.Width || _buffers.Height != first.Height)
            _buffers = new Buffers(first.Width, first.Height, _options);
        _buffers.First.Load(first);
        _buffers.Second.Load(second);
        return _buffers;
    }

    /// <summary>What images of one size need.</summary>
    private sealed class Buffers
    {
        private readonly PatchGrid[] _grids;
        private readonly VariationalRefinement? _refinement;

        public Buffers(int width, int height, DenseInverseSearchOptions options)
        {
            (Width, Height) = (width, height);
            (First, Second) = (FlowPyramid.Of(width, height), FlowPyramid.Of(width, height));
            _grids = [.. First.Levels.Select(l => new PatchGrid(l.Width, l.Height, options.PatchStride))];
            if (options.RefinementIterations > 0 && First.Levels[Math.Min(options.FinestLevel, _grids.Length - 1)] is var finest)
                _refinement = new VariationalRefinement(finest.Width, finest.Height);
        }

        public int Width { get; }

        public int Height { get; }

        public FlowPyramid First { get; }

        public FlowPyramid Second { get; }

        public FlowField Search(DenseInverseSearchOptions options, bool isReversed, int width, int height)
        {
            var (source, target) = isReversed ? (Second, First) : (First, Second);
            var finest = Math.Min(options.FinestLevel, _grids.Length - 1);
            for (var i = _grids.Length - 1; i >= finest; i--)
            {
                var isFinest = i == finest;
                var coarse = i + 1 < _grids.Length ? _grids[i + 1] : null;
                _grids[i].Search(source.Levels[i], target.Levels[i].Image, coarse, isFinest ? options.FinestSteps : options.Steps, !isFinest, options.Prior);
            }

            if (_refinement is not null)
            {
                _refinement.Refine(source.Levels[finest].Image, target.Levels[finest].Image, _grids[finest].Flow, options.RefinementIterations);
                _grids[finest].Filter(source.Levels[finest].Image);
            }

            return _grids[finest].Flow.ToField(width, height, finest);
        }
    }
}
