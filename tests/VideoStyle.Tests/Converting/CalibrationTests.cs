using Shouldly;
using VideoStyle.Converting;
using VideoStyle.Core.Media;
using Xunit;

namespace VideoStyle.Tests.Converting;

public sealed class CalibrationTests
{
    [Fact]
    public void Predict_SlowStart_IsPaidOnce()
    {
        // 20 s until the first frame, then half a second each: 1000 frames take 20 + 499.5 s.
        var written = Enumerable.Range(0, 48).Select(i => TimeSpan.FromSeconds(20 + 0.5 * i)).ToList();

        Calibration.Predict(written, 1000).ShouldNotBeNull().TotalSeconds.ShouldBe(519.5, 1e-6);
    }

    [Fact]
    public void Predict_ClipThatIsNoLongerThanTheTrial_IsTheTrial() =>
        Calibration.Predict([TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(4)], 2).ShouldBe(TimeSpan.FromSeconds(4));

    [Fact]
    public void Predict_NoFrame_IsNotGuessed() => Calibration.Predict([], 100).ShouldBeNull();

    [Theory]
    [InlineData(8, 4, 1000, 8)]
    [InlineData(8, 4, 0, 4)]
    public void Beginning_EndsAfterItsFramesOrItsTime(int maxFrames, int minFrames, int seconds, int expected)
    {
        using var clip = new SampledFrames(new VideoInfo { Name = "made", Width = 16, Height = 16, TimeBase = new Rational(1, 25) });
        FramePool pool = new();
        for (var i = 0; i < 20; i++)
            clip.Add(pool.Rent(16, 16), TimeSpan.FromSeconds(i / 25.0));
        using Beginning beginning = new(clip, maxFrames, minFrames, TimeSpan.FromSeconds(seconds));

        var count = 0;
        while (beginning.Read(pool) is { } frame)
        {
            frame.Dispose();
            count++;
        }

        count.ShouldBe(expected);
    }
}
