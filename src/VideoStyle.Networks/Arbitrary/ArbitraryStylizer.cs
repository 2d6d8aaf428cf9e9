using VideoStyle.Core.Media;
using VideoStyle.Core.Stylizers;
using VideoStyle.Networks.Inference;
using VideoStyle.Torch.Runtime;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Networks.Arbitrary;

/// <summary>Arbitrary style transfer: one network for any style, with the statistics of each style image.</summary>
/// <remarks>A style image is measured once, when a frame first needs it.</remarks>
public sealed class ArbitraryStylizer : IStylizer
{
    private readonly ArbitraryStyleModel _model;
    private readonly Lazy<StyleStatistics>[] _styles;
    private readonly StyleAssignment _assignment;
    private readonly double _strength;
    private readonly int _threads;

    private ArbitraryStylizer(
        ArbitraryStyleModel model, IEnumerable<Func<Tensor>> images, StyleAssignment assignment, double strength, int threads, StylizerInfo info)
    {
        (_model, _assignment, _strength, _threads, Info) = (model, assignment, strength, threads, info);
        _styles = [.. images.Select(read => new Lazy<StyleStatistics>(() => Measure(read)))];
    }

    /// <inheritdoc />
    public StylizerInfo Info { get; }

    /// <inheritdoc />
    /// <remarks>Null: the statistics and the attention of arbitrary style transfer span the whole frame.</remarks>
    public IRegionStylizer? Regions => null;

    /// <inheritdoc />
    public IFrameObserver Observer => _assignment;

    /// <summary>Prepares style images for inference.</summary>
    /// <param name="open">Opens the network for a device and a dtype; it is disposed here.</param>
    /// <param name="images">The style images, read when they are needed.</param>
    /// <param name="assignment">Decides their weights; disposed here.</param>
    /// <param name="strength">From 0, the frame unchanged, to 1.</param>
    /// <param name="options">Device, precision and workers.</param>
    /// <exception cref="Core.Errors.VideoStyleException">The device is absent (Runtime), or the network cannot be loaded (Model).</exception>
    public static ArbitraryStylizer Create(
        Func<Device, ScalarType, ArbitraryStyleModel> open,
        IReadOnlyList<string> images,
        StyleAssignment assignment,
        double strength,
        StylizerOptions options
    )
    {
        ArgumentNullException.ThrowIfNull(open);
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(options);
        var device = Devices.Parse(options.Device);
        var (type, shortName) = TorchStylizer.Choose(options.Precision, device);
        var model = open(device, type);
        var names = images.Count <= 3 ? string.Join(" + ", images.Select(Path.GetFileNameWithoutExtension)) : $"{images.Count} pictures";
        var (workers, threads) = TorchStylizer.Share(options.Workers, device);
        return new ArbitraryStylizer(
            model,
            images.Select(path => (Func<Tensor>)(() => StyleImage.Read(path, model.StyleSize))),
            assignment,
            strength,
            threads,
            new StylizerInfo($"{names} by {model.Name}, {shortName}, {device}", workers)
        );
    }

    /// <summary>Measures every style image now, so that one that cannot be read is reported before any frame is stylized.</summary>
    /// <exception cref="Core.Errors.VideoStyleException">A style image is missing, damaged or too small (Input).</exception>
    public void Warm()
    {
        foreach (var style in _styles)
            _ = style.Value;
    }

    /// <inheritdoc />
    public StylizedFrame Stylize(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        return TorchFailure.Translate(() => StylizeOne(frame));
    }

    private StylizedFrame StylizeOne(Frame frame)
    {
        TorchThreads.Set(_threads);
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var weights = _assignment.WeightsOf(frame);
        var rgb = FrameTensors.Read(frame, Canvas(frame.Height), Canvas(frame.Width), 1, 0, 1 / 255.0, ScalarType.Float32).to(ScalarType.Float32, _model.Device);
        var output = weights.Maps is { } maps && !_model.SupportsMaps
            ? BlendOutputs(rgb, maps, frame)
            : _model.Stylize(rgb, FieldOf(weights, frame));
        return FrameTensors.ToStylizedFrame(output.to(ScalarType.Float32, CPU), 1, sigmoid: false, 1.0, frame.Width, frame.Height);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var style in _styles.Where(s => s.IsValueCreated))
            style.Value.Dispose();
        _model.Dispose();
        _assignment.Dispose();
    }

    private StyleStatistics Measure(Func<Tensor> read)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        return TorchFailure.Translate(() => _model.EncodeStyle(read()));
    }

    private int Canvas(int size) => FrameTensors.Canvas(size, _model.Stride, _model.MinSize);

    private StyleBlend FieldOf(StyleWeights weights, Frame frame)
    {
        if (weights.Maps is { } maps)
            return new StyleBlend([.. Enumerable.Range(0, _styles.Length).Select(i => (_styles[i].Value, 1.0, (Tensor?)MapOf(maps, i, frame)))], _strength);
        var styles = weights.Weights.Select((weight, i) => (Index: i, Weight: weight)).Where(s => s.Weight > 0).Select(s => (Style: _styles[s.Index].Value, s.Weight)).ToList();
        return styles.Count > 1 && _model.MixesStatistics
            ? new StyleBlend(StyleStatistics.Interpolate(styles), _strength)
            : new StyleBlend([.. styles.Select(s => (s.Style, s.Weight, (Tensor?)null))], _strength);
    }

    private Tensor BlendOutputs(Tensor rgb, StyleMaps maps, Frame frame) =>
        Enumerable.Range(0, _styles.Length)
            .Select(i => _model.Stylize(rgb, new StyleBlend(_styles[i].Value, _strength)).to(ScalarType.Float32) * MapOf(maps, i, frame))
            .Aggregate((a, b) => a + b);

    /// <summary>Gets a style's map over the padded frame, <c>[1, 1, H, W]</c>.</summary>
    private Tensor MapOf(StyleMaps maps, int style, Frame frame)
    {
        var (height, width) = (Canvas(frame.Height), Canvas(frame.Width));
        var values = new float[height * width];
        for (var y = 0; y < height; y++)
        {
            // The padding is a reflection; the nearest pixel's style is close enough for it.
            var row = values.AsSpan(y * width, width);
            maps.ReadRow(style, Math.Min(y, frame.Height - 1), frame.Height, row[..frame.Width]);
            row[frame.Width..].Fill(row[frame.Width - 1]);
        }

        return HostTensor.From<float>(values, 1, 1, height, width).to(ScalarType.Float32, _model.Device);
    }
}
