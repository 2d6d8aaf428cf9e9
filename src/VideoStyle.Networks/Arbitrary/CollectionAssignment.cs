using VideoStyle.Core.Flow;
using VideoStyle.Core.Media;
using VideoStyle.Core.Stylizers;

namespace VideoStyle.Networks.Arbitrary;

/// <summary>Paints each shot after the pictures of a collection that are most like its first frame.</summary>
/// <param name="collection">The pictures; disposed here.</param>
/// <param name="nearest">How many are mixed, at least 1.</param>
/// <param name="chosen">Is told of each choice: the shot from 1, when it begins, and what was chosen, the next best behind it.</param>
public sealed class CollectionAssignment(StyleFolder collection, int nearest, Action<StyleChoice>? chosen) : StyleAssignment
{
    // A picture that is by this much more alike gets e times the share.
    private const double Softness = 0.1;
    private const int LumaSide = 400;

    private readonly SceneCutDetector _cuts = new();
    private LumaImage? _previous;
    private StyleShares? _shares;
    private int _shot;

    /// <inheritdoc />
    public override int Count => collection.Pictures.Count;

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
            var weights = mixed.ConvertAll(f => Math.Exp((f.Likeness - mixed[0].Likeness) / Softness));
            var shares = new double[Count];
            for (var i = 0; i < mixed.Count; i++)
                shares[mixed[i].Picture] = weights[i] / weights.Sum();
            _shares = new StyleShares(shares);
            chosen?.Invoke(new StyleChoice(
                _shot, frame.Time, [.. found.Select(f => new ChosenPicture(collection.Pictures[f.Picture], shares[f.Picture], f.Likeness, f.AlikeIn))]));
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
