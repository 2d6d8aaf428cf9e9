using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Core.Stylizers;
using VideoStyle.Live.Painting;
using VideoStyle.Live.Reading;
using Xunit;

namespace VideoStyle.Live.Tests;

public sealed class PaintingTests
{
    private readonly FramePool _pool = new();

    [Fact]
    public void Put_WhileAFrameIsPainted_DisposesTheOldOneBehindIt()
    {
        using SlotStylizer slot = new(new StylizerInfo("test"));
        Probe first = new();
        slot.Put(first);
        first.While = () =>
        {
            slot.Put(new Probe());
            first.IsDisposed.ShouldBeFalse("a frame is still painted with it");
        };
        using var frame = _pool.Rent(4, 4);

        slot.Stylize(frame).Dispose();

        first.IsDisposed.ShouldBeTrue();
    }

    [Fact]
    public void Show_StylesOneAfterAnother_PaintsWithTheLastAndKeepsTheLoadedOnes()
    {
        List<string> loaded = [];
        LiveSettings settings = new() { Style = "a" };
        using var stylizer = Create(settings, loaded);

        for (var i = 0; i < 30; i++)
            stylizer.Show(LookOf(settings with { Style = i % 2 == 0 ? "b" : $"c{i}" }));
        stylizer.Show(LookOf(settings with { Style = "b" }));

        loaded.Count(name => name is "b").ShouldBe(1, "a style that was just shown keeps its slot");
        loaded.Count.ShouldBe(1 + 1 + 15);
        Value(stylizer).ShouldBe((short)'b');
    }

    [Fact]
    public void Show_AMixAndAStrength_AddsUpStylesAndFrame()
    {
        LiveSettings settings = new() { Style = "a", Second = "e", Mix = 0.25, Strength = 0.5 };
        using var stylizer = Create(settings, []);

        var weights = stylizer.Weights;

        weights.Sum().ShouldBe(1, 1e-9);
        weights.Where(weight => weight > 0).Order().ShouldBe([0.125, 0.375, 0.5]);
        stylizer.Info.IsExposureInvariant.ShouldBeFalse();
    }

    [Fact]
    public void Show_StyleThatIsNotThere_ThrowsAndPaintsAsBefore()
    {
        LiveSettings settings = new() { Style = "a" };
        using var stylizer = Create(settings, []);

        Should.Throw<VideoStyleException>(() => stylizer.Show(LookOf(settings with { Style = "missing" })));

        Value(stylizer).ShouldBe((short)'a');
    }

    [Theory]
    [InlineData(53, 37, 53, 37)]
    [InlineData(128, 128, 64, 48)]
    [InlineData(20, 11, 64, 48)]
    public void Fit_AnyShape_KeepsItAndCentersItOnBlack(int width, int height, int toWidth, int toHeight)
    {
        using var frame = _pool.Rent(width, height);
        frame.Pixels.Fill(200);

        using var fitted = FrameFitter.Fit(frame, toWidth, toHeight, _pool);

        var lit = Enumerable.Range(0, toWidth * toHeight).Where(i => fitted.Pixels[3 * i] == 200).ToList();
        var columns = lit.Select(i => i % toWidth).Distinct().Count();
        var rows = lit.Select(i => i / toWidth).Distinct().Count();
        (columns == toWidth || rows == toHeight).ShouldBeTrue();
        ((double)columns / rows).ShouldBe((double)width / height, 0.1);
        lit.Average(i => i % toWidth).ShouldBe((toWidth - 1) / 2.0, 1);
    }

    [Fact]
    public void End_FramesThatCameToNothing_GiveTheirRoomBack()
    {
        using FramesInFlight flight = new(2) { KeepsOriginals = true };
        using var first = _pool.Rent(4, 4);
        using var second = _pool.Rent(4, 4);
        (first.Pts, second.Pts) = (1, 2);
        foreach (var frame in new[] { first, second })
        {
            flight.WaitForRoom(CancellationToken.None).ShouldBeTrue();
            flight.Begin(frame, frame.Pts);
        }

        flight.WaitForRoom(new CancellationToken(canceled: true)).ShouldBeFalse("two frames are under way");
        var (timestamp, original) = flight.End(second);

        timestamp.ShouldBe(2);
        original.ShouldNotBeNull().Dispose();
        flight.WaitForRoom(CancellationToken.None).ShouldBeTrue();
        flight.WaitForRoom(CancellationToken.None).ShouldBeTrue();
    }

    [Fact]
    public async Task Limit_Lowered_LetsFewerFramesBeUnderWay()
    {
        using FramesInFlight flight = new(3) { Limit = 0 };

        flight.Limit.ShouldBe(1);
        flight.WaitForRoom(CancellationToken.None).ShouldBeTrue();
        var second = Task.Run(() => flight.WaitForRoom(CancellationToken.None));
        second.IsCompleted.ShouldBeFalse();
        flight.Limit = 2;

        (await second).ShouldBeTrue();
    }

    private static LiveLook LookOf(LiveSettings settings) => new(settings, LiveLevel.For(settings, 1)[0]);

    private static LiveStylizer Create(LiveSettings settings, List<string> loaded) => new(
        new StylerOptions(), LookOf(settings), (8, 8),
        style =>
        {
            loaded.Add(style.Name);
            return style.Name is "missing" ? throw new VideoStyleException(ErrorKind.Model, "There is no such style.") : new Probe { Value = (short)style.Name[0] };
        });

    private short Value(LiveStylizer stylizer)
    {
        using var frame = _pool.Rent(8, 8);
        stylizer.Observer.Observe(frame);
        using var stylized = stylizer.Stylize(frame);
        return stylized.Values[0];
    }

    private sealed class Probe : IStylizer
    {
        public Action? While { get; set; }

        public short Value { get; init; }

        public bool IsDisposed { get; private set; }

        public StylizerInfo Info => new("probe", 1, IsExposureInvariant: true);

        public IRegionStylizer? Regions => null;

        public IFrameObserver? Observer => null;

        public StylizedFrame Stylize(Frame frame)
        {
            While?.Invoke();
            StylizedFrame stylized = new(frame.Width, frame.Height);
            stylized.Values.Fill(Value);
            return stylized;
        }

        public void Dispose() => IsDisposed = true;
    }
}
