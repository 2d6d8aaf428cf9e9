using VideoStyle.Converting;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Core.Pipeline;
using VideoStyle.Core.Stylizers;
using VideoStyle.Live.Painting;
using VideoStyle.Live.Reading;
using VideoStyle.Live.Writing;

namespace VideoStyle.Live;

/// <summary>Paints an input while it comes: the pipeline of a conversion without look-ahead, on the newest frames, for outputs and a page.</summary>
/// <remarks>
/// What the pipeline is set up with, such as the keyframe interval, changes by ending a session and beginning the next one on the same input and outputs. All else
/// changes in a running pipeline.
/// </remarks>
internal sealed class LiveRun : IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private const double MuchRoom = 0.5; // of the delay: one more frame may wait
    private static readonly TimeSpan RepeatEvery = TimeSpan.FromMilliseconds(200);

    private readonly LiveOptions _options;
    private readonly TimeProvider _time;
    private readonly Action<LiveEvent> _report;
    private readonly LiveClock _clock;
    private readonly LiveFeed _feed;
    private readonly LiveStylizer _stylizer;
    private readonly FramesInFlight _flight;
    private readonly LatencyMeter _meter = new();
    private readonly LiveSink _sink;
    private readonly SemaphoreSlim _changing = new(1, 1);
    private readonly Lock _lock = new();
    private readonly LevelControl _control;
    private IReadOnlyList<LiveLevel> _levels;
    private LiveSettings _settings;
    private CancellationTokenSource _session = new();
    private readonly TimeSpan[] _before = new TimeSpan[Enum.GetValues<PipelineStage>().Length]; // busy in earlier sessions
    private StageTimes? _times;
    private (SessionSetup Setup, bool IsSet) _now;
    private LiveOutput? _recording;

    /// <summary>Opens the input, the style and the outputs.</summary>
    /// <param name="input">A file, <c>-</c> or a URL.</param>
    /// <param name="targets">Files, <c>-</c>, an <c>.m3u8</c> or URLs.</param>
    /// <param name="options">How it is painted.</param>
    /// <param name="time">Tells the time.</param>
    /// <param name="report">Told what happens.</param>
    /// <param name="load">Loads a style; null builds it as a conversion does.</param>
    /// <param name="cancellationToken">Ends the input; what has come is still painted.</param>
    /// <exception cref="VideoStyleException">Something cannot be opened.</exception>
    public LiveRun(
        string input, IReadOnlyList<string> targets, LiveOptions options, TimeProvider time, Action<LiveEvent> report,
        Func<StyleOptions, IStylizer>? load, CancellationToken cancellationToken)
    {
        (_options, _time, _report) = (options, time, report);
        _settings = LiveSettings.From(options.Styler);
        Conversion.RequireUnits(options.Styler);
        _clock = new LiveClock(time);
        _feed = new LiveFeed(input, options, _clock, report, cancellationToken);
        try
        {
            _levels = LiveLevel.For(_settings, options.Styler.Coherence.KeyframeInterval ?? 1);
            _control = new LevelControl(_levels.Count, options.MaxLatency);
            var video = _feed.Info;
            _stylizer = new LiveStylizer(options.Styler, new LiveLook(_settings, _levels[0]), (video.Width, video.Height), load);
            _flight = new FramesInFlight(_stylizer.Info.Workers + 1) { KeepsOriginals = _settings.Split is not null };
            _sink = new LiveSink(_flight, _clock, _meter, () => Settings);
        }
        catch
        {
            _feed.Dispose();
            throw;
        }

        _feed.Reconnected = () =>
        {
            foreach (var output in _sink.Outputs)
                output.Follow();
        };
        AddOutputs(targets);
    }

    /// <summary>Gets what is known of the input.</summary>
    public VideoInfo Video => _feed.Info;

    /// <summary>Gets what is painted with, as it stands in reports.</summary>
    public string Description => _stylizer.Info.Description;

    /// <summary>Gets what can be changed.</summary>
    public LiveSettings Settings => Volatile.Read(ref _settings);

    /// <summary>Gets where the paintings go.</summary>
    public LiveSink Sink => _sink;

    /// <summary>Gets the name of the recording that is being written, or null.</summary>
    public string? Recording => Volatile.Read(ref _recording)?.Name;

    /// <summary>Gets the level's name.</summary>
    public string LevelName => _levels[Math.Min(_control.Level, _levels.Count - 1)].Name;

    /// <summary>Gets how it goes.</summary>
    public LiveStatus Status
    {
        get
        {
            var now = _clock.Elapsed;
            var (_, _, rate) = _meter.Since(now - (2 * Look), now);
            var (median, high, _) = _meter.Since(now - (5 * Look), now);
            return new LiveStatus(
                _feed.Arrived, _meter.Written, _feed.Dropped, now > 2 * Look ? rate : rate * 2 * Look.TotalSeconds / Math.Max(now.TotalSeconds, 0.1), median, high,
                _control.Level, Slowest);
        }
    }

    /// <summary>Gets the time that each stage was busy; reading, which waits for the input, is not among them.</summary>
    public IReadOnlyDictionary<string, TimeSpan> Busy =>
        Enum.GetValues<PipelineStage>()
            .Where(stage => stage != PipelineStage.Decode)
            .ToDictionary(stage => stage.ToString().ToLowerInvariant(), stage => _before[(int)stage] + (_times?.Busy(stage) ?? TimeSpan.Zero), StringComparer.Ordinal);

    /// <summary>Gets the delays of all frames.</summary>
    public LatencyMeter Latency => _meter;

    private string Slowest => Busy.MaxBy(stage => stage.Value).Key;

    private double Rate => Math.Min((_options.TargetRate ?? new Rational(30, 1)).Value, Video.FrameRate.IsKnown ? Video.FrameRate.Value : 30);

    /// <summary>Paints until the input ends.</summary>
    /// <exception cref="VideoStyleException">A frame could not be painted.</exception>
    public async Task RunAsync()
    {
        using CancellationTokenSource done = new();
        var watching = Task.Run(() => WatchAsync(done.Token), CancellationToken.None);
        var repeating = Task.Run(() => RepeatAsync(done.Token), CancellationToken.None);
        _feed.Start();
        try
        {
            while (await RunSessionAsync().ConfigureAwait(false))
            {
                // The next session begins with the next frame.
            }
        }
        finally
        {
            await done.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(watching, repeating).ConfigureAwait(false);
        }
    }

    /// <summary>Changes what is painted with.</summary>
    /// <param name="change">Makes the new settings of the old ones.</param>
    /// <exception cref="VideoStyleException">A style is not there; nothing has changed then.</exception>
    public async Task ChangeAsync(Func<LiveSettings, LiveSettings> change)
    {
        await _changing.WaitAsync().ConfigureAwait(false);
        try
        {
            var settings = change(_settings);
            var levels = LiveLevel.For(settings, _options.Styler.Coherence.KeyframeInterval ?? 1);
            var level = levels[Math.Min(_control.Level, levels.Count - 1)];
            await Task.Run(() => _stylizer.Show(new LiveLook(settings, level))).ConfigureAwait(false);
            (_levels, _flight.KeepsOriginals) = (levels, settings.Split is not null);
            Volatile.Write(ref _settings, settings);
            SetUpAnewWhereNeeded();
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Begins or ends a recording beside the other outputs.</summary>
    /// <param name="isOn">Whether to record.</param>
    /// <exception cref="VideoStyleException">The file cannot be written.</exception>
    public async Task RecordAsync(bool isOn)
    {
        await _changing.WaitAsync().ConfigureAwait(false);
        try
        {
            if (isOn && _recording is null)
            {
                var name = $"live-{_time.GetLocalNow():yyyyMMdd-HHmmss}.mkv";
                var output = OpenRecording(Path.Combine(_options.RecordFolder, name));
                _sink.Outputs = [.. _sink.Outputs, output];
                Volatile.Write(ref _recording, output);
                _report(new LiveEvent("output", $"{output.Name}: is being recorded."));
            }
            else if (!isOn && _recording is { } recording)
            {
                _sink.Outputs = [.. _sink.Outputs.Where(output => output != recording)];
                Volatile.Write(ref _recording, null);
                await recording.DisposeAsync().ConfigureAwait(false);
                _report(new LiveEvent("output", recording.HasFrames ? $"{recording.Name}: was recorded." : $"{recording.Name}: is not there, because nothing was painted in that time."));
            }
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <inheritdoc />
    /// <remarks>Every output is completed.</remarks>
    public async ValueTask DisposeAsync()
    {
        _feed.Stop();
        foreach (var output in _sink.Outputs)
            await output.DisposeAsync().ConfigureAwait(false);
        _feed.Dispose();
        _sink.Dispose();
        _flight.Dispose();
        _stylizer.Dispose();
        _session.Dispose();
        _changing.Dispose();
    }

    private void AddOutputs(IReadOnlyList<string> targets)
    {
        try
        {
            foreach (var target in targets)
                _sink.Outputs = [.. _sink.Outputs, Open(target)];
        }
        catch
        {
            DisposeAsync().AsTask().GetAwaiter().GetResult();
            throw;
        }
    }

    private LiveOutput OpenRecording(string path)
    {
        try
        {
            return Open(path);
        }
        catch (ObjectDisposedException e)
        {
            throw new VideoStyleException(ErrorKind.Input, $"{Video.Name}: is away; nothing can be recorded until it is back.", hint: null, e);
        }
    }

    private LiveOutput Open(string target) =>
        new(target, _options.Styler.Encode, _options.Styler.Output.Overwrite, Video with { TimeBase = LiveClock.TimeBase, HasAlpha = false, BitDepth = 8 }, _feed, _clock, _report);

    // True where another session follows.
    private async Task<bool> RunSessionAsync()
    {
        using var session = new CancellationTokenSource();
        SessionSetup setup;
        lock (_lock)
        {
            _session = session;
            setup = Setup();
            _now = (setup, true);
        }

        try
        {
            return await RunSessionAsync(setup, session).ConfigureAwait(false);
        }
        finally
        {
            lock (_lock)
                _now.IsSet = false;
        }
    }

    private async Task<bool> RunSessionAsync(SessionSetup setup, CancellationTokenSource session)
    {
        using LiveSource source = new(_feed, _flight, session.Token);
        var styler = _options.Styler with { Coherence = _options.Styler.Coherence with { Mode = setup.Coherence } };
        var pipeline = Conversion.Pipeline(styler, source.Info) with { LookAhead = false, KeyframeInterval = setup.Interval, QueueLength = 1, StopReading = session.Cancel };
        await StylizePipeline.RunAsync(source, _stylizer, _sink, pipeline, report => _times = report.Times, CancellationToken.None).ConfigureAwait(false);
        _flight.Clear();
        foreach (var stage in Enum.GetValues<PipelineStage>())
            _before[(int)stage] += _times?.Busy(stage) ?? TimeSpan.Zero;
        _times = null;
        return !source.IsAtEnd;
    }

    private SessionSetup Setup() => new(_settings.Coherence, _levels[Math.Min(_control.Level, _levels.Count - 1)].KeyframeInterval, _stylizer.IsExposureInvariant);

    private void SetUpAnewWhereNeeded()
    {
        lock (_lock)
            if (_now.IsSet && _now.Setup != Setup())
            {
                _now.IsSet = false;
                _session.Cancel();
            }
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(Look, _time);
        var (painted, dropped, busy, times) = (0L, 0L, TimeSpan.Zero, (StageTimes?)null);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
            {
                var (nowPainted, nowDropped, session) = (_meter.Written, _feed.Dropped, _times);
                var nowBusy = session?.Busy(PipelineStage.Stylize) ?? TimeSpan.Zero;
                // Of a session that began since the last look, it is not known.
                var share = session == times ? (nowBusy - busy) / Look / _stylizer.Info.Workers : 1;
                var (_, high, _) = _meter.Since(_clock.Elapsed - Look, _clock.Elapsed);
                var done = (int)(nowPainted - painted);
                // After a pause many come at once, which nobody can or need paint.
                var came = (int)Math.Min(done + nowDropped - dropped, Math.Ceiling(Rate * Look.TotalSeconds));
                (painted, dropped, busy, times) = (nowPainted, nowDropped, nowBusy, session);
                if (_feed.DropsFrames && done > 0)
                    _flight.Limit += high > _options.MaxLatency ? -1 : high < MuchRoom * _options.MaxLatency ? +1 : 0;
                if (_options.Adapt && _feed.DropsFrames && _control.Look(_clock.Elapsed, came, done, high, share))
                    await ShowLevelAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The run has ended.
        }
    }

    private async Task ShowLevelAsync()
    {
        try
        {
            await ChangeAsync(settings => settings).ConfigureAwait(false);
            var status = Status;
            _report(new LiveEvent(
                "level",
                FormattableString.Invariant($"Painted {LevelName} ({status.FramesPerSecond:0.#} fps, delay {status.HighLatency.TotalMilliseconds:0} ms, {status.Slowest} takes longest).")));
        }
        catch (VideoStyleException e)
        {
            _report(new LiveEvent("warning", e.Message));
        }
    }

    private async Task RepeatAsync(CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(RepeatEvery, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
                if (_feed.DropsFrames)
                    _sink.Repeat();
        }
        catch (OperationCanceledException)
        {
            // The run has ended.
        }
    }

    private readonly record struct SessionSetup(CoherenceMode Coherence, int Interval, bool IsExposureInvariant);
}
