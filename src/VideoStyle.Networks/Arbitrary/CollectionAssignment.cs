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
    // Softmax temperature: an image that is more similar by this much gets e times the weight.
    private const double Temperature = 0.1;
    private const int LumaSide = 400;

    private readonly SceneCutDetector _cuts = new();
    private LumaImage? _previous;
    private StyleShares? _shares;
    private int _shot;

    /// <inheritdoc />
    public override int Count => collection.Images.Count;

    /// <inheritdoc />
    public override StyleShares Decide(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        var luma = LumaReducer.Reduce(frame, LumaReducer.FactorFor(frame.Width, frame.Height, LumaSide));
        if (frame.Index == 0)
            (_previous, _shot) = (null, 0);
        if (_shares is null || _previous is null || _cuts.IsCut(_previous, luma))
        {
            _shot++;
            var found = collection.FindNearest(frame, nearest + 1);
            var mixed = found.Take(nearest).ToList();
            var weights = mixed.ConvertAll(f => Math.Exp((f.Similarity - mixed[0].Similarity) / Temperature));
            var shares = new double[Count];
            for (var i = 0; i < mixed.Count; i++)
                shares[mixed[i].Image] = weights[i] / weights.Sum();
            _shares = new StyleShares(shares);
            chosen?.Invoke(new StyleChoice(
                _shot, frame.Time, [.. found.Select(f => new RankedStyleImage(collection.Images[f.Image], shares[f.Image], f.Similarity, f.SimilarIn))]));
        }

        _previous = luma;
        return _shares;
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        collection.Dispose();
        base.Dispose(disposing);
    }
}
