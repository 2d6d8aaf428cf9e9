using System.Threading.Channels;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Core.Pipeline;
using VideoStyle.Live.Reading;
using VideoStyle.Native.Files;
using VideoStyle.Native.Media;

namespace VideoStyle.Live.Writing;

/// <summary>One output with an encoder and a thread of its own, so that it holds no other up. A stream that breaks is connected to again.</summary>
internal sealed class LiveOutput : IAsyncDisposable
{
    private const int MaxQueued = 8;
    private const double BitsPerPixel = 0.16; // of a stream, at most: 4.4 Mbit/s for 1280x720 at 30 frames a second
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FinishTime = TimeSpan.FromSeconds(20);

    private readonly string _target;
    private readonly EncodeOptions _encode;
    private readonly VideoInfo _video;
    private readonly LiveFeed _feed;
    private readonly LiveClock _clock;
    private readonly Action<LiveEvent> _report;
    private readonly CancellationTokenSource _stop = new();
    private readonly FramePool _pool = new();
    private readonly Channel<Frame> _frames;
    private readonly OutputFile? _file;
    private readonly Task _work;
    private FFmpegSink? _sink;
    private int _isToFollow;
    private long _begin; // of this connection or file, whose times begin at 0
    private long _last = -1;

    /// <summary>Opens an output.</summary>
    /// <param name="target">A file, <c>-</c>, an <c>.m3u8</c> or a URL.</param>
    /// <param name="encode">How it is encoded.</param>
    /// <param name="overwrite">Whether a file is replaced.</param>
    /// <param name="video">Size and rate of the frames.</param>
    /// <param name="feed">Gives the sound.</param>
    /// <param name="clock">Tells the time.</param>
    /// <param name="report">Told what becomes of the output.</param>
    /// <exception cref="VideoStyleException">It cannot be opened.</exception>
    public LiveOutput(string target, EncodeOptions encode, bool overwrite, VideoInfo video, LiveFeed feed, LiveClock clock, Action<LiveEvent> report)
    {
        (_target, _video, _feed, _clock, _report) = (target, video, feed, clock, report);
        StreamUrl.RequireWritable(target);
        IsStream = StreamUrl.Is(target) || StreamUrl.IsDevice(target);
        if (StreamUrl.IsDevice(target))
            encode = encode with { PixelFormat = encode.PixelFormat ?? "yuv420p" }; // which programs that read it know
        _encode = IsStream && encode is { BitRate: null, EncoderOptions: null } && StreamUrl.Is(target) ? encode with { EncoderOptions = RateLimit(video) } : encode;
        Name = StreamUrl.Shown(target);
        if (IsHls)
            OutputTarget.Require(target, overwrite);
        else if (!IsStream && target is not "-")
            _file = OutputFile.Begin(target, overwrite);
        try
        {
            _sink = Create();
        }
        catch
        {
            _file?.Dispose();
            throw;
        }

        _frames = Channel.CreateBounded<Frame>(
            new BoundedChannelOptions(MaxQueued)
            {
                SingleReader = true,
                FullMode = feed.DropsFrames ? BoundedChannelFullMode.DropOldest : BoundedChannelFullMode.Wait,
            },
            Forget);
        _work = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Gets the name that may be shown.</summary>
    public string Name { get; }

    /// <summary>Gets whether it is a stream and no file.</summary>
    public bool IsStream { get; }

    /// <summary>Gets why nothing more is written, or null.</summary>
    public string? Failure { get; private set; }

    /// <summary>Gets whether a frame was written.</summary>
    public bool HasFrames => Volatile.Read(ref _last) >= 0;

    /// <summary>Gets the frames that were left out because the encoder or the connection was too slow.</summary>
    public long Dropped { get; private set; }

    private bool IsHls => Path.GetExtension(_target).Equals(".m3u8", StringComparison.OrdinalIgnoreCase) && !IsStream;

    /// <summary>Hands over a copy of a frame.</summary>
    /// <param name="frame">The frame; kept by the caller.</param>
    public void Offer(Frame frame)
    {
        var copy = _pool.Rent(frame.Width, frame.Height);
        frame.Pixels.CopyTo(copy.Pixels);
        copy.CopyTimingFrom(frame);
        try
        {
            _frames.Writer.WriteAsync(copy).AsTask().GetAwaiter().GetResult();
        }
        catch (ChannelClosedException)
        {
            copy.Dispose();
        }
    }

    /// <summary>Takes the sound from the input as it is open now.</summary>
    public void Follow() => Volatile.Write(ref _isToFollow, 1);

    /// <summary>Ends: writes what is left and puts a file in its place.</summary>
    public async ValueTask DisposeAsync()
    {
        _frames.Writer.TryComplete();
        _stop.CancelAfter(FinishTime);
        await _work.ConfigureAwait(false);
        Stage.Drain(_frames);
        _stop.Dispose();
    }

    private static string RateLimit(VideoInfo video)
    {
        var rate = (long)(BitsPerPixel * video.Width * video.Height * (video.FrameRate.IsKnown ? video.FrameRate.Value : 30));
        return FormattableString.Invariant($"maxrate={rate}:bufsize={rate / 2}");
    }

    private void Forget(Frame frame)
    {
        frame.Dispose();
        Dropped++;
    }

    private FFmpegSink Create()
    {
        var (source, shift) = _feed.Current;
        _begin = -1;
        var sink = FFmpegSink.Create(
            _file?.PartialPath ?? _target,
            _encode with { FileName = _file is null ? null : Path.GetFileName(_target) },
            _video, source, new StreamOptions { Live = true, Timeout = TimeSpan.FromSeconds(10), Stop = _stop.Token }, shift);
        foreach (var note in sink.Notes)
            _report(new LiveEvent("note", $"{Name}: {note}"));
        return sink;
    }

    private void Run()
    {
        try
        {
            while (_frames.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
                while (_frames.Reader.TryRead(out var frame))
                    using (frame)
                        Write(frame);
            if (Failure is null)
                Finish();
        }
        finally
        {
            _sink?.Dispose();
            _file?.Dispose();
        }
    }

    private void Write(Frame frame)
    {
        if (Failure is not null || frame.Pts <= _last)
            return;
        try
        {
            if (_sink is null)
                return;
            if (_begin < 0)
                (_begin, _isToFollow) = (frame.Pts, 1);
            if (Interlocked.Exchange(ref _isToFollow, 0) == 1)
            {
                var (source, shift) = _feed.Current;
                _sink.Follow(source, shift - LiveClock.Time(_begin));
            }

            _last = frame.Pts;
            frame.Pts -= _begin;
            _sink.Write(frame);
        }
        catch (ObjectDisposedException)
        {
            Volatile.Write(ref _isToFollow, 1); // the input was just exchanged
        }
        catch (VideoStyleException e)
        {
            Lose(e);
        }
    }

    // A file that cannot be written is over; what was painted until then is kept.
    private void Lose(VideoStyleException e)
    {
        if (!IsStream)
        {
            Failure = e.Message;
            _report(new LiveEvent("warning", $"{Name}: nothing more is written: {e.Message}"));
            Finish();
            return;
        }

        _report(new LiveEvent("output", $"{Name}: the connection broke ({e.Message.TrimEnd('.')}); it is tried again."));
        _sink?.Dispose();
        _sink = null;
        for (var pause = FirstPause; !_frames.Reader.Completion.IsCompleted; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            if (!_clock.Wait(pause, _stop.Token))
                return;
            try
            {
                _sink = Create();
                _report(new LiveEvent("output", $"{Name}: is connected again."));
                return;
            }
            catch (Exception again) when (again is VideoStyleException or ObjectDisposedException)
            {
                // It was said that it is tried again.
            }
        }
    }

    // A file that could not be completed holds what was painted until then: it is kept, and that is said.
    private void Finish()
    {
        if (_last < 0)
            return;
        try
        {
            _sink?.Finish();
        }
        catch (VideoStyleException e)
        {
            Failure ??= e.Message;
            _report(new LiveEvent("warning", $"{Name}: could not be completed: {e.Message}"));
        }

        try
        {
            _file?.Commit();
        }
        catch (VideoStyleException e)
        {
            Failure ??= e.Message;
            _report(new LiveEvent("warning", e.Message));
        }
    }
}
