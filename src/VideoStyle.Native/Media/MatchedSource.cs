using System.Globalization;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;

namespace VideoStyle.Native.Media;

/// <summary>Opens the source of a stylized clip as the conversion read it: scaled, cut and resampled to the clip's frames.</summary>
public static class MatchedSource
{
    private const double ScanSeconds = 20;
    private const double LeastCorrelation = 0.25;
    private const double TimeTolerance = 0.0021; // containers round times to milliseconds

    /// <summary>Opens a source.</summary>
    /// <param name="path">The source.</param>
    /// <param name="clip">The stylized clip, as it was opened.</param>
    /// <param name="clipPath">Its path.</param>
    /// <param name="ignoreTiming">Whether frames are matched by their numbers, whatever their times.</param>
    /// <param name="note">What was done to the source; null where it was opened as it is.</param>
    /// <exception cref="VideoStyleException">One cannot be read, or no part of the source fits the clip (Input).</exception>
    public static IFrameSource Open(string path, VideoInfo clip, string clipPath, bool ignoreTiming, out string? note)
    {
        ArgumentNullException.ThrowIfNull(clip);
        note = null;
        VideoOptions options = new() { Threads = 1 };
        var whole = FrameSource.Open(path, options);
        try
        {
            List<string> done = [];
            var video = whole.Info;
            options = options with { MaxSize = SizeFor(path, video, clip, clipPath, done) };
            var byNumber = ignoreTiming || IsUntimed(video) || IsUntimed(clip);
            if (!HasSameLength(video, clip, byNumber))
                options = CutTo(path, clip, clipPath, byNumber, options, done);
            if (done.Count == 0)
                return whole;
            note = $"{path}: {string.Join(", ", done)}, as {clipPath} was made from it";
        }
        catch
        {
            whole.Dispose();
            throw;
        }

        whole.Dispose();
        var source = FrameSource.Open(path, options);
        return options.FrameRate is not null && clip.FrameCount is { } frames ? new FirstFrames(source, frames) : source;
    }

    private static int? SizeFor(string path, VideoInfo video, VideoInfo clip, string clipPath, List<string> done)
    {
        if (IsSameOrMadeEven(video.Width, clip.Width) && IsSameOrMadeEven(video.Height, clip.Height))
            return null;
        var longest = Math.Max(clip.Width, clip.Height);
        // Sides are rounded to even ones, so that two limits can give one longer side and two shorter ones.
        foreach (var size in clip.Width <= video.Width && clip.Height <= video.Height ? new[] { longest, longest + 1 } : [])
        {
            using var scaled = FrameSource.Open(path, new VideoOptions { Threads = 1, MaxSize = size });
            if ((scaled.Info.Width, scaled.Info.Height) != (clip.Width, clip.Height))
                continue;
            done.Add($"scaled from {video.Width}x{video.Height} to {clip.Width}x{clip.Height}");
            return size;
        }

        throw new VideoStyleException(
            ErrorKind.Input,
            $"{clipPath}: is {clip.Width}x{clip.Height}, and {path} is {video.Width}x{video.Height}, which does not scale to it.",
            "Measure against the clip that it was made from, or scale that clip first.");
    }

    // Encoders of even sizes repeat the last column or row of an odd one; whoever compares crops it.
    private static bool IsSameOrMadeEven(int source, int clip) => clip == source || clip == source + (source & 1);

    private static bool HasSameLength(VideoInfo video, VideoInfo clip, bool byNumber)
    {
        if (byNumber || video.Duration is not { } all || clip.Duration is not { } part)
            return video.FrameCount is not { } frames || clip.FrameCount is not { } wanted || frames == wanted;
        var frame = clip.FrameRate.IsKnown ? 1 / clip.FrameRate.Value : 0.04;
        var sameRate = !video.FrameRate.IsKnown || !clip.FrameRate.IsKnown || Math.Abs(video.FrameRate.Value / clip.FrameRate.Value - 1) < 1e-2;
        return Math.Abs((all - part).TotalSeconds) < 1.5 * frame && sameRate;
    }

    private static VideoOptions CutTo(string path, VideoInfo clip, string clipPath, bool byNumber, VideoOptions options, List<string> done)
    {
        var clipTimes = LumaThumbnails.Read(clipPath, ScanSeconds);
        var all = LumaThumbnails.Read(path, seconds: null);
        if (clipTimes.Count == 0 || all.Count == 0)
            throw new VideoStyleException(ErrorKind.Input, $"{(all.Count == 0 ? path : clipPath)}: holds no frame.");
        var frames = byNumber ? clip.FrameCount ?? clipTimes.Count : clipTimes.Count;
        var frame = byNumber && all.Count > 1 ? all.Times[^1] / (all.Count - 1) : clip.FrameRate.IsKnown ? 1 / clip.FrameRate.Value : 0.04;
        var length = byNumber ? frames * frame : clip.Duration?.TotalSeconds ?? clipTimes.Times[^1] + frame;
        if (byNumber ? frames > all.Count : clipTimes.Times[^1] > all.Times[^1] + 1.5 * frame)
            throw new VideoStyleException(
                ErrorKind.Input,
                string.Create(CultureInfo.InvariantCulture, $"{clipPath}: lasts {length:0.0##} s, and {path} only {all.Times[^1] + frame:0.0##} s."),
                "Measure against the clip that it was made from.");
        var (first, correlation) = ClipPlace.Find(all, clipTimes, byNumber);
        if (correlation < LeastCorrelation)
            throw new VideoStyleException(
                ErrorKind.Input,
                string.Create(CultureInfo.InvariantCulture, $"{clipPath}: lasts {length:0.0##} s, and no part of {path} looks like it."),
                "Measure against the clip that it was made from, cut to the same part.");
        var (begin, end) = (all.Times[first], byNumber ? all.Times[(int)Math.Min(all.Count, first + frames) - 1] + frame : all.Times[first] + length);
        if (begin > frame / 2 || end < all.Times[^1] + frame / 2)
        {
            done.Add(string.Create(CultureInfo.InvariantCulture, $"cut to {begin:0.0##}–{end:0.0##} s"));
            options = options with
            {
                // Half a millisecond before the frame, and half a frame of the source before the end: times are rounded.
                From = begin > 0 ? TimeSpan.FromSeconds(Math.Max(0, begin - 0.0005)) : null,
                To = TimeSpan.FromSeconds(end - Math.Min(frame, all.Times[^1] / Math.Max(1, all.Count - 1)) / 2),
            };
        }

        if (byNumber || HasTimesOf(all, first, clipTimes) || !clip.FrameRate.IsKnown)
            return options;
        done.Add(string.Create(CultureInfo.InvariantCulture, $"resampled to {clip.FrameRate.Value:0.###} fps"));
        // A frame more or less at the end is a matter of rounding: their number decides.
        return options with { FrameRate = clip.FrameRate, To = clip.FrameCount is null ? options.To : null };
    }

    private static bool HasTimesOf(LumaThumbnails source, int first, LumaThumbnails clip)
    {
        for (var i = 0; i < clip.Count; i++)
            if (first + i >= source.Count || Math.Abs(source.Times[first + i] - source.Times[first] - clip.Times[i]) > TimeTolerance)
                return false;
        return true;
    }

    private static bool IsUntimed(VideoInfo video) => video.Container is "pictures" or "npy";
}
