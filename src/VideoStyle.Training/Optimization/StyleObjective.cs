using System.Globalization;
using VideoStyle.Networks.Loss;
using VideoStyle.Torch.Operators;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Training.Optimization;

/// <summary>The loss of a painting: content, style, and what is asked of its pixels.</summary>
/// <remarks>
/// Gatys, Ecker and Bethge, "A Neural Algorithm of Artistic Style", 2015, eq. 7. Where they sum squares, everything here is
/// relative (<see cref="StyleTarget"/>, <see cref="Losses.Content"/>), so that the same weights suit every picture. A
/// picture larger than a tile is seen in tiles: the first pass gathers the Gram matrices of all, whose gradients then go
/// into each tile by itself. Loss and gradient are those of the whole picture, and memory is that of one tile.
/// </remarks>
internal sealed class StyleObjective : IDisposable
{
    private readonly LossNetwork _network;
    private readonly StyleTarget _style;
    private readonly OptimizationOptions _options;
    private readonly IReadOnlyList<PixelLoss> _pixels;
    private readonly IReadOnlyList<PictureTile> _tiles;
    private readonly int _deepest;
    private readonly Tensor? _content;
    private readonly double _contentFactor;

    /// <summary>Measures the picture's content.</summary>
    /// <param name="network">Computes features; owned by the caller.</param>
    /// <param name="style">What to come near to; owned by the caller.</param>
    /// <param name="options">Weights, layers and tiles.</param>
    /// <param name="content">The picture, <c>[1, 3, H, W]</c> in 0–1, or null.</param>
    /// <param name="height">Rows of the painting, at least 8.</param>
    /// <param name="width">Columns of the painting, at least 8.</param>
    /// <param name="pixels">Further losses.</param>
    internal StyleObjective(
        LossNetwork network,
        StyleTarget style,
        OptimizationOptions options,
        Tensor? content,
        int height,
        int width,
        IReadOnlyList<PixelLoss> pixels
    )
    {
        (_network, _style, _options, _pixels, Height, Width) = (network, style, options, pixels, height, width);
        _tiles = PictureTile.Divide(height, width, options.Tile);
        var compares = content is not null && options.Weights.Content > 0;
        _deepest = Math.Max(
            Enumerable.Range(0, LossNetwork.Layers).Last(l => options.Weights.Style[l] > 0),
            compares ? options.ContentLayer : 0
        );
        if (!compares)
            return;
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var layer = options.ContentLayer;
        var bordered = PictureTile.AddBorder(content!);
        var rows = _tiles.GroupBy(t => t.Top).Select(row => cat([.. row.Select(t => ContentOf(bordered, t, layer))], 3));
        _content = Wide(cat([.. rows], 2)).DetachFromDisposeScope();
        _contentFactor = options.Weights.Content / Math.Max(1e-12, _content.pow(2).sum().ToDouble());
    }

    /// <summary>Gets the rows of the painting.</summary>
    internal int Height { get; }

    /// <summary>Gets the columns of the painting.</summary>
    internal int Width { get; }

    /// <summary>Gets the weighted losses of the last evaluation, by name, and their <c>total</c>.</summary>
    internal IReadOnlyDictionary<string, double> Terms { get; private set; } = new Dictionary<string, double>(StringComparer.Ordinal);

    /// <summary>Gets what the total is multiplied by for the optimiser: gradients by pixel, whatever the size, against fixed tolerances.</summary>
    private double Scale => 3.0 * Height * Width;

    /// <summary>Computes loss and gradient.</summary>
    /// <param name="picture">The painting, <c>3 · H · W</c> values in 0–1, channel by channel.</param>
    /// <returns>Both times the number of values.</returns>
    internal Evaluation Evaluate(Tensor picture)
    {
        using var scope = NewDisposeScope();
        var terms = new Dictionary<string, double>(StringComparer.Ordinal);
        var x = picture.detach().reshape(1, 3, Height, Width);
        var gradient = _tiles.Count == 1 ? Whole(x, terms) : InTiles(x, terms);
        terms["total"] = terms.Values.Sum();
        Terms = terms;
        using var noGrad = no_grad();
        gradient = gradient.to(picture.dtype).contiguous().reshape(-1) * Scale;
        return new Evaluation(terms["total"] * Scale, scope.MoveToOuter(gradient));
    }

    /// <inheritdoc />
    public void Dispose() => _content?.Dispose();

    private Tensor Whole(Tensor x, Dictionary<string, double> terms)
    {
        var leaf = x.clone().requires_grad_();
        var features = _network.Features(PictureTile.AddBorder(leaf), _deepest);
        var losses = new List<Tensor>();
        for (var i = 0; i <= _deepest; i++)
        {
            if (_options.Weights.Style[i] > 0)
                losses.Add(Note(terms, StyleName(i), _style.Distance(_tiles[0].Inside(features[i], i), i, _options.Gram) * _options.Weights.Style[i]));
        }

        if (_content is not null)
            losses.Add(Note(terms, "content", ContentLoss(_tiles[0].Inside(features[_options.ContentLayer], _options.ContentLayer), _content)));
        losses.AddRange(_pixels.Select(p => Note(terms, p.Name, p.Of(leaf) * p.Weight)));
        Backpropagation.Run(losses.Aggregate((a, b) => a + b));
        return leaf.grad!;
    }

    private Tensor InTiles(Tensor x, Dictionary<string, double> terms)
    {
        var whole = x.clone().requires_grad_();
        var bordered = PictureTile.AddBorder(whole);
        var picture = bordered.detach();
        var styles = GatherStyle(picture, terms);
        var gradient = picture * 0;
        foreach (var tile in _tiles)
        {
            using var scope = NewDisposeScope();
            var leaf = tile.Cut(picture).clone().requires_grad_();
            var features = _network.Features(leaf, _deepest);
            var parts = new List<Tensor>();
            foreach (var (layer, gramGradient, meanGradient, count) in styles)
            {
                var inside = tile.Inside(features[layer], layer);
                var share = inside.size(2) * inside.size(3) / count;
                var (gram, mean) = _style.Statistics(inside, layer, _options.Gram);
                parts.Add((gram * gramGradient).sum() * share);
                if (meanGradient is not null)
                    parts.Add((mean * meanGradient).sum() * share);
            }

            if (_content is not null)
            {
                var layer = _options.ContentLayer;
                var loss = ContentLoss(tile.Inside(features[layer], layer), tile.Of(_content, layer));
                terms["content"] = terms.GetValueOrDefault("content") + loss.ToDouble();
                parts.Add(loss);
            }

            Backpropagation.Run(parts.Aggregate((a, b) => a + b));
            using var noGrad = no_grad();
            var target = tile.Cut(gradient);
            target.copy_(target + leaf.grad!);
        }

        var losses = _pixels.Select(p => Note(terms, p.Name, p.Of(whole) * p.Weight)).Prepend((bordered * gradient).sum());
        Backpropagation.Run(losses.Aggregate((a, b) => a + b));
        return whole.grad!;
    }

    /// <summary>The style's loss over all tiles, and its gradients with respect to the statistics of each layer.</summary>
    private List<(int Layer, Tensor Gram, Tensor? Mean, double Count)> GatherStyle(Tensor picture, Dictionary<string, double> terms)
    {
        var layers = Enumerable.Range(0, LossNetwork.Layers).Where(l => _options.Weights.Style[l] > 0).ToArray();
        var sums = new (Tensor? Gram, Tensor? Mean)[LossNetwork.Layers];
        using (no_grad())
        {
            foreach (var tile in _tiles)
            {
                using var scope = NewDisposeScope();
                var features = _network.Features(tile.Cut(picture), layers[^1]);
                foreach (var l in layers)
                {
                    var inside = tile.Inside(features[l], l);
                    var share = inside.size(2) * inside.size(3) / Count(l);
                    var (gram, mean) = _style.Statistics(inside, l, _options.Gram);
                    var (oldGram, oldMean) = sums[l];
                    var sum = (gram * share, mean * share);
                    sums[l] = oldGram is null ? sum : (oldGram + sum.Item1, oldMean! + sum.Item2);
                    scope.MoveToOuter(sums[l].Gram!);
                    scope.MoveToOuter(sums[l].Mean!);
                }
            }
        }

        var result = new List<(int, Tensor, Tensor?, double)>();
        foreach (var l in layers)
        {
            var (gram, mean) = (sums[l].Gram!.requires_grad_(), sums[l].Mean!.requires_grad_());
            Backpropagation.Run(Note(terms, StyleName(l), _style.Distance(gram, mean, l, _options.Gram) * _options.Weights.Style[l]));
            result.Add((l, gram.grad!, mean.grad, Count(l)));
        }

        return result;
    }

    private Tensor ContentOf(Tensor bordered, PictureTile tile, int layer)
    {
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(tile.Inside(_network.Features(tile.Cut(bordered), layer)[layer], layer).clone());
    }

    private Tensor ContentLoss(Tensor painted, Tensor original) => (Wide(painted) - original).pow(2).sum() * _contentFactor;

    private static Tensor Wide(Tensor t) => t.dtype is ScalarType.BFloat16 ? t.to(ScalarType.Float32) : t;

    private double Count(int layer) => (double)(Height >> layer) * (Width >> layer);

    private static string StyleName(int layer) => string.Create(CultureInfo.InvariantCulture, $"style{layer + 1}");

    private static Tensor Note(Dictionary<string, double> terms, string name, Tensor loss)
    {
        terms[name] = loss.ToDouble();
        return loss;
    }
}
