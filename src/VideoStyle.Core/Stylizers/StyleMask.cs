using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;

namespace VideoStyle.Core.Stylizers;

/// <summary>Assigns styles to places by an image, or by a video that runs in parallel with the clip.</summary>
/// <remarks>
/// Two styles: white is the first, black the second. Three: red, green, blue. Four: these and black. Colors in between blend the
/// styles, so soft edges stay soft. A mask may have another resolution than the clip, but not another aspect ratio.
/// </remarks>
public sealed class StyleMask : StyleAssignment
{
    /// <summary>The maximum number of styles that a mask can distinguish.</summary>
    public const int MaxStyles = 4;

    private const double AspectTolerance = 0.02;

    private readonly Func<IFrameSource> _open;
    private readonly string _name;
    private readonly bool _still;
    private readonly FramePool _pool = new();
    private IFrameSource? _source;
    private Frame? _next;
    private TimeSpan _end;
    private long? _firstPts;
    private StyleMaps? _maps;

    /// <summary>Creates an assignment by a mask.</summary>
    /// <param name="open">Opens the mask; called again for each clip.</param>
    /// <param name="name">The name of the mask in messages.</param>
    /// <param name="still">Whether the mask is an image, which holds for the whole clip.</param>
    /// <param name="count">The number of styles, 2 to <see cref="MaxStyles"/>.</param>
    public StyleMask(Func<IFrameSource> open, string name, bool still, int count)
    {
        ArgumentNullException.ThrowIfNull(open);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MaxStyles);
        (_open, _name, _still, Count) = (open, name, still, count);
    }

    /// <inheritdoc />
    public override int Count { get; }

    /// <inheritdoc />
    public override StyleWeights Decide(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        if (_source is null || (frame.Index == 0 && !_still))
            Begin();
        var info = _source!.Info;
        if (Math.Abs((double)info.Width * frame.Height / ((double)info.Height * frame.Width) - 1) > AspectTolerance)
            throw new VideoStyleException(
                ErrorKind.Input,
                $"{_name}: the mask is {info.Width}x{info.Height}, another shape than the clip's {frame.Width}x{frame.Height}.",
                "Crop or draw the mask so that it covers the clip; its resolution does not matter."
            );
        Frame? shown = null;
        // A mask may have another frame rate: the frame's weights are those of the mask frame shown at its time.
        while (_next is { } next && (_maps is null && shown is null || !_still && TimeOf(next) <= frame.Time))
        {
            shown?.Dispose();
            shown = next;
            _end = TimeOf(next) + (info.FrameRate.IsKnown ? TimeSpan.FromSeconds(1 / info.FrameRate.Value) : TimeSpan.FromSeconds(1));
            _next = _source.Read(_pool);
        }

        if (shown is not null)
        {
            using (shown)
                _maps = ToMaps(shown);
        }

        if (!_still && _next is null && frame.Time >= _end)
            throw new VideoStyleException(
                ErrorKind.Input,
                string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{_name}: the mask ends at {_end.TotalSeconds:0.##} s, before the clip does."),
                "Give a mask as long as the clip, or set VideoOptions.To so that the clip ends before."
            );
        return new StyleWeights([], _maps);
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        Close();
        base.Dispose(disposing);
    }

    private void Close()
    {
        _next?.Dispose();
        _source?.Dispose();
        (_next, _source) = (null, null);
    }

    private void Begin()
    {
        Close();
        (_maps, _firstPts) = (null, null);
        _source = _open();
        _next = _source.Read(_pool) ?? throw new VideoStyleException(ErrorKind.Input, $"{_name}: the mask holds no picture.");
    }

    private TimeSpan TimeOf(Frame frame)
    {
        _firstPts ??= frame.Pts;
        return TimeSpan.FromSeconds((frame.Pts - _firstPts.Value) * _source!.Info.TimeBase.Value);
    }

    private StyleMaps ToMaps(Frame mask)
    {
        var planes = Enumerable.Range(0, Count).Select(_ => new float[mask.Width * mask.Height]).ToArray();
        var pixels = mask.Pixels;
        for (var i = 0; i < planes[0].Length; i++)
        {
            var (r, g, b) = (pixels[3 * i] / 255f, pixels[3 * i + 1] / 255f, pixels[3 * i + 2] / 255f);
            if (Count == 2)
            {
                planes[0][i] = Math.Clamp(0.299f * r + 0.587f * g + 0.114f * b, 0, 1);
                planes[1][i] = 1 - planes[0][i];
                continue;
            }

            var sum = r + g + b;
            var scale = Count == 4 ? 1 / Math.Max(sum, 1) : sum > 0 ? 1 / sum : 0;
            (planes[0][i], planes[1][i]) = (r * scale, g * scale);
            planes[2][i] = Count == 4 ? b * scale : 1 - planes[0][i] - planes[1][i];
            if (Count == 4)
                planes[3][i] = 1 - (r + g + b) * scale;
        }

        return new StyleMaps(mask.Width, mask.Height, planes);
    }
}
