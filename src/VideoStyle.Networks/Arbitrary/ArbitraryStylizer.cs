using VideoStyle.Core.Media;
using VideoStyle.Core.Stylizers;
using VideoStyle.Networks.Inference;
using VideoStyle.Torch.Runtime;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Networks.Arbitrary;

/// <summary>Paints after pictures: one network for any style, and what it measured of each picture.</summary>
/// <remarks>A picture is measured when a frame first needs it, and never again.</remarks>
public sealed class ArbitraryStylizer : IStylizer
{
    private readonly ArbitraryStyleModel _model;
    private readonly Lazy<StyleStatistics>[] _styles;
    private readonly StyleAssignment _assignment;
    private readonly double _strength;
    private readonly int _threads;

    private ArbitraryStylizer(
        ArbitraryStyleModel model, IEnumerable<Func<Tensor>> pictures, StyleAssignment assignment, double strength, (int Workers, int Threads) share, string description)
    {
        (_model, _assignment, _strength, (Workers, _threads), Description) = (model, assignment, strength, share, description);
        _styles = [.. pictures.Select(read => new Lazy<StyleStatistics>(() => Measure(read)))];
    }

    /// <inheritdoc />
    public int Workers { get; }

    /// <inheritdoc />
    public string Description { get; }

    /// <summary>Prepares pictures for painting.</summary>
    /// <param name="open">Opens the network for a device and a kind of number; it is disposed here.</param>
    /// <param name="pictures">The style pictures, read when they are needed.</param>
    /// <param name="assignment">Decides about their shares; disposed here.</param>
    /// <param name="strength">From 0, the frame as it is, to 1.</param>
    /// <param name="options">Device, precision and workers.</param>
    /// <exception cref="Core.Errors.VideoStyleException">The device is absent (Runtime), or the network cannot be loaded (Model).</exception>
    public static ArbitraryStylizer Create(
        Func<Device, ScalarType, ArbitraryStyleModel> open,
        IReadOnlyList<string> pictures,
        StyleAssignment assignment,
        double strength,
        StylizerOptions options
    )
    {
        ArgumentNullException.ThrowIfNull(open);
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentNullException.ThrowIfNull(options);
        var device = Devices.Parse(options.Device);
        var (type, shortName) = TorchStylizer.Choose(options.Precision, device);
        var model = open(device, type);
        var names = pictures.Count <= 3 ? string.Join(" + ", pictures.Select(Path.GetFileNameWithoutExtension)) : $"{pictures.Count} pictures";
        return new ArbitraryStylizer(
            model,
            pictures.Select(path => (Func<Tensor>)(() => StyleImage.Read(path, model.StyleSize))),
            assignment,
            strength,
            TorchStylizer.Share(options.Workers, device),
            $"{names} by {model.Name}, {shortName}, {device}"
        );
    }

    /// <summary>Measures every picture now, so that one that cannot be read is told before anything is painted.</summary>
    /// <exception cref="Core.Errors.VideoStyleException">A picture is missing, damaged or too small (Input).</exception>
    public void Warm()
    {
        foreach (var style in _styles)
            _ = style.Value;
    }

    /// <inheritdoc />
    public void Follow(Frame frame) => _assignment.Follow(frame);

    /// <inheritdoc />
    public StylizedFrame Paint(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        return TorchFailure.Translate(() => PaintOne(frame));
    }

    private StylizedFrame PaintOne(Frame frame)
    {
        TorchThreads.Set(_threads);
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var shares = _assignment.SharesOf(frame);
        var rgb = FrameTensors.Read(frame, Canvas(frame.Height), Canvas(frame.Width), 1, 0, 1 / 255.0, ScalarType.Float32).to(ScalarType.Float32, _model.Device);
        var output = shares.Maps is { } maps && !_model.SupportsMaps
            ? BlendPaintings(rgb, maps, frame)
            : _model.Stylize(rgb, FieldOf(shares, frame));
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

    private StyleBlend FieldOf(StyleShares shares, Frame frame)
    {
        if (shares.Maps is { } maps)
            return new StyleBlend([.. Enumerable.Range(0, _styles.Length).Select(i => (_styles[i].Value, 1.0, (Tensor?)MapOf(maps, i, frame)))], _strength);
        var parts = shares.Shares.Select((share, i) => (Index: i, Share: share)).Where(p => p.Share > 0).Select(p => (Style: _styles[p.Index].Value, p.Share)).ToList();
        return parts.Count > 1 && _model.MixesStatistics
            ? new StyleBlend(StyleStatistics.Interpolate(parts), _strength)
            : new StyleBlend([.. parts.Select(p => (p.Style, p.Share, (Tensor?)null))], _strength);
    }

    private Tensor BlendPaintings(Tensor rgb, StyleMaps maps, Frame frame) =>
        Enumerable.Range(0, _styles.Length)
            .Select(i => _model.Stylize(rgb, new StyleBlend(_styles[i].Value, _strength)).to(ScalarType.Float32) * MapOf(maps, i, frame))
            .Aggregate((a, b) => a + b);

    /// <summary>A style's map as it lies over the mirrored picture, <c>[1, 1, H, W]</c>.</summary>
    private Tensor MapOf(StyleMaps maps, int style, Frame frame)
    {
        var (height, width) = (Canvas(frame.Height), Canvas(frame.Width));
        var values = new float[height * width];
        for (var y = 0; y < height; y++)
        {
            // The border mirrors; the nearest pixel's style is near enough for it.
            var row = values.AsSpan(y * width, width);
            maps.ReadRow(style, Math.Min(y, frame.Height - 1), frame.Height, row[..frame.Width]);
            row[frame.Width..].Fill(row[frame.Width - 1]);
        }

        return HostTensor.From<float>(values, 1, 1, height, width).to(ScalarType.Float32, _model.Device);
    }
}
