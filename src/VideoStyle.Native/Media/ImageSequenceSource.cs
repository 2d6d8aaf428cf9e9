using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Native.Files;

namespace VideoStyle.Native.Media;

/// <summary>Reads numbered pictures, a folder or a glob of them as one video.</summary>
public sealed class ImageSequenceSource : IFrameSource
{
    private static readonly Rational UsualRate = new(25, 1);
    private readonly IReadOnlyList<string> _files;
    private readonly VideoOptions _options;
    private readonly int _end;
    private readonly int _start;
    private int _next;

    private ImageSequenceSource(string path, IReadOnlyList<string> files, VideoOptions options)
    {
        (_files, _options) = (files, options with { From = null, To = null, FrameRate = null, KeepStreams = false });
        var rate = options.FrameRate ?? UsualRate;
        _start = _next = FirstAt(options.From ?? TimeSpan.Zero, rate);
        _end = Math.Min(files.Count, options.To is { } to ? FirstAt(to, rate) : int.MaxValue);
        if (_start >= _end)
            throw new VideoStyleException(ErrorKind.Input, $"{path}: ends before the first wanted frame.");
        Notes = SequenceGaps.Describe(path, files) is { } gaps ? [gaps] : [];
        using var first = Open(_start);
        Info = first.Info with
        {
            Name = path,
            TimeBase = new Rational(rate.Denominator, rate.Numerator),
            FrameRate = rate,
            FrameCount = _end - _start,
            Duration = TimeSpan.FromSeconds((_end - _start) / rate.Value),
            Container = "pictures",
        };
    }

    /// <inheritdoc />
    public VideoInfo Info { get; }

    /// <summary>Gets the sentences that the caller should know: which numbers are missing.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>Opens a sequence.</summary>
    /// <param name="path">A folder, a glob, or a pattern such as <c>frame_%05d.png</c>.</param>
    /// <param name="options">What is read, and how; its frame rate is the pictures'.</param>
    /// <exception cref="VideoStyleException">There is no picture, or the first cannot be decoded.</exception>
    public static ImageSequenceSource Open(string path, VideoOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new ImageSequenceSource(path, ImageSequence.Find(path), options);
    }

    /// <inheritdoc />
    public Frame? Read(FramePool pool)
    {
        if (_next >= _end)
            return null;
        var file = _files[_next];
        using var picture = Open(_next);
        if ((picture.Info.Width, picture.Info.Height) != (Info.Width, Info.Height))
            throw new VideoStyleException(
                ErrorKind.Input,
                $"{file}: is {picture.Info.Width}x{picture.Info.Height}, the pictures before it {Info.Width}x{Info.Height}."
            );
        var frame = picture.Read(pool) ?? throw new VideoStyleException(ErrorKind.Input, $"{file}: holds no picture.");
        if (frame.HasAlpha != Info.HasAlpha)
            frame = WithAlpha(pool, frame);
        (frame.Index, frame.Pts, frame.Duration) = (_next - _start, _next - _start, 1);
        _next++;
        return frame;
    }

    /// <inheritdoc />
    public void Dispose() => _next = _end;

    private static int FirstAt(TimeSpan time, Rational rate) =>
        (int)Math.Clamp(Math.Ceiling(time.TotalSeconds * rate.Value - 1e-6), 0, int.MaxValue);

    // Some encoders drop the alpha of a picture that is opaque.
    private Frame WithAlpha(FramePool pool, Frame picture)
    {
        using (picture)
        {
            var frame = pool.Rent(picture.Width, picture.Height, Info.HasAlpha);
            picture.Pixels.CopyTo(frame.Pixels);
            frame.Alpha.Fill(255);
            return frame;
        }
    }

    private FFmpegSource Open(int index)
    {
        RegularFile.Require(_files[index]);
        return FFmpegSource.Open(_files[index], _options with { Threads = 1 });
    }
}
