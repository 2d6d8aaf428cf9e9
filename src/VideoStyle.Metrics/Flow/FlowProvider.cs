using System.Collections.Concurrent;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Flow;
using VideoStyle.Core.Media;
using VideoStyle.Metrics.Truth;
using VideoStyle.Metrics.Warping;

namespace VideoStyle.Metrics.Flow;

/// <summary>Provides the flow of a measurement: from an estimator, from files, or from an estimator with a cache of files.</summary>
/// <remarks>Safe to use from several threads: each estimate takes an estimator of its own from a pool.</remarks>
public sealed class FlowProvider : IDisposable
{
    private readonly Func<IFlowEstimator>? _create;
    private readonly FlowFolder? _folder;
    private readonly ConcurrentBag<IFlowEstimator> _idle = [];

    private FlowProvider(Func<IFlowEstimator>? create, FlowFolder? folder, string description) =>
        (_create, _folder, Description) = (create, folder, description);

    /// <summary>Gets the estimator's name and settings, or where the flow is read from.</summary>
    public string Description { get; }

    /// <summary>Gets where masks are read from where it has them, or <c>computed</c>.</summary>
    public string MaskDescription => Truth is not null ? $"known motion, {_folder!.Path}" : _create is null ? $"read from {_folder!.Path}, or computed" : "computed";

    /// <summary>Estimates flow.</summary>
    /// <param name="create">Makes an estimator; called once for each thread that needs one.</param>
    /// <param name="cache">A folder that flow is read from where it has it and written to where not, or null.</param>
    /// <returns>A provider that the caller disposes.</returns>
    /// <exception cref="VideoStyleException">The cache was written by another estimator or cannot be written.</exception>
    public static FlowProvider Estimate(Func<IFlowEstimator> create, FlowFolder? cache = null)
    {
        ArgumentNullException.ThrowIfNull(create);
        var first = create();
        FlowProvider provider = new(create, cache, first.Description);
        provider._idle.Add(first);
        cache?.BeginWriting(first.Description);
        return provider;
    }

    /// <summary>Reads flow, and masks where there are some, from files.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>A provider that the caller disposes.</returns>
    /// <exception cref="VideoStyleException">There is no such folder.</exception>
    public static FlowProvider ReadFrom(FlowFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        if (!Directory.Exists(folder.Path))
            throw new VideoStyleException(ErrorKind.Input, $"{folder.Path}: there is no such folder of flow.");
        var estimator = folder.ReadEstimator();
        return new FlowProvider(create: null, folder, estimator is null ? $"files in {folder.Path}" : $"{estimator}, read from {folder.Path}");
    }

    /// <summary>Gets whether flow is estimated, and not read from files.</summary>
    internal bool IsEstimated => _create is not null;

    /// <summary>Gets what is known of the clip beside its flow, or null.</summary>
    internal TrueMotion? Truth => IsEstimated ? null : _folder!.Truth;

    /// <summary>Reads the flow between two frames of known motion; null where there is none.</summary>
    internal FlowField? TryRead(LumaImage size, long from, long to) => _folder?.TryReadFlow(from, to, size.Width, size.Height);

    /// <summary>Gets the flow between two frames.</summary>
    /// <param name="from">The grayscale image whose pixels are followed.</param>
    /// <param name="fromIndex">Its number in the clip.</param>
    /// <param name="to">The grayscale image in which they are found.</param>
    /// <param name="toIndex">Its number in the clip.</param>
    /// <returns>The flow.</returns>
    /// <exception cref="VideoStyleException">A file is missing, damaged or of another size.</exception>
    public FlowField Get(LumaImage from, long fromIndex, LumaImage to, long toIndex)
    {
        ArgumentNullException.ThrowIfNull(from);
        if (_folder?.TryReadFlow(fromIndex, toIndex, from.Width, from.Height) is { } read)
            return read;
        if (_create is null)
            throw new VideoStyleException(
                ErrorKind.Input,
                $"{_folder!.Path}: has no flow from frame {fromIndex} to frame {toIndex}.",
                $"It would be called {fromIndex}-{toIndex}.flo or .png. Lag 1 and profile lai18 need fewer files; with ComposeFlow set, only those between neighbors."
            );

        if (!_idle.TryTake(out var estimator))
            estimator = _create();
        var flow = estimator.Estimate(from, to);
        _idle.Add(estimator);
        _folder?.WriteFlow(fromIndex, toIndex, flow);
        return flow;
    }

    /// <summary>Gets a mask: the one that the folder has, or one computed from the flow, which a cache then keeps.</summary>
    internal ValidityMask GetMask(long fromIndex, long toIndex, WarpProfile profile, FlowConsistency check, LumaImage size)
    {
        if (_create is null && _folder!.TryReadMask(fromIndex, toIndex, profile, size.Width, size.Height) is { } read)
            return read;
        var mask = check.Mask(profile.Occlusion());
        if (_create is not null)
            _folder?.WriteMask(fromIndex, toIndex, profile, mask);
        return mask;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        while (_idle.TryTake(out var estimator))
            estimator.Dispose();
    }
}
