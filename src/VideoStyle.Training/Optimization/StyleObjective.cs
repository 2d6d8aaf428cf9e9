using System.Globalization;
using VideoStyle.Networks.Loss;
using VideoStyle.Torch.Operators;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Training.Optimization;

/// <summary>The objective of image optimization: content loss, style loss, and losses on the pixels.</summary>
/// <remarks>
/// Gatys, Ecker and Bethge, "A Neural Algorithm of Artistic Style", 2015, eq. 7. Departure: all losses are relative
/// (<see cref="StyleTarget"/>, <see cref="Losses.Content"/>), so that the same weights suit every image. An image larger than a
/// tile is evaluated in tiles: a first pass gathers the Gram matrices of all tiles; their gradients are then backpropagated through
/// each tile. Loss and gradient are those of the whole image, and memory is that of one tile.
/// </remarks>
internal sealed class StyleObjective : IDisposable
{
    private readonly LossNetwork _network;
    private readonly StyleTarget _style;
    private readonly OptimizationOptions _options;
    private readonly IReadOnlyList<PixelLoss> _pixels;
    private readonly IReadOnlyList<ImageTile> _tiles;
    private readonly int _deepest;
    private readonly Tensor? _content;
    private readonly double _contentFactor;

    /// <summary>Computes the content features.</summary>
    /// <param name="network">The loss network; owned by the caller.</param>
    /// <param name="style">The style target; owned by the caller.</param>
    /// <param name="options">Weights, layers and tile size.</param>
    /// <param name="content">The content image, <c>[1, 3, H, W]</c> in 0–1, or null.</param>
    /// <param name="height">Rows of the optimized image, at least 8.</param>
    /// <param name="width">Columns of the optimized image, at least 8.</param>
    /// <param name="pixels">Losses on the pixels.</param>
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
        _tiles = ImageTile.Divide(height, width, options.Tile);
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
        var padded = ImageTile.AddPadding(content!);
        var rows = _tiles.GroupBy(t => t.Top).Select(row => cat([.. row.Select(t => ContentOf(padded, t, layer))], 3));
        _content = Wide(cat([.. rows], 2)).DetachFromDisposeScope();
        _contentFactor = options.Weights.Content / Math.Max(1e-12, _content.pow(2).sum().ToDouble());
    }

    /// <summary>Gets the rows of the optimized image.</summary>
    internal int Height { get; }

    /// <summary>Gets the columns of the optimized image.</summary>
    internal int Width { get; }

    /// <summary>Gets the weighted losses of the last evaluation, by name, and their <c>total</c>.</summary>
    internal IReadOnlyDictionary<string, double> Terms { get; private set; } = new Dictionary<string, double>(StringComparer.Ordinal);

    /// <summary>Gets the factor of loss and gradient: the gradient of a pixel then has the same magnitude at every size, as fixed tolerances require.</summary>
    private double Scale => 3.0 * Height * Width;

    /// <summary>The closure of the optimizer: computes loss and gradient.</summary>
    /// <param name="image">The optimized image, <c>3 · H · W</c> values in 0–1, channel by channel.</param>
    /// <returns>Both, times the number of values.</returns>
    internal Evaluation Evaluate(Tensor image)
    {
        using var scope = NewDisposeScope();
        var terms = new Dictionary<string, double>(StringComparer.Ordinal);
        var x = image.detach().reshape(1, 3, Height, Width);
        var gradient = _tiles.Count == 1 ? Untiled(x, terms) : Tiled(x, terms);
        terms["total"] = terms.Values.Sum();
        Terms = terms;
        using var noGrad = no_grad();
        gradient = gradient.to(image.dtype).contiguous().reshape(-1) * Scale;
        return new Evaluation(terms["total"] * Scale, scope.MoveToOuter(gradient));
    }

    /// <inheritdoc />
    public void Dispose() => _content?.Dispose();

    private Tensor Untiled(Tensor x, Dictionary<string, double> terms)
    {
        var leaf = x.clone().requires_grad_();
        var features = _network.Features(ImageTile.AddPadding(leaf), _deepest);
        var losses = new List<Tensor>();
        for (var i = 0; i <= _deepest; i++)
        {
            if (_options.Weights.Style[i] > 0)
                losses.Add(Record(terms, StyleName(i), _style.Distance(_tiles[0].Inside(features[i], i), i, _options.Gram) * _options.Weights.Style[i]));
        }

        if (_content is not null)
            losses.Add(Record(terms, "content", ContentLoss(_tiles[0].Inside(features[_options.ContentLayer], _options.ContentLayer), _content)));
        losses.AddRange(_pixels.Select(p => Record(terms, p.Name, p.Compute(leaf) * p.Weight)));
        Backpropagation.Run(losses.Aggregate((a, b) => a + b));
        return leaf.grad!;
    }

    private Tensor Tiled(Tensor x, Dictionary<string, double> terms)
    {
        var whole = x.clone().requires_grad_();
        var padded = ImageTile.AddPadding(whole);
        var image = padded.detach();
        var styles = GatherStyle(image, terms);
        var gradient = image * 0;
        foreach (var tile in _tiles)
        {
            using var scope = NewDisposeScope();
            var leaf = tile.Cut(image).clone().requires_grad_();
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

        var losses = _pixels.Select(p => Record(terms, p.Name, p.Compute(whole) * p.Weight)).Prepend((padded * gradient).sum());
        Backpropagation.Run(losses.Aggregate((a, b) => a + b));
        return whole.grad!;
    }

    /// <summary>The style loss over all tiles, and its gradients with respect to the statistics of each layer.</summary>
    private List<(int Layer, Tensor Gram, Tensor? Mean, double Count)> GatherStyle(Tensor image, Dictionary<string, double> terms)
    {
        var layers = Enumerable.Range(0, LossNetwork.Layers).Where(l => _options.Weights.Style[l] > 0).ToArray();
        var sums = new (Tensor? Gram, Tensor? Mean)[LossNetwork.Layers];
        using (no_grad())
        {
            foreach (var tile in _tiles)
            {
                using var scope = NewDisposeScope();
                var features = _network.Features(tile.Cut(image), layers[^1]);
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
            Backpropagation.Run(Record(terms, StyleName(l), _style.Distance(gram, mean, l, _options.Gram) * _options.Weights.Style[l]));
            result.Add((l, gram.grad!, mean.grad, Count(l)));
        }

        return result;
    }

    private Tensor ContentOf(Tensor padded, ImageTile tile, int layer)
    {
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(tile.Inside(_network.Features(tile.Cut(padded), layer)[layer], layer).clone());
    }

    private Tensor ContentLoss(Tensor stylized, Tensor original) => (Wide(stylized) - original).pow(2).sum() * _contentFactor;

    private static Tensor Wide(Tensor t) => t.dtype is ScalarType.BFloat16 ? t.to(ScalarType.Float32) : t;

    private double Count(int layer) => (double)(Height >> layer) * (Width >> layer);

    private static string StyleName(int layer) => string.Create(CultureInfo.InvariantCulture, $"style{layer + 1}");

    private static Tensor Record(Dictionary<string, double> terms, string name, Tensor loss)
    {
        terms[name] = loss.ToDouble();
        return loss;
    }
}
