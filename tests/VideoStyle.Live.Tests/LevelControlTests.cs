using Shouldly;
using VideoStyle.Live.Painting;
using Xunit;

namespace VideoStyle.Live.Tests;

public sealed class LevelControlTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Long = TimeSpan.FromMilliseconds(500);

    private readonly LevelControl _control = new(levels: 4, maxLatency: TimeSpan.FromMilliseconds(200));
    private int _seconds;

    [Fact]
    public void Look_MachineThatManages12Of30_StepsDownToTheSimplest()
    {
        for (var i = 0; i < 20; i++)
            Look(painted: 12, Short, busy: 1);

        _control.Level.ShouldBe(3);
    }

    [Fact]
    public void Look_OneBadSecond_ChangesNothing()
    {
        Look(painted: 12, Short, busy: 1);
        Look(painted: 30, Short, busy: 0.9);
        Look(painted: 12, Short, busy: 1);

        _control.Level.ShouldBe(0);
    }

    [Fact]
    public void Look_DelayOverTheLimit_StepsDownThoughEveryFrameIsPainted()
    {
        Look(painted: 30, Long, busy: 0.5);
        Look(painted: 30, Long, busy: 0.5);

        _control.Level.ShouldBe(1);
    }

    [Fact]
    public void Look_QuietAndIdle_StepsUpAgain()
    {
        Overload();

        for (var i = 0; i < 12; i++)
            Look(painted: 30, Short, busy: 0.3);

        _control.Level.ShouldBe(0);
    }

    [Fact]
    public void Look_QuietButBusy_StaysWhereItIs()
    {
        Overload();

        for (var i = 0; i < 60; i++)
            Look(painted: 30, Short, busy: 0.8);

        _control.Level.ShouldBe(1);
    }

    [Fact]
    public void Look_StepUpThatHadToBeTakenBack_WaitsTwiceAsLongForTheNext()
    {
        var steps = new List<int>();
        Overload();
        var begin = _seconds;
        for (var i = 0; i < 200; i++)
        {
            var isUp = _control.Level == 0;
            if (isUp ? Look(painted: 12, Short, busy: 1) : Look(painted: 30, Short, busy: 0.3))
                if (!isUp)
                    steps.Add(_seconds - begin);
        }

        steps.Zip(steps.Skip(1), (a, b) => b - a).Take(3).ShouldBe([22, 42, 82]);
    }

    [Fact]
    public void Look_SilentInput_SaysNothing()
    {
        for (var i = 0; i < 10; i++)
            _control.Look(TimeSpan.FromSeconds(++_seconds), 0, 0, TimeSpan.Zero, 0).ShouldBeFalse();

        _control.Level.ShouldBe(0);
    }

    private void Overload()
    {
        Look(painted: 12, Short, busy: 1);
        Look(painted: 12, Short, busy: 1);
        _control.Level.ShouldBe(1);
    }

    private bool Look(int painted, TimeSpan latency, double busy) => _control.Look(TimeSpan.FromSeconds(++_seconds), 30, painted, latency, busy);
}
