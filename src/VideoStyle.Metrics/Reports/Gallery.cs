using VideoStyle.Metrics.Flow;
using VideoStyle.Metrics.Frames;
using VideoStyle.Metrics.Warping;
using VideoStyle.Native.Vision;

namespace VideoStyle.Metrics.Reports;

/// <summary>The images that a report shows: the worst pairs of each stylized clip, and frames spread over the clips.</summary>
public sealed class Gallery
{
    /// <summary>Only the worst pair of this many frames is kept, so that one event does not fill the report.</summary>
    private const long EventFrames = 12;

    private readonly GallerySettings _settings;
    private readonly FlowProvider _flow;
    private readonly List<GalleryFrame> _frames = [];
    private readonly List<GalleryPair> _pairs = [];
    private long _spacing = 1;

    internal Gallery(GallerySettings? settings, FlowProvider flow) =>
        (_settings, _flow) = (settings ?? new GallerySettings { WorstPairs = 0, Frames = 0 }, flow);

    /// <summary>Gets the worst pairs, by clip and then from the worst on.</summary>
    public IReadOnlyList<GalleryPair> WorstPairs => [.. _pairs.OrderBy(pair => pair.Clip).ThenByDescending(pair => pair.Error)];

    /// <summary>Gets the frames, from the first on.</summary>
    public IReadOnlyList<GalleryFrame> Frames => _frames;

    internal void Offer(FrameSet frames)
    {
        if (_settings.Frames == 0 || frames.Index % _spacing != 0)
            return;
        _frames.Add(new GalleryFrame(frames.Index, frames.Seconds, [.. frames.Images.Select(Reduce)]));
        if (_frames.Count <= _settings.Frames)
            return;
        // The length is not known beforehand: once there are too many, every second one goes.
        _spacing *= 2;
        _frames.RemoveAll(kept => kept.Frame % _spacing != 0);
    }

    internal void Offer(int clip, double error, FrameContext frame, FramePair pair, WarpProfile profile)
    {
        if (_settings.WorstPairs == 0)
            return;
        var own = _pairs.Where(kept => kept.Clip == clip).ToList();
        var near = own.Find(kept => kept.Later / EventFrames == frame.Frames.Index / EventFrames);
        var rival = near ?? (own.Count < _settings.WorstPairs ? null : own.MinBy(kept => kept.Error));
        if (rival is not null && rival.Error >= error)
            return;
        if (rival is not null)
            _pairs.Remove(rival);
        _pairs.Add(Render(clip, error, frame.Frames, pair, profile));
    }

    private GalleryPair Render(int clip, double error, FrameSet later, FramePair pair, WarpProfile profile)
    {
        var (reference, other) = profile.IsForward() ? (pair.Earlier, later) : (later, pair.Earlier);
        var consistency = pair.Flow.Check(profile.IsForward());
        var mask = _flow.GetMask(reference.Index, other.Index, profile, consistency, reference.Source.Luma);
        var image = reference.Images[clip];
        var warped = WarpedDifference.Warp(other.Images[clip], consistency.Flow);
        var fullLength = FlowColor.SuggestFullLength(consistency.Flow);
        return new GalleryPair
        {
            Clip = clip,
            Earlier = pair.Earlier.Index,
            Later = later.Index,
            Seconds = later.Seconds,
            Error = error,
            FullLengthPx = fullLength,
            Source = Reduce(reference.Source),
            Output = Reduce(image),
            Warped = Store(warped),
            ErrorMap = Store(ErrorMap.Render(image.Rgb, warped, mask)),
            Mask = Store(ErrorMap.RenderMask(mask)),
            Flow = Store(FlowColor.Render(consistency.Flow, fullLength)),
        };

        Thumbnail Store(byte[] rgb) => Thumbnail.Reduce(rgb, image.Width, image.Height, _settings.ImageWidth);
    }

    private Thumbnail Reduce(FrameImage image) => Thumbnail.Reduce(image.Rgb, image.Width, image.Height, _settings.ImageWidth);
}
