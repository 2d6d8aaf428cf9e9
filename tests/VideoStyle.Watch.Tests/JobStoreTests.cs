using Microsoft.Data.Sqlite;
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
        _store.Publish(job.Id, "asleep", new FileProof(1, "x"), 10).ShouldBeFalse();
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
    public void TakeBack_ProcessThatDiesAtTheSameFrame_IsCountedAndPausedLonger()
    {
        for (var death = 0; death < 3; death++)
        {
            var job = _store.Claim("killed", JobOrder.Oldest, LongestPause)!;
            job.Deaths.ShouldBe(death);
            _store.TakeBack(job.Id, "killed", beat: 0, TimeSpan.FromMinutes(1));
            _time.Now += TimeSpan.FromMinutes(death + 1) - TimeSpan.FromSeconds(1);
            _store.Claim("killed", JobOrder.Oldest, LongestPause).ShouldBeNull();
            _time.Now += TimeSpan.FromSeconds(1);
        }
    }

    [Fact]
    public void TakeBack_ProcessThatGotFurther_IsNotCounted()
    {
        for (var frame = 10; frame < 60; frame += 10)
        {
            var job = _store.Claim("killed", JobOrder.Oldest, LongestPause)!;
            _store.Beat(job.Id, "killed", frame, 100, 1);
            _store.TakeBack(job.Id, "killed", beat: 1, TimeSpan.FromMinutes(1));
            _store.Find(job.Id)!.Deaths.ShouldBe(0);
        }
    }

    [Fact]
    public void Claim_JobWhoseProcessDied_WaitsUntilItRunsAlone()
    {
        var job = _store.Claim("killed", JobOrder.Oldest, LongestPause)!;
        _store.TakeBack(job.Id, "killed", job.Beat);
        _store.Offer("b.mp4", "mosaic", "b.mosaic.mp4", new FileStamp(10, 2, 1, 1), new StylerOptions()).ShouldBeTrue();

        _store.Claim("me", JobOrder.Oldest, LongestPause, alone: false).ShouldBeNull();
        _store.Claim("me", JobOrder.Oldest, LongestPause, alone: true)!.Id.ShouldBe(job.Id);
    }

    [Fact]
    public void Batch_DiskThatIsFull_TellsSoAndGoesOnWhenThereIsRoom()
    {
        _store.LimitPages(pages: 1);
        var error = Should.Throw<SqliteException>(() => _store.Batch(() =>
        {
            for (var i = 0; i < 1000; i++)
                _store.Offer($"{i}.mp4", "mosaic", $"{i}.mosaic.mp4", new FileStamp(10, 1, 1, 1), new StylerOptions());
        }));

        JobStore.IsTransient(error).ShouldBeTrue();
        _store.LimitPages(pages: 100_000);
        _store.Batch(() => _store.Offer("b.mp4", "mosaic", "b.mosaic.mp4", new FileStamp(10, 1, 1, 1), new StylerOptions()));
        _store.List(state: null, 10).Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("b.mp4", "s1/x.safetensors", "b.mp4", "s2/x.safetensors")]
    [InlineData("b.mp4", "mosaic", "B.MP4", "mosaic")]
    [InlineData("b.x.mp4", "y", "b.mp4", "x.y.safetensors")]
    [InlineData("b.avi", "mosaic", "b.avi.mkv", "mosaic")]
    public void Offer_TwoThatWouldShareAnOutput_GetDistinctNamesThatStay(string source, string style, string otherSource, string otherStyle)
    {
        for (var look = 0; look < 2; look++)
            foreach (var (path, name) in new[] { (source, style), (otherSource, otherStyle) })
                _store.Offer(path, name, OutputNaming.For(path, name), new FileStamp(10, 5 + look, 1, 1), new StylerOptions()).ShouldBeTrue();

        var outputs = _store.List(state: null, 10).Where(job => job.Path != "a.mp4").OrderBy(job => job.Id).Select(job => job.Output).ToList();
        outputs.Count.ShouldBe(2);
        outputs[0].ShouldBe(OutputNaming.For(source, style));
        outputs[1].Equals(outputs[0], StringComparison.OrdinalIgnoreCase).ShouldBeFalse();
    }

    [Fact]
    public void ClaimEvent_ByTwo_GivesItToOneUntilTheLeaseIsOver()
    {
        using var other = JobStore.Open(_path, _time);
        var job = _store.Claim("me", JobOrder.Oldest, LongestPause)!;
        _store.End(job.Id, "me", JobState.Done, reason: null, 1, hook: "{}").ShouldBeTrue();

        _store.ClaimEvent("one", TimeSpan.FromMinutes(2))!.Value.Body.ShouldBe("{}");
        other.ClaimEvent("two", TimeSpan.FromMinutes(2)).ShouldBeNull();
        _time.Now += TimeSpan.FromMinutes(3);
        other.ClaimEvent("two", TimeSpan.FromMinutes(2)).ShouldNotBeNull();
    }

    [Fact]
    public void ReleaseEvents_OwnerThatIsGone_MakesTheEventDueAtOnce()
    {
        var job = _store.Claim("me", JobOrder.Oldest, LongestPause)!;
        _store.End(job.Id, "me", JobState.Done, reason: null, 1, hook: "{}").ShouldBeTrue();
        _store.ClaimEvent("gone", TimeSpan.FromMinutes(2)).ShouldNotBeNull();

        _store.ReleaseEvents(owner => true);
        _store.ClaimEvent("me", TimeSpan.FromMinutes(2)).ShouldBeNull();
        _store.ReleaseEvents(owner => false);
        _store.ClaimEvent("me", TimeSpan.FromMinutes(2)).ShouldNotBeNull();
    }

    [Fact]
    public void Open_StoreOfVersion1_QueuesWhatSharedAnOutputAndKeepsTheRest()
    {
        var path = _path + ".old";
        WriteVersion1(path, "('a.mp4', 'mosaic', 'a.mosaic.mp4', 'Done'), ('b.avi', 'mosaic', 'b.avi.mosaic.mkv', 'Done'), ('b.avi.mkv', 'mosaic', 'b.avi.mosaic.mkv', 'Done')");

        using var store = JobStore.Open(path, _time);

        var jobs = store.List(state: null, 10).OrderBy(job => job.Id).ToList();
        jobs.Select(job => job.State).ShouldBe([JobState.Done, JobState.Done, JobState.Found]);
        store.Offer("b.avi.mkv", "mosaic", "b.avi.mosaic.mkv", new FileStamp(1, 1, 1, 1), new StylerOptions()).ShouldBeTrue();
        store.Find(jobs[2].Id)!.Output.Equals("b.avi.mosaic.mkv", StringComparison.Ordinal).ShouldBeFalse();
    }

    private static void WriteVersion1(string path, string rows)
    {
        using SqliteConnection connection = new($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"""
            CREATE TABLE job (
                id INTEGER PRIMARY KEY, path TEXT NOT NULL, style TEXT NOT NULL, settings TEXT NOT NULL DEFAULT '{"{}"}', output TEXT NOT NULL, state TEXT NOT NULL,
                size INTEGER NOT NULL DEFAULT 1, modified INTEGER NOT NULL DEFAULT 1, changed INTEGER NOT NULL DEFAULT 1, inode INTEGER NOT NULL DEFAULT 1,
                fingerprint TEXT, failures INTEGER NOT NULL DEFAULT 0, due INTEGER NOT NULL DEFAULT 0,
                owner TEXT, beat INTEGER NOT NULL DEFAULT 0, cancel INTEGER NOT NULL DEFAULT 0,
                frames INTEGER NOT NULL DEFAULT 0, total INTEGER, fps REAL NOT NULL DEFAULT 0, published_inode INTEGER, published_size INTEGER,
                replaces INTEGER NOT NULL DEFAULT 0, reason TEXT, found_at INTEGER NOT NULL DEFAULT 0, started_at INTEGER, ended_at INTEGER, UNIQUE (path, style));
            CREATE TABLE outbox (id INTEGER PRIMARY KEY, event TEXT NOT NULL, body TEXT NOT NULL, failures INTEGER NOT NULL DEFAULT 0, due INTEGER NOT NULL DEFAULT 0);
            CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
            INSERT INTO job (path, style, output, state) VALUES {rows};
            PRAGMA user_version = 1;
            """;
        command.ExecuteNonQuery();
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
    public void Query_DamagedPage_ThrowsOutputErrorThatNamesTheStoreAndTheWayOut()
    {
        for (var i = 0; i < 500; i++)
            _store.Offer($"{i}.mp4", "mosaic", $"{i}.mosaic.mp4", default, new StylerOptions());
        _store.Dispose();
        using (var file = File.OpenHandle(_path, FileMode.Open, FileAccess.ReadWrite))
            for (var page = 4096; page < RandomAccess.GetLength(file); page += 4096)
                RandomAccess.Write(file, Enumerable.Repeat((byte)0xA5, 2000).ToArray(), page);
        using var store = JobStore.Open(_path, _time);

        var error = Should.Throw<VideoStyleException>(() => store.List(state: null, limit: 1000));

        RefusesWithTheWayOut(error);
        store.IsDamaged.ShouldBeTrue();
    }

    [Fact]
    public void Query_MissingTable_ThrowsOutputErrorThatNamesTheStoreAndTheWayOut()
    {
        _store.Dispose();
        SqlOf(_path, "DROP TABLE setting");
        using var store = JobStore.Open(_path, _time);

        RefusesWithTheWayOut(Should.Throw<VideoStyleException>(() => store.IsPaused));
    }

    [Theory]
    [InlineData("state = 'Nonsense'")]
    [InlineData("settings = 'no JSON'")]
    public void Query_RowThatNobodyCanHaveWritten_ThrowsOutputErrorThatNamesTheStore(string damage)
    {
        _store.Offer("a.mp4", "mosaic", "a.mosaic.mp4", default, new StylerOptions());
        SqlOf(_path, $"UPDATE job SET {damage}");

        RefusesWithTheWayOut(Should.Throw<VideoStyleException>(() => _store.List(state: null, limit: 1)));
    }

    private void RefusesWithTheWayOut(VideoStyleException error)
    {
        error.Kind.ShouldBe(ErrorKind.Output);
        error.Message.ShouldStartWith(_path);
        error.Message.ShouldContain("is damaged");
        error.Hint.ShouldNotBeNull().ShouldContain($"mv '{_path}'");
    }

    private static void SqlOf(string path, string sql)
    {
        using Microsoft.Data.Sqlite.SqliteConnection connection = new($"Data Source={path};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
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
