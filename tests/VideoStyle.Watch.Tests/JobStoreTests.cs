using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Native.Files;
using VideoStyle.Watch.Store;
using Xunit;

namespace VideoStyle.Watch.Tests;

public sealed class JobStoreTests : IDisposable
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(15);

    private readonly string _path = Path.Combine(Directory.CreateTempSubdirectory("videostyle-store-").FullName, "jobs.db");
    private readonly SetTime _time = new();
    private readonly JobStore _store;

    public JobStoreTests()
    {
        _store = JobStore.Open(_path, _time);
        _store.Offer("a.mp4", "mosaic", "a.mosaic.mp4", new FileStamp(10, 1, 1, 1), new StylerOptions()).ShouldBeTrue();
    }

    public void Dispose()
    {
        _store.Dispose();
        Directory.Delete(Path.GetDirectoryName(_path)!, recursive: true);
    }

    [Fact]
    public void Claim_ByTwo_GivesTheJobToOne()
    {
        using var other = JobStore.Open(_path, _time);

        _store.Claim("one", JobOrder.Oldest, LongestPause).ShouldNotBeNull();
        other.Claim("two", JobOrder.Oldest, LongestPause).ShouldBeNull();
    }

    [Fact]
    public void Owner_WhoLostTheLease_ChangesNothing()
    {
        var job = _store.Claim("asleep", JobOrder.Oldest, LongestPause)!;
        _store.TakeBack(job.Id, "asleep", job.Beat);
        _store.Claim("awake", JobOrder.Oldest, LongestPause).ShouldNotBeNull();

        _store.Beat(job.Id, "asleep", 5, 10, 1).ShouldBeNull();
        _store.Publish(job.Id, "asleep", new FileStamp(1, 1, 1, 1)).ShouldBeFalse();
        _store.End(job.Id, "asleep", JobState.Done, reason: null, 10, hook: "{}").ShouldBeFalse();
        _store.Return(job.Id, "asleep", JobState.Failed, "late", TimeSpan.Zero).ShouldBeFalse();
        (_store.Find(job.Id)!.State, _store.Find(job.Id)!.Owner).ShouldBe((JobState.Running, "awake"));
        _store.PendingEvents().ShouldBe(0);
    }

    [Fact]
    public void TakeBack_OwnerWhoBeatMeanwhile_KeepsTheJob()
    {
        var job = _store.Claim("slow", JobOrder.Oldest, LongestPause)!;
        _store.Beat(job.Id, "slow", 1, 10, 1).ShouldBe(false);

        _store.TakeBack(job.Id, "slow", job.Beat);

        _store.Find(job.Id)!.Owner.ShouldBe("slow");
    }

    [Fact]
    public void Claim_JobThatPauses_WaitsForItsTime()
    {
        var job = _store.Claim("me", JobOrder.Oldest, LongestPause)!;
        _store.Return(job.Id, "me", JobState.Failed, "once", TimeSpan.FromMinutes(10)).ShouldBeTrue();

        _time.Now += TimeSpan.FromMinutes(9);
        _store.Claim("me", JobOrder.Oldest, LongestPause).ShouldBeNull();
        _time.Now += TimeSpan.FromMinutes(2);
        _store.Claim("me", JobOrder.Oldest, LongestPause).ShouldNotBeNull();
    }

    [Fact]
    public void Claim_ClockThatWasSetBack_DoesNotHoldAJobForDays()
    {
        var job = _store.Claim("me", JobOrder.Oldest, LongestPause)!;
        _store.Return(job.Id, "me", JobState.Failed, "once", TimeSpan.FromMinutes(10)).ShouldBeTrue();

        _time.Now -= TimeSpan.FromDays(30);

        _store.Claim("me", JobOrder.Oldest, LongestPause).ShouldNotBeNull();
    }

    [Fact]
    public void Offer_SameFileAgain_LeavesItAsItIs()
    {
        var job = _store.Claim("me", JobOrder.Oldest, LongestPause)!;
        _store.End(job.Id, "me", JobState.Done, reason: null, 10, hook: null).ShouldBeTrue();

        _store.Offer("a.mp4", "mosaic", "a.mosaic.mp4", new FileStamp(10, 1, 7, 8), new StylerOptions()).ShouldBeFalse();
        _store.Offer("a.mp4", "mosaic", "a.mosaic.mp4", new FileStamp(11, 2, 7, 8), new StylerOptions()).ShouldBeTrue();
        _store.Find(job.Id)!.Replaces.ShouldBeTrue();
    }

    [Fact]
    public void Open_FileThatIsNoStore_ThrowsOutputErrorThatNamesIt()
    {
        var path = _path + ".other";
        File.WriteAllText(path, new string('x', 5000));

        var error = Should.Throw<VideoStyleException>(() => JobStore.Open(path, _time));

        error.Kind.ShouldBe(ErrorKind.Output);
        error.Message.ShouldStartWith(path);
    }

    [Fact]
    public void LeaseOwner_ThisProcess_LivesAndOneThatEndedDoesNot()
    {
        LeaseOwner.IsAlive(LeaseOwner.Current).ShouldBe(true);
        var parts = LeaseOwner.Current.Split('|');
        LeaseOwner.IsAlive(string.Join('|', parts[..4]) + "|1").ShouldBe(false); // the same number, started at another time
        LeaseOwner.IsAlive("elsewhere|" + string.Join('|', parts[1..])).ShouldBeNull();
        LeaseOwner.IsAlive("nonsense").ShouldBeNull();
    }

    private sealed class SetTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
