using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Native.Media;

namespace VideoStyle.Live.Reading;

/// <summary>Reads an input on a thread of its own and keeps its newest frame. An input that ends before its time is connected to again.</summary>
internal sealed class LiveFeed : IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    private readonly string _input;
    private readonly LiveOptions _options;
    private readonly LiveClock _clock;
    private readonly Action<LiveEvent> _report;
    private readonly CancellationTokenSource _stop;
    private readonly FramePool _pool = new();
    private readonly object _gate = new();
    private readonly bool _isEndless;
    private readonly Thread _thread;
    private FFmpegSource _source;
    private ArrivedFrame? _newest;
    private TimeSpan _lastTime = TimeSpan.FromTicks(-1);
    private TimeSpan _shift;
    private bool _isStarted;
    private bool _ended;
    private Exception? _defect;
    private long _arrived;
    private long _dropped;

    /// <summary>Connects to the input; the first frame is then there.</summary>
    /// <param name="input">A file, <c>-</c> or a URL.</param>
    /// <param name="options">How it is read.</param>
    /// <param name="clock">Tells the time.</param>
    /// <param name="report">Told what becomes of the input.</param>
    /// <param name="cancellationToken">Ends reading.</param>
    /// <exception cref="VideoStyleException">The input cannot be read.</exception>
    public LiveFeed(string input, LiveOptions options, LiveClock clock, Action<LiveEvent> report, CancellationToken cancellationToken)
    {
        (_input, _options, _clock, _report) = (input, options, clock, report);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _source = Open(options.Styler.Video.MaxSize);
        Info = _source.Info;
        _isEndless = StreamUrl.IsEndless(input) || StreamUrl.IsDevice(input) || (StreamUrl.IsHttp(input) && Info.Duration is null);
        _thread = new Thread(Run) { IsBackground = true, Name = "live input" };
    }

    /// <summary>Gets what was known of the input when it was first opened; all frames that are painted have its size.</summary>
    public VideoInfo Info { get; }

    /// <summary>Gets the frames that came.</summary>
    public long Arrived => Volatile.Read(ref _arrived);

    /// <summary>Gets the frames that came and that nobody took.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Gets whether newer frames take the place of older ones that nobody has taken.</summary>
    public bool DropsFrames => _isEndless || _options.Realtime;

    /// <summary>Gets the input as it is open now, and what is added to its times; while it is away, a source that is disposed.</summary>
    public (FFmpegSource Source, TimeSpan Shift) Current
    {
        get
        {
            lock (_gate)
                return (_source, _shift);
        }
    }

    /// <summary>Called when the input was opened again.</summary>
    public Action? Reconnected { get; set; }

    /// <summary>Begins to read.</summary>
    public void Start()
    {
        _isStarted = true;
        _thread.Start();
    }

    /// <summary>Gets whether no frame will come.</summary>
    public bool IsAtEnd
    {
        get
        {
            lock (_gate)
                return _ended && _newest is null;
        }
    }

    /// <summary>Waits for a frame that was not taken yet.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The newest one, owned by the caller; null at the end, or where the wait was ended.</returns>
    public ArrivedFrame? Take(CancellationToken cancellationToken)
    {
        using var waking = cancellationToken.Register(Wake);
        lock (_gate)
        {
            while (_newest is null && !_ended && !cancellationToken.IsCancellationRequested)
                Monitor.Wait(_gate);
            if (_defect is not null)
                throw new InvalidOperationException("The input was not read on.", _defect);
            var newest = _newest;
            _newest = null;
            Monitor.PulseAll(_gate);
            return newest;
        }
    }

    /// <summary>Ends reading: what has come is given out, and then the end.</summary>
    public void Stop()
    {
        _stop.Cancel();
        Wake();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Stop();
        if (_isStarted)
            _thread.Join();
        _newest?.Frame.Dispose();
        _source.Dispose();
        _stop.Dispose();
    }

    private void Wake()
    {
        lock (_gate)
            Monitor.PulseAll(_gate);
    }

    private FFmpegSource Open(int? maxSize) =>
        FFmpegSource.Open(
            _input,
            _options.Styler.Video with { KeepStreams = true, MaxSize = maxSize },
            new StreamOptions { Live = true, Listen = _options.Listen, Timeout = StreamUrl.Is(_input) || StreamUrl.IsDevice(_input) ? _options.Stall : null, Stop = _stop.Token });

    private void Run()
    {
        try
        {
            while (true)
            {
                ReadToEnd();
                if (!_isEndless || _stop.IsCancellationRequested)
                {
                    foreach (var note in _stop.IsCancellationRequested ? [] : _source.Notes)
                        _report(new LiveEvent("note", note));
                    break;
                }

                var why = _source.Notes is [.., { } last] ? $" ({last.Replace($"{Info.Name}: ", "", StringComparison.Ordinal).TrimEnd('.')})" : "";
                _report(new LiveEvent("source", $"{Info.Name}: gone{why}; the last frame stands until it is back."));
                if (!Reconnect())
                    break;
            }
        }
        catch (Exception e) when (e is VideoStyleException or OperationCanceledException)
        {
            if (!_stop.IsCancellationRequested)
                _report(new LiveEvent("warning", $"{Info.Name}: ends early: {e.Message}"));
        }
        catch (Exception e)
        {
            _defect = e; // told by whoever waits for a frame
        }
        finally
        {
            lock (_gate)
            {
                _ended = true;
                Monitor.PulseAll(_gate);
            }
        }
    }

    private void ReadToEnd()
    {
        var isFirst = true;
        var timeBase = _source.Info.TimeBase.Value;
        var paint = TimeSpan.FromSeconds(1 / (_options.TargetRate ?? new Rational(30, 1)).Value);
        var due = TimeSpan.Zero;
        while (!_stop.IsCancellationRequested && ReadFrame() is { } frame)
        {
            var time = TimeSpan.FromSeconds(frame.Pts * timeBase);
            if (isFirst)
                Align(time);
            isFirst = false;
            time += _shift;
            Interlocked.Increment(ref _arrived);
            // A quarter of a frame of slack: times jitter.
            if (time <= _lastTime || (DropsFrames && time < due - paint / 4))
            {
                frame.Dispose();
                continue;
            }

            due = time < due + paint ? due + paint : time + paint;
            _lastTime = time;
            (frame.Pts, frame.Duration) = (LiveClock.Ticks(time), LiveClock.Ticks(TimeSpan.FromSeconds(frame.Duration * timeBase)));
            _clock.Start();
            if (_options.Realtime && !_isEndless && !_clock.Wait(time - _clock.Elapsed, _stop.Token))
            {
                frame.Dispose();
                return;
            }

            Offer(new ArrivedFrame(frame, _clock.Timestamp));
        }
    }

    // Damage ends a connection as its end does.
    private Frame? ReadFrame()
    {
        try
        {
            return _source.Read(_pool);
        }
        catch (VideoStyleException e) when (_isEndless)
        {
            _report(new LiveEvent("warning", e.Message));
            return null;
        }
    }

    // The times of an input begin anywhere. They go on where real time is, and never back.
    private void Align(TimeSpan first)
    {
        var begin = _clock.IsRunning ? _clock.Elapsed : TimeSpan.Zero;
        if (begin <= _lastTime)
            begin = _lastTime + TimeSpan.FromMilliseconds(1);
        var is0 = !_clock.IsRunning;
        lock (_gate)
            _shift = begin - first;
        if (!is0 || _shift != TimeSpan.Zero)
            Reconnected?.Invoke();
    }

    private void Offer(ArrivedFrame frame)
    {
        lock (_gate)
        {
            while (!DropsFrames && _newest is not null && !_stop.IsCancellationRequested)
                Monitor.Wait(_gate);
            if (_newest is not null)
            {
                _newest.Frame.Dispose();
                Interlocked.Increment(ref _dropped);
            }

            _newest = frame;
            Monitor.PulseAll(_gate);
        }
    }

    private bool Reconnect()
    {
        _source.Dispose(); // some cameras serve one at a time
        var longest = Math.Max(Info.Width, Info.Height);
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            if (!_clock.Wait(pause, _stop.Token))
                return false;
            try
            {
                var source = Open(longest);
                lock (_gate)
                    _source = source;
                _report(new LiveEvent("source", $"{Info.Name}: is back, {source.Info.Width}x{source.Info.Height}."));
                return true;
            }
            catch (VideoStyleException)
            {
                // It was said that it is gone.
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }
    }
}
