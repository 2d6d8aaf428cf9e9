using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using VideoStyle.Native.Files;
using VideoStyle.Watch.Scanning;
using VideoStyle.Watch.Store;
using Xunit;

namespace VideoStyle.Watch.Tests;

public sealed class WatchingTests
{
    private readonly FakeTime _time = new();

    [Fact]
    public void Readiness_FileThatChanges_WaitsTheWholeSettlingTimeAnew()
    {
        Readiness readiness = new(TimeSpan.FromSeconds(10), _time);
        readiness.Observe("a", new FileStamp(10, 1, 1, 1)).ShouldBeFalse();
        _time.Pass(9);
        readiness.Observe("a", new FileStamp(20, 1, 1, 1)).ShouldBeFalse();
        _time.Pass(9);
        readiness.Observe("a", new FileStamp(20, 1, 1, 1)).ShouldBeFalse();
        _time.Pass(1);
        readiness.Observe("a", new FileStamp(20, 1, 1, 1)).ShouldBeTrue();
        readiness.Count.ShouldBe(0);
    }

    [Fact]
    public void Readiness_OneLookOnly_IsNeverEnough()
    {
        Readiness readiness = new(TimeSpan.Zero, _time);

        readiness.Observe("a", new FileStamp(10, 1, 1, 1)).ShouldBeFalse();
        readiness.Observe("a", new FileStamp(10, 1, 1, 1)).ShouldBeTrue();
    }

    [Theory]
    [InlineData(-5)]
    [InlineData(5)]
    public void Readiness_ClockThatJumps_ChangesNothing(int years)
    {
        Readiness readiness = new(TimeSpan.FromSeconds(10), _time);
        readiness.Observe("a", new FileStamp(10, 1, 1, 1));
        _time.TimeOfDay = _time.TimeOfDay.AddYears(years);
        _time.Pass(9);
        readiness.Observe("a", new FileStamp(10, 1, 1, 1)).ShouldBeFalse();
        _time.Pass(1);
        readiness.Observe("a", new FileStamp(10, 1, 1, 1)).ShouldBeTrue();
    }

    [Theory]
    [InlineData(0, 1, 1, 1)]
    [InlineData(10, 2, 1, 1)]
    [InlineData(10, 1, 2, 1)]
    [InlineData(10, 1, 1, 2)]
    public void Readiness_AnyPartOfTheStamp_StartsItAnew(long size, long modified, long changed, long inode)
    {
        Readiness readiness = new(TimeSpan.FromSeconds(1), _time);
        readiness.Observe("a", new FileStamp(10, 1, 1, 1));
        _time.Pass(2);

        readiness.Observe("a", new FileStamp(size, modified, changed, inode)).ShouldBeFalse();
    }

    [Fact]
    public void LeaseWatch_BeatThatStandsStill_IsLostAfterPatienceOnly()
    {
        LeaseWatch leases = new(TimeSpan.FromSeconds(60), _time);
        leases.IsLost(1, "me", 5, isOwnerAlive: null).ShouldBeFalse();
        _time.Pass(59);
        leases.IsLost(1, "me", 6, isOwnerAlive: null).ShouldBeFalse();
        _time.TimeOfDay = _time.TimeOfDay.AddYears(1);
        _time.Pass(59);
        leases.IsLost(1, "me", 6, isOwnerAlive: true).ShouldBeFalse();
        _time.Pass(1);
        leases.IsLost(1, "me", 6, isOwnerAlive: null).ShouldBeTrue();
    }

    [Fact]
    public void LeaseWatch_OwnerThatIsKnownToHaveEnded_IsLostAtOnce() =>
        new LeaseWatch(TimeSpan.FromHours(1), _time).IsLost(1, "gone", 5, isOwnerAlive: false).ShouldBeTrue();

    [Fact]
    public void RetryPolicy_Failures_PauseLongerAndEnd()
    {
        RetryPolicy policy = new() { Attempts = 5, FirstPause = TimeSpan.FromSeconds(10), LongestPause = TimeSpan.FromSeconds(100) };

        Enumerable.Range(1, 5).Select(policy.PauseAfter).ShouldBe(
            [TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(40), TimeSpan.FromSeconds(100), TimeSpan.FromSeconds(100), null]);
    }

    [Theory]
    [InlineData("22:00-06:00", "23:30", true)]
    [InlineData("22:00-06:00", "05:59", true)]
    [InlineData("22:00-06:00", "06:00", false)]
    [InlineData("22:00-06:00", "12:00", false)]
    [InlineData("9:00-17:30", "17:29", true)]
    [InlineData("9:00-17:30", "08:59", false)]
    public void ScheduleWindow_TimeOfDay_IsInsideOrNot(string text, string now, bool open)
    {
        ScheduleWindow.TryParse(text, out var window).ShouldBeTrue();
        window!.IsOpenAt(TimeOnly.Parse(now, System.Globalization.CultureInfo.InvariantCulture)).ShouldBe(open);
    }

    [Theory]
    [InlineData("22:00")]
    [InlineData("22:00-22:00")]
    [InlineData("25:00-06:00")]
    [InlineData("night")]
    public void ScheduleWindow_Nonsense_IsRefused(string text) => ScheduleWindow.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void OutputNaming_AnyTwoSources_GetTwoShortEnoughNames()
    {
        var stems = ArbMap.Default.ArbFor<NonEmptyString>().Generator
            .Select(s => s.Get.Replace('/', '_').Replace('\0', '_') + new string('ö', s.Get.Length * 9 % 160));
        string[] extensions = [".mp4", ".mkv", ".avi", ".wmv"];
        var names = from stem in stems from e in Gen.Elements(extensions) select Path.GetFileName(stem + e);
        Prop.ForAll(
            Arb.From(names.Zip(names)),
            pair =>
            {
                var (a, b) = (OutputNaming.For(pair.Item1, "udnie"), OutputNaming.For(pair.Item2, "udnie"));
                return Encoding.UTF8.GetByteCount(a) <= 255 && (pair.Item1 == pair.Item2) == (a == b);
            }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void ContentFingerprint_OneByteOfThePieces_MakesAnother()
    {
        var path = Path.GetTempFileName();
        try
        {
            var bytes = new byte[1_000_000];
            HashSet<string> prints = new(StringComparer.Ordinal);
            foreach (var place in new[] { -1, 0, 65_535, 500_000, 999_999 })
            {
                Array.Clear(bytes);
                if (place >= 0)
                    bytes[place] = 1;
                File.WriteAllBytes(path, bytes);
                prints.Add(ContentFingerprint.Of(path)).ShouldBeTrue();
                prints.Add(ContentFingerprint.Of(path)).ShouldBeFalse();
            }

            File.WriteAllBytes(path, bytes[..^1]);
            prints.Add(ContentFingerprint.Of(path)).ShouldBeTrue();
        }
        finally
        {
            File.Delete(path);
        }
    }
}
