using VideoStyle.Core.Flow;
using VideoStyle.Core.Media;
using VideoStyle.Core.Stylizers;

namespace VideoStyle.Networks.Arbitrary;

/// <summary>Stylizes each shot with the images of a collection that are most similar to its first frame.</summary>
/// <param name="collection">The style images; owned.</param>
/// <param name="nearest">How many are mixed, at least 1.</param>
/// <param name="chosen">Called for each shot with the choice and the next best image; or null.</param>
public sealed class CollectionAssignment(StyleImageIndex collection, int nearest, Action<StyleChoice>? chosen) : StyleAssignment
{
    // A style image whose likeness is this much higher gets e times the weight.
    private const double Temperature = 0.1;
    private const int LumaSide = 400;

    private readonly SceneCutDetector _cuts = new();
    private LumaImage? _previous;
    private StyleWeights? _weights;
    private int _shot;

    /// <inheritdoc />
    public override int Count => collection.Images.Count;

    /// <inheritdoc />
    public override StyleWeights Decide(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        var luma = LumaReducer.Reduce(frame, LumaReducer.FactorFor(frame.Width, frame.Height, LumaSide));
        if (frame.Index == 0)
            (_previous, _shot) = (null, 0);
        if (_weights is null || _previous is null || _cuts.IsCut(_previous, luma))
        {
            _shot++;
            var found = collection.FindNearest(frame, nearest + 1);
            var mixed = found.Take(nearest).ToList();
            var likelihoods = mixed.ConvertAll(f => Math.Exp((f.Similarity - mixed[0].Similarity) / Temperature));
            var weights = new double[Count];
            for (var i = 0; i < mixed.Count; i++)
                weights[mixed[i].Image] = likelihoods[i] / likelihoods.Sum();
            _weights = new StyleWeights(weights);
            chosen?.Invoke(new StyleChoice(
                _shot, frame.Time, [.. found.Select(f => new RankedStyleImage(collection.Images[f.Image], weights[f.Image], f.Similarity, f.SimilarIn))]));
        }

        _previous = luma;
        return _weights;
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        collection.Dispose();
        base.Dispose(disposing);
    }
}
