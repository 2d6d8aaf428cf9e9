using VideoStyle.Core.Errors;
using VideoStyle.Networks.Models;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Networks.Arbitrary;

/// <summary>Our own small network for any style, which comes with the program: <see cref="PredictedForm"/>.</summary>
/// <remarks>
/// What is kept of a picture are the normalisations and the head of the painting network. A clip in one unchanging mix
/// of styles needs no more than a style file made once (<see cref="StyleFamily.After"/>), which paints fastest; this
/// serves what changes: schedules, masks and collections.
/// </remarks>
internal sealed class LiteArbitraryModel : ArbitraryStyleModel
{
    private readonly NetworkArchitecture _architecture;
    private readonly Dictionary<string, Tensor> _all = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Tensor> _shared = new(StringComparer.Ordinal);
    private readonly string[] _styled;
    private readonly ScalarType _scalarType;

    private LiteArbitraryModel(StyleFamily family, Device device, ScalarType scalarType)
    {
        (_architecture, Device, _scalarType) = (family.Architecture, device, scalarType);
        _styled = [.. StyleForm.Styled(_architecture).Select(p => p.Key)];
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var (name, tensor) in family.Tensors())
        {
            _all[name] = tensor.to(ScalarType.Float32, device).DetachFromDisposeScope();
            if (_architecture.Parameters.TryGetValue(name, out var shape) && !StyleForm.IsStyled(_architecture, name))
                _shared[name] = Convolving(tensor.to(scalarType, device), shape).DetachFromDisposeScope();
        }
    }

    public override string Name => "lite";

    public override Device Device { get; }

    public override int Stride => _architecture.Stride;

    public override int MinSize => _architecture.MinSize;

    public override bool TakesMaps => false;

    public override int StyleSize => PredictedForm.PictureSize;

    /// <summary>Loads the network.</summary>
    /// <exception cref="VideoStyleException">The file is damaged, or holds fixed styles (Model).</exception>
    internal static LiteArbitraryModel Load(string path, Device device, ScalarType scalarType) =>
        new(StyleFamily.LoadAny(path), device, scalarType);

    public override StyleStatistics Measure(Tensor picture)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var weights = new PredictedForm(_architecture, [picture.to(ScalarType.Float32, Device)]).Weights(_all, 0);
        return new StyleStatistics(_styled.Select(name => weights[name].clone()));
    }

    public override Tensor Paint(Tensor rgb, StyleField styles)
    {
        using var scope = NewDisposeScope();
        var weights = new Dictionary<string, Tensor>(_shared, StringComparer.Ordinal);
        for (var i = 0; i < _styled.Length; i++)
        {
            var value = styles.Blend(i, rgb);
            weights[_styled[i]] = _architecture.IsConvolution(_styled[i]) ? Convolving(value.to(_scalarType), value.shape) : value;
        }

        using var network = StyleNetwork.Over(_architecture, weights, Device, _scalarType);
        var painted = network.Paint(rgb).to(ScalarType.Float32);
        return scope.MoveToOuter(styles.Strength == 1 ? painted : rgb * (1 - styles.Strength) + painted * styles.Strength);
    }

    protected override void Dispose(bool disposing)
    {
        foreach (var tensor in _all.Values.Concat(_shared.Values))
            tensor.Dispose();
    }

    private static Tensor Convolving(Tensor tensor, long[] shape) =>
        shape.Length == 4 ? tensor.ToChannelsLast() : tensor;
}
