using VideoStyle.Metrics.Flow;

namespace VideoStyle.Metrics;

/// <summary>The pictures that a report shows: the worst pairs of each output, and moments spread over the clips.</summary>
public sealed class Gallery
{
    /// <summary>Of each stretch of this many frames only the worst pair is kept, so that one event does not fill the report.</summary>
    private const long EventFrames = 12;

    private readonly int _worst;
    private readonly int _moments;
    private readonly int _width;
    private readonly List<GalleryMoment> _kept = [];
    private readonly List<GalleryPair> _pairs = [];
    private long _spacing = 1;

    internal Gallery(MeasureSettings settings) =>
        (_worst, _moments, _width) = (settings.WorstPairs, settings.Moments, settings.PictureWidth);

    /// <summary>Gets the worst pairs, by clip and then from the worst on.</summary>
    public IReadOnlyList<GalleryPair> WorstPairs => [.. _pairs.OrderBy(pair => pair.Clip).ThenByDescending(pair => pair.Error)];

    /// <summary>Gets the moments, from the first on.</summary>
    public IReadOnlyList<GalleryMoment> Moments => _kept;

    internal void Offer(PictureSet set)
    {
        if (_moments == 0 || set.Index % _spacing != 0)
            return;
        _kept.Add(new GalleryMoment(set.Index, set.Seconds, [.. set.Pictures.Select(Reduce)]));
        if (_kept.Count <= _moments)
            return;
        // The length is not known beforehand: once there are too many, every second one goes.
        _spacing *= 2;
        _kept.RemoveAll(moment => moment.Frame % _spacing != 0);
    }

    internal void Offer(int clip, double error, PictureSet earlier, PictureSet later, PairFlow flow, WarpProfile profile, FlowSupply supply)
    {
        if (_worst == 0)
            return;
        var own = _pairs.Where(pair => pair.Clip == clip).ToList();
        var near = own.Find(pair => pair.Later / EventFrames == later.Index / EventFrames);
        var rival = near ?? (own.Count < _worst ? null : own.MinBy(pair => pair.Error));
        if (rival is not null && rival.Error >= error)
            return;
        if (rival is not null)
            _pairs.Remove(rival);
        _pairs.Add(Show(clip, error, earlier, later, flow, profile, supply));
    }

    private GalleryPair Show(int clip, double error, PictureSet earlier, PictureSet later, PairFlow flow, WarpProfile profile, FlowSupply supply)
    {
        var forward = profile.IsForward();
        var (reference, other) = forward ? (earlier, later) : (later, earlier);
        var check = flow.Check(forward);
        var mask = supply.GetMask(reference.Index, other.Index, profile, check, reference.Source.Luma);
        var picture = reference.Pictures[clip];
        var warped = WarpedDifference.Warp(other.Pictures[clip], check.Flow);
        var fullLength = FlowColor.SuggestFullLength(check.Flow);
        return new GalleryPair(
            clip,
            earlier.Index,
            later.Index,
            later.Seconds,
            error,
            fullLength,
            Reduce(reference.Source),
            Reduce(picture),
            Store(warped),
            Store(ErrorMap.Paint(picture.Rgb, warped, mask)),
            Store(ErrorMap.PaintMask(mask)),
            Store(FlowColor.Paint(check.Flow, fullLength))
        );

        StoredPicture Store(byte[] rgb) => StoredPicture.Reduce(rgb, picture.Width, picture.Height, _width);
    }

    private StoredPicture Reduce(Picture picture) => StoredPicture.Reduce(picture.Rgb, picture.Width, picture.Height, _width);
}

/// <summary>The same frame of every clip.</summary>
/// <param name="Frame">Its number.</param>
/// <param name="Seconds">Its time.</param>
/// <param name="Pictures">One for each clip, in the order of <see cref="MetricsReport.Clips"/>.</param>
public sealed record GalleryMoment(long Frame, double Seconds, IReadOnlyList<StoredPicture> Pictures);

/// <summary>A pair of frames in which an output is least steady.</summary>
/// <param name="Clip">The output's place in <see cref="MetricsReport.Clips"/>.</param>
/// <param name="Earlier">The number of the earlier frame.</param>
/// <param name="Later">The number of the later frame.</param>
/// <param name="Seconds">The time of the later frame.</param>
/// <param name="Error">The error of the pair.</param>
/// <param name="FullLengthPx">The length of flow that is shown fully saturated, in pixels.</param>
/// <param name="Source">The source at the frame that the other one is warped onto.</param>
/// <param name="Output">The output at that frame.</param>
/// <param name="Warped">The output's other frame, warped onto it.</param>
/// <param name="ErrorMap">The difference of the two, black to yellow; <see cref="Metrics.ErrorMap.FullScale"/> is yellow.</param>
/// <param name="Mask">The certainty, white for certain.</param>
/// <param name="Flow">The flow in Middlebury's colour code.</param>
public sealed record GalleryPair(
    int Clip,
    long Earlier,
    long Later,
    double Seconds,
    double Error,
    float FullLengthPx,
    StoredPicture Source,
    StoredPicture Output,
    StoredPicture Warped,
    StoredPicture ErrorMap,
    StoredPicture Mask,
    StoredPicture Flow
);
