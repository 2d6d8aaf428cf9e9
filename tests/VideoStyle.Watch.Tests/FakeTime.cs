namespace VideoStyle.Watch.Tests;

/// <summary>A clock that stands still until it is moved; its time of day can be set apart from the time that passes.</summary>
internal sealed class FakeTime : TimeProvider
{
    private long _ticks = 1_000_000;

    public DateTimeOffset TimeOfDay { get; set; } = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _ticks;

    public override DateTimeOffset GetUtcNow() => TimeOfDay;

    public void Pass(double seconds) => _ticks += TimeSpan.FromSeconds(seconds).Ticks;
}
