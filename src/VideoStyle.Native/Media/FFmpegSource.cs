using System.Globalization;
using System.Runtime.InteropServices;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Native.Interop;
using VideoStyle.Native.Interop.Handles;

namespace VideoStyle.Native.Media;

/// <summary>Reads the frames of any video that FFmpeg reads, upright and in presentation order.</summary>
/// <remarks>
/// Damaged packets are passed over as players do, and counted in <see cref="Notes"/>. A transport stream's clock is
/// moved to begin at 0; other containers keep the times that they state. Decoding runs at low priority.
/// </remarks>
public sealed class FFmpegSource : IFrameSource
{
    private readonly MediaSourceHandle _handle;
    private readonly HttpPipe? _pipe;
    private long _index;

    private FFmpegSource(MediaSourceHandle handle, string name, bool keepsStreams, HttpPipe? pipe) =>
        (_handle, Info, KeepsStreams, _pipe) = (handle, ReadInfo(handle, name), keepsStreams, pipe);

    /// <inheritdoc />
    public VideoInfo Info { get; }

    // What to do about a failure, by words of its message; those of a size are FFmpeg's own.
    private static readonly (string Words, string Hint)[] Hints =
    [
        ("is over the limit", "Make it smaller first, or set ComputeOptions.MaxMemory higher."),
        ("Invalid image size", TooLarge),
        ("Picture size", TooLarge),
        ("is a playlist", "Make one file of it first: ffmpeg -i PLAYLIST -c copy VIDEO.mkv"),
        ("is a HEIC picture", "Convert it first: heif-convert PHOTO.heic PHOTO.png"),
        ("its index lies at its end", "Give the file's name instead of a pipe, or let TMPDIR name a folder with enough room."),
    ];

    private const string TooLarge = "Pictures of up to about 134 million pixels are read; make it smaller first.";

    /// <summary>Gets the sentences that the caller should know, as damage that was passed over; grows while frames are read.</summary>
    public IReadOnlyList<string> Notes => [.. NativeNotes.Read(i => ReadNote(_handle, i)), .. _pipe?.Notes ?? []];

    internal MediaSourceHandle Handle => _handle;

    internal bool KeepsStreams { get; }

    /// <summary>Opens a video and decodes its first frame.</summary>
    /// <param name="path">A file, <c>-</c> for standard input, or a URL (<see cref="StreamUrl"/>).</param>
    /// <param name="options">What is read, and how.</param>
    /// <param name="stream">How a stream is read; null for the defaults.</param>
    /// <exception cref="VideoStyleException">The file is missing, unreadable, or holds no frame that can be decoded.</exception>
    public static FFmpegSource Open(string path, VideoOptions options, StreamOptions? stream = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(options);
        VideoStyleNative.Require(NativeUnits.Media);
        StreamUrl.RequireReadable(path);
        stream ??= new StreamOptions();
        var isUrl = StreamUrl.Is(path);
        var native = ToNative(options) with
        {
            Live = stream.Live ? 1 : 0,
            Listen = stream.Listen ? 1 : 0,
            TimeoutMicroseconds = isUrl || stream.Timeout is not null ? (long)stream.EffectiveTimeout.TotalMicroseconds : 0,
        };
        StopFlag stop = new(stream.Stop);
        native.Stop = stop.Address;
        var pipe = StreamUrl.IsHttp(path) ? new HttpPipe(path, stream.Live) : null;
        MediaSourceHandle? handle = null;
        try
        {
            var status = pipe is null
                ? NativeMethods.MediaSourceOpen(path, native, out handle)
                : NativeMethods.MediaSourceOpenPipe(StreamUrl.Shown(path), pipe.TakeDescriptor(), native, out handle);
            handle.Stop = stop;
            stream.Stop.ThrowIfCancellationRequested();
            CheckOpened(status);
            return Wrap(handle, path is "-" ? "standard input" : StreamUrl.Shown(path), options, pipe);
        }
        catch (Exception e)
        {
            handle?.Dispose();
            if (handle is null or { IsInvalid: true })
                stop.Dispose();
            pipe?.Dispose();
            // That the pipe is empty says less than why it is.
            if (e is VideoStyleException && pipe?.Failure is { } cause)
                throw new VideoStyleException(cause.Kind, cause.Message, cause.Hint, e);
            throw;
        }
    }

    /// <summary>Opens a video or picture that lies in memory.</summary>
    /// <param name="name">For messages.</param>
    /// <param name="bytes">The whole file; copied.</param>
    /// <param name="options">What is read, and how.</param>
    /// <exception cref="VideoStyleException">The bytes hold no frame that can be decoded.</exception>
    public static FFmpegSource Open(string name, ReadOnlySpan<byte> bytes, VideoOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(options);
        VideoStyleNative.Require(NativeUnits.Media);
        var native = ToNative(options);
        CheckOpened(NativeMethods.MediaSourceOpenBytes(name, bytes, bytes.Length, native, out var handle));
        return Wrap(handle, name, options, pipe: null);
    }

    private static void CheckOpened(Status status)
    {
        try
        {
            status.ThrowIfFailed();
        }
        catch (VideoStyleException e) when (e.Hint is null && Array.Find(Hints, h => e.Message.Contains(h.Words, StringComparison.Ordinal)) is { Hint: { } hint })
        {
            throw new VideoStyleException(e.Kind, e.Message, hint, e);
        }
    }

    /// <inheritdoc />
    public unsafe Frame? Read(FramePool pool)
    {
        ArgumentNullException.ThrowIfNull(pool);
        var frame = pool.Rent(Info.Width, Info.Height, Info.HasAlpha, with16Bits: Info.BitDepth > 8);
        try
        {
            Status status;
            long pts,
                duration;
            fixed (byte* alpha = frame.Alpha)
            fixed (ushort* pixels16 = frame.Pixels16)
                status = NativeMethods.MediaSourceRead(_handle, frame.Pixels, frame.Pixels.Length, alpha, pixels16, out pts, out duration);
            status.ThrowIfFailed();
            if (status == Status.End)
            {
                frame.Dispose();
                return null;
            }

            (frame.Index, frame.Pts, frame.Duration) = (_index++, pts, duration);
            return frame;
        }
        catch
        {
            frame.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _handle.Dispose();
        _pipe?.Dispose();
    }

    private static FFmpegSource Wrap(MediaSourceHandle handle, string name, VideoOptions options, HttpPipe? pipe)
    {
        try
        {
            return new FFmpegSource(handle, name, options.KeepStreams, pipe);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    private static NativeSourceOptions ToNative(VideoOptions options)
    {
        if (options.From < TimeSpan.Zero || options.To <= (options.From ?? TimeSpan.Zero))
            throw new VideoStyleException(
                ErrorKind.Usage,
                string.Create(CultureInfo.InvariantCulture, $"No time lies between {options.From ?? TimeSpan.Zero} and {options.To}."),
                "Let the end be after the beginning, and neither negative."
            );
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxSize ?? 1, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(options.Threads, nameof(options));
        if (options.FrameRate is { IsKnown: false })
            throw new ArgumentOutOfRangeException(nameof(options), "A frame rate is positive.");
        return new NativeSourceOptions
        {
            FromMicroseconds = Microseconds(options.From),
            ToMicroseconds = Microseconds(options.To),
            MaxPixels = options.MaxPixels ?? 0,
            MaxSize = options.MaxSize ?? 0,
            Threads = options.Threads,
            KeepStreams = options.KeepStreams ? 1 : 0,
            KeepAlpha = options.KeepAlpha ? 1 : 0,
            KeepDepth = options.KeepDepth ? 1 : 0,
            VideoStream = options.VideoStream ?? -1,
            Deinterlace = options.Deinterlace ? 1 : 0,
            TimesOnly = options.TimesOnly ? 1 : 0,
            Rate = NativeRational.From(options.FrameRate ?? default),
        };
    }

    private static long Microseconds(TimeSpan? time) => time is { } value ? value.Ticks / TimeSpan.TicksPerMicrosecond : -1;

    private static VideoInfo ReadInfo(MediaSourceHandle handle, string name)
    {
        NativeMethods.MediaSourceInfo(handle, out var info).ThrowIfFailed();
        var streams = new StreamInfo[info.StreamCount];
        for (var i = 0; i < streams.Length; i++)
        {
            NativeMethods.MediaSourceStream(handle, i, out var stream).ThrowIfFailed();
            var kind = ((StreamKinds)stream.Kind).ToString().ToLowerInvariant();
            streams[i] = new(i, kind, NativeText.Read(stream.Codec), i == info.VideoStream, NativeText.Read(stream.Language));
        }

        return new VideoInfo
        {
            Name = name,
            Width = info.Width,
            Height = info.Height,
            TimeBase = info.TimeBase.ToRational(),
            FrameRate = info.FrameRate.ToRational(),
            SampleAspectRatio = info.SampleAspectRatio.ToRational(),
            Duration = info.DurationMicroseconds < 0 ? null : TimeSpan.FromMicroseconds(info.DurationMicroseconds),
            FrameCount = info.FrameCount < 0 ? null : info.FrameCount,
            Codec = NativeText.Read(info.Codec),
            PixelFormat = NativeText.Read(info.PixelFormat),
            Container = NativeText.Read(info.Format),
            Color = info.Color.ToColorInfo(),
            IsInterlaced = info.Interlaced != 0,
            HasAlpha = info.HasAlpha != 0,
            BitDepth = info.BitDepth,
            Streams = streams,
        };
    }

    private static unsafe string? ReadNote(MediaSourceHandle handle, int index)
    {
        var buffer = stackalloc byte[1024];
        var status = NativeMethods.MediaSourceNote(handle, index, buffer, 1024);
        status.ThrowIfFailed();
        return status == Status.End ? null : Marshal.PtrToStringUTF8((nint)buffer);
    }
}
