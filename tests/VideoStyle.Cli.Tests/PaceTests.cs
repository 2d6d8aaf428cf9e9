using Shouldly;
using VideoStyle.Cli.Output;
using Xunit;

namespace VideoStyle.Cli.Tests;

public sealed class PaceTests
{
    [Fact]
    public void Left_SlowStart_GoesByTheFramesOfLate()
    {
        Pace pace = new();
        for (var frame = 1; frame <= 100; frame++)
            pace.Add(TimeSpan.FromSeconds(30 + 0.5 * frame), frame);

        pace.FramesPerSecond.ShouldNotBeNull().ShouldBe(2, 1e-9);
        pace.Left(200).ShouldNotBeNull().TotalSeconds.ShouldBe(50, 1e-6);
    }

    [Fact]
    public void Left_FramesOfAnEarlierRun_AreNotTakenForSpeed()
    {
        Pace pace = new();
        for (var frame = 0; frame <= 10; frame++)
            pace.Add(TimeSpan.FromSeconds(1 + frame), 9000 + frame);

        pace.Left(9020).ShouldNotBeNull().TotalSeconds.ShouldBe(10, 1e-6);
    }

    [Fact]
    public void Left_AfterLessThanASecond_IsNotGuessed()
    {
        Pace pace = new();
        pace.Add(TimeSpan.FromSeconds(3), 1);
        pace.Add(TimeSpan.FromSeconds(3.5), 2);

        pace.FramesPerSecond.ShouldBeNull();
        pace.Left(100).ShouldBeNull();
    }

    [Theory]
    [InlineData(null)]
    [InlineData(5L)]
    public void Left_NumberOfFramesUnknownOrExceeded_IsNotGuessed(long? all)
    {
        Pace pace = new();
        for (var frame = 1; frame <= 10; frame++)
            pace.Add(TimeSpan.FromSeconds(frame), frame);

        pace.Left(all).ShouldBeNull();
    }
}
