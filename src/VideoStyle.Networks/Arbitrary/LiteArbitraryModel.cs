using VideoStyle.Core.Errors;
using VideoStyle.Networks.Models;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Networks.Arbitrary;

/// <summary>The small network for arbitrary styles that ships with the program: <see cref="PredictedStyleParameterization"/>.</summary>
/// <remarks>
/// The statistics of a style are its normalization parameters and its head. A clip with one constant mix of styles is faster with a
/// style that is predicted once (<see cref="MultiStyleModel.Predict"/>); this class serves schedules, masks and collections, where
/// the mix changes.
/// </remarks>
internal sealed class LiteArbitraryModel : ArbitraryStyleModel
{
    private readonly NetworkArchitecture _architecture;
    private readonly Dictionary<string, Tensor> _all = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Tensor> _shared = new(StringComparer.Ordinal);
    private readonly string[] _styled;
    private readonly ScalarType _dtype;

    private LiteArbitraryModel(MultiStyleModel family, Device device, ScalarType dtype)
    {
        (_architecture, Device, _dtype) = (family.Architecture, device, dtype);
        _styled = [.. StyleParameterization.StyleSpecific(_architecture).Select(p => p.Key)];
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var (name, tensor) in family.Tensors())
        {
            _all[name] = tensor.to(ScalarType.Float32, device).DetachFromDisposeScope();
            if (_architecture.Parameters.TryGetValue(name, out var shape) && !StyleParameterization.IsStyleSpecific(_architecture, name))
                _shared[name] = Convolving(tensor.to(dtype, device), shape).DetachFromDisposeScope();
        }
    }

    public override string Name => "lite";

    public override Device Device { get; }

    public override int Stride => _architecture.Stride;

    public override int MinSize => _architecture.MinSize;

    public override bool SupportsMaps => false;

    public override int StyleSize => PredictedStyleParameterization.StyleImageSize;

    /// <summary>Finds the file that ships with the program; null where it is absent.</summary>
    internal static ArbitraryStyleLoader? FindBuiltIn() =>
        File.Exists(MultiStyleModel.BuiltInArbitrary) ? (device, dtype) => Load(MultiStyleModel.BuiltInArbitrary, device, dtype) : null;

    /// <summary>Loads the network.</summary>
    /// <exception cref="VideoStyleException">The file is damaged, or holds fixed styles (Model).</exception>
    internal static LiteArbitraryModel Load(string path, Device device, ScalarType dtype) =>
        new(MultiStyleModel.LoadArbitrary(path), device, dtype);

    public override StyleStatistics EncodeStyle(Tensor styleImage)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var weights = new PredictedStyleParameterization(_architecture, [styleImage.to(ScalarType.Float32, Device)]).Weights(_all, 0);
        return new StyleStatistics(_styled.Select(name => weights[name].clone()));
    }

    public override Tensor Stylize(Tensor rgb, StyleBlend styles)
    {
        using var scope = NewDisposeScope();
        var weights = new Dictionary<string, Tensor>(_shared, StringComparer.Ordinal);
        for (var i = 0; i < _styled.Length; i++)
        {
            var value = styles.Interpolate(i, rgb);
            weights[_styled[i]] = _architecture.IsConvolution(_styled[i]) ? Convolving(value.to(_dtype), value.shape) : value;
        }

        using var network = StyleNetwork.FromTensors(_architecture, weights, Device, _dtype);
        var stylized = network.Forward(rgb).to(ScalarType.Float32);
        return scope.MoveToOuter(styles.Strength == 1 ? stylized : rgb * (1 - styles.Strength) + stylized * styles.Strength);
    }

    protected override void Dispose(bool disposing)
    {
        foreach (var tensor in _all.Values.Concat(_shared.Values))
            tensor.Dispose();
    }

    private static Tensor Convolving(Tensor tensor, long[] shape) =>
        shape.Length == 4 ? tensor.ToChannelsLast() : tensor;
}
