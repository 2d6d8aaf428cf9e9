using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Core.Pipeline;
using VideoStyle.Core.Stylizers;
using Xunit;

namespace VideoStyle.Tests;

public sealed class VideoStylerTests : IDisposable
{
    private static readonly VideoInfo Video = new() { Name = "memory", Width = 48, Height = 32, TimeBase = new Rational(1, 25), FrameRate = new Rational(25, 1) };

    private readonly TempFolder _folder = new();

    private readonly FramePool _pool = new();

    public void Dispose() => _folder.Dispose();

    [NativeFact]
    public async Task StylizeAsync_FramesFromMemory_GivesAsManyWithTheSameTimes()
    {
        using var stylizer = new IdentityStylizer();
        using var styler = new VideoStyler(Options(CoherenceMode.Fast), stylizer);
        List<(long Index, long Pts)> seen = [];

        await foreach (var frame in styler.StylizeAsync(Video, Frames(20)))
            using (frame)
                seen.Add((frame.Index, frame.Pts));

        seen.ShouldBe([.. Enumerable.Range(0, 20).Select(i => ((long)i, 2L * i))]);
        _pool.Live.ShouldBe(0);
    }

    [NativeFact]
    public async Task StylizeAsync_CoherenceOffAndNoStyle_GivesTheFramesThemselves()
    {
        using var styler = new VideoStyler(new StylerOptions { Style = new() { Name = "none" } });
        var first = true;

        await foreach (var frame in styler.StylizeAsync(Video, Frames(2)))
            using (frame)
            {
                if (first)
                    frame.Pixels[3].ShouldBe((byte)1);
                first = false;
            }
    }

    [NativeFact]
    public async Task StylizeAsync_StoppedByTheCaller_LeavesNoFrameBehind()
    {
        using var stylizer = new IdentityStylizer();
        using var styler = new VideoStyler(Options(CoherenceMode.Off), stylizer);

        await foreach (var frame in styler.StylizeAsync(Video, Frames(1000)))
        {
            frame.Dispose();
            break;
        }

        _pool.Live.ShouldBe(0);
    }

    [NativeFact]
    public async Task StylizeAsync_StylizerThatFails_ThrowsItsOwnError()
    {
        using var stylizer = new Failing();
        using var styler = new VideoStyler(Options(CoherenceMode.Off), stylizer);

        var error = await Should.ThrowAsync<VideoStyleException>(async () =>
        {
            await foreach (var frame in styler.StylizeAsync(Video, Frames(50)))
                frame.Dispose();
        });

        error.Message.ShouldBe("the third frame fails");
        _pool.Live.ShouldBe(0);
    }

    [NativeFact]
    public async Task StylizeAsync_FrameOfAnotherSize_IsAMistakeOfTheCaller()
    {
        using var styler = new VideoStyler(new StylerOptions { Style = new() { Name = "none" } });

        await Should.ThrowAsync<ArgumentException>(async () =>
        {
            await foreach (var frame in styler.StylizeAsync(Video with { Width = 64 }, Frames(2)))
                frame.Dispose();
        });
    }

    [NativeFact]
    public async Task ConvertAsync_MissingInput_ThrowsInputErrorAndLeavesNothing()
    {
        using var styler = new VideoStyler(new StylerOptions { Style = new() { Name = "none" } });

        (await Should.ThrowAsync<VideoStyleException>(() => styler.ConvertAsync(_folder["in.mp4"], _folder["out.mp4"]))).Kind.ShouldBe(ErrorKind.Input);

        _folder.Names.ShouldBeEmpty();
    }

    [NativeFact]
    public void Stylize_OneFrame_GivesOneOfTheSameSizeAndTime()
    {
        using var styler = new VideoStyler(new StylerOptions { Style = new() { Name = "none" } });
        using var frame = Frame(7);

        using var result = styler.Stylize(frame, _pool);

        (result.Width, result.Height, result.Pts).ShouldBe((48, 32, 14));
        result.Pixels.SequenceEqual(frame.Pixels).ShouldBeTrue();
    }

    [Fact]
    public void Constructor_StyleAndMaskThatDoNotGoTogether_ThrowsUsageError() =>
        Should.Throw<VideoStyleException>(() => new VideoStyler(new StylerOptions { Style = new() { Name = "a.jpg:0.5,b.jpg:0.5", Mask = "mask.png" } })).Kind.ShouldBe(ErrorKind.Usage);

    private static StylerOptions Options(CoherenceMode mode) => new() { Coherence = new() { Mode = mode } };

    private async IAsyncEnumerable<Frame> Frames(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await Task.Yield();
            yield return Frame(i);
        }
    }

    private Frame Frame(int number)
    {
        var frame = _pool.Rent(48, 32);
        for (var i = 0; i < frame.Pixels.Length; i++)
            frame.Pixels[i] = (byte)(i / 3 % 48 + number);
        (frame.Index, frame.Pts, frame.Duration) = (number, 2 * number, 2);
        return frame;
    }

    private sealed class Failing : IStylizer
    {
        private readonly IdentityStylizer _inner = new();

        public StylizerInfo Info => new("fails");

        public IRegionStylizer? Regions => null;

        public IFrameObserver? Observer => null;

        public StylizedFrame Stylize(Frame frame) => frame.Index == 2 ? throw new VideoStyleException(ErrorKind.Runtime, "the third frame fails") : _inner.Stylize(frame);

        public void Dispose() => _inner.Dispose();
    }
}
