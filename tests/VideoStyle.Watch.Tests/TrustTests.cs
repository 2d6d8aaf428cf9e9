using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Native.Files;
using VideoStyle.Watch.Scanning;
using VideoStyle.Watch.Store;
using Xunit;

namespace VideoStyle.Watch.Tests;

/// <summary>What a queue must not lose, take for another thing, or be held up by.</summary>
public sealed class TrustTests : IDisposable
{
    private const string Gone = "gone|process|x|1|2";

    private readonly WatchBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Watch_KillBeforeThePaintingIsInPlace_PutsItThereWithoutPaintingAgain()
    {
        _bench.Drop("a.mp4");
        await _bench.RunAsync();
        var painting = Path.Combine(_bench.Out, "a.mosaic.mp4");
        using (var store = _bench.OpenStore())
        {
            store.Retry(1).ShouldBeTrue();
            store.Claim(Gone, JobOrder.Oldest, TimeSpan.Zero).ShouldNotBeNull();
            store.Publish(1, Gone, FileProof.Of(painting), frames: 2).ShouldBeTrue();
            store.TakeBack(1, Gone, beat: 0);
        }

        Directory.CreateDirectory(_bench.Options.WorkFolder(1));
        File.Move(painting, Path.Combine(_bench.Options.WorkFolder(1), "finished.mp4"));
        await _bench.RunAsync();

        _bench.Converter.Orders.Count.ShouldBe(1);
        File.ReadAllText(painting).ShouldBe("mosaic: a film");
        _bench.Jobs().Single().State.ShouldBe(JobState.Done);
        Directory.Exists(_bench.Options.WorkFolder(1)).ShouldBeFalse();
    }

    [Fact]
    public async Task Watch_PaintingThatWasCutShort_IsPaintedAgainInsteadOfTakenOver()
    {
        _bench.Drop("a.mp4");
        await _bench.RunAsync();
        File.WriteAllText(Path.Combine(_bench.Out, "a.mosaic.mp4"), "mosaic: a f");

        _bench.Drop("b.mp4");
        await _bench.RunAsync();

        _bench.Painting("b.mosaic.mp4").ShouldBe("mosaic: a film");
        _bench.Converter.Orders.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Watch_TwoVideosThatDifferOnlyBetweenTheSamples_AreEachPainted()
    {
        var middle = new string('x', 400_000);
        _bench.Drop("a.mp4", $"{middle}1{middle}{middle}");
        _bench.Drop("b.mp4", $"{middle}2{middle}{middle}");

        await _bench.RunAsync();

        _bench.Converter.Orders.Count.ShouldBe(2);
        _bench.Painting("b.mosaic.mp4")!.ShouldContain("2");
    }

    [Fact]
    public async Task Watch_ModelThatWasTrainedAnew_IsNotTheSameStyle()
    {
        var model = Path.Combine(_bench.Out, "mine.safetensors");
        File.WriteAllText(model, "first");
        _bench.Options = _bench.Options with { Styles = [model] };
        _bench.Drop("a.mp4");
        await _bench.RunAsync();

        File.WriteAllText(model, "second");
        _bench.Drop("b.mp4");
        await _bench.RunAsync();

        _bench.Converter.Orders.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Watch_PaintingThatAPersonHasEdited_IsKeptWhenItsSourceChanges()
    {
        _bench.Drop("a.mp4", "first");
        await _bench.RunAsync();
        File.WriteAllText(Path.Combine(_bench.Out, "a.mosaic.mp4"), "cut by hand");

        _bench.Drop("a.mp4", "second one");
        _bench.Options = _bench.Options with { OnDuplicate = DuplicateRule.Rerun };
        await _bench.RunAsync();

        _bench.Painting("a.mosaic.mp4").ShouldBe("cut by hand");
        _bench.Painting(_bench.Jobs().Single().Output).ShouldBe("mosaic: second one");
    }

    [Fact]
    public async Task Watch_TwoBrokenFilesOfOneName_AreBothKeptInQuarantine()
    {
        _bench.Drop("x.mp4", "broken one");
        await _bench.RunAsync();
        _bench.Drop("x.mp4", "broken two!");
        await _bench.RunAsync();

        var kept = Directory.GetFiles(_bench.Options.Folders.Quarantine, "*.mp4").Select(File.ReadAllText);
        kept.Order(StringComparer.Ordinal).ShouldBe(["broken one", "broken two!"]);
        Directory.GetFiles(_bench.Options.Folders.Quarantine, "*.why.json").Length.ShouldBe(2);

        using (var store = _bench.OpenStore())
            store.Retry(1).ShouldBeTrue();
        _bench.Options = _bench.Options with { Retry = _bench.Options.Retry with { Attempts = 1 } };
        var orders = _bench.Converter.Orders.Count;
        await _bench.RunAsync();
        _bench.Converter.Orders.Count.ShouldBe(orders + 1);
        Directory.GetFiles(_bench.Options.Folders.Quarantine, "*.mp4").Length.ShouldBe(2);
    }

    [Fact]
    public async Task Watch_TwoSourcesOfOneNameInTheDoneFolder_AreBothKept()
    {
        var done = Path.Combine(_bench.Out, "sources");
        _bench.Options = _bench.Options with { Folders = new WatchedFolders(_bench.In, _bench.Out, done) };
        foreach (var content in new[] { "one", "two!" })
        {
            _bench.Drop("a.mp4", content);
            await _bench.RunAsync();
        }

        Directory.GetFiles(done).Select(File.ReadAllText).ShouldBe(["one", "two!"], ignoreOrder: true);
    }

    [Fact]
    public async Task Watch_NamesThatWouldMeet_AreAllPainted()
    {
        _bench.Options = _bench.Options with { Styles = ["s1/x.safetensors", "s2/x.safetensors"] };
        _bench.Drop("b.avi", "one");
        _bench.Drop("b.avi.mkv", "two");
        _bench.Drop("quarantine/c.mp4", "three");

        await _bench.RunAsync();

        var jobs = _bench.Jobs();
        jobs.Count.ShouldBe(6);
        jobs.Select(job => job.Output).Distinct(StringComparer.OrdinalIgnoreCase).Count().ShouldBe(6);
        foreach (var job in jobs)
            _bench.Painting(job.Output).ShouldBe($"{job.Style}: {File.ReadAllText(Path.Combine(_bench.In, job.Path))}");
        Directory.GetFileSystemEntries(_bench.Options.Folders.Quarantine).ShouldBeEmpty();
    }

    [Fact]
    public async Task Watch_DiskThatIsFullForAWhile_WaitsAndGoesOnWithoutAFailure()
    {
        _bench.Drop("a.mp4");
        _bench.Converter.Meanwhile = (_, _) => _bench.Converter.Orders.Count < 6 ? throw new IOException("No space left on device", 28) : Task.CompletedTask;

        await _bench.RunAsync();

        _bench.Painting("a.mosaic.mp4").ShouldBe("mosaic: a film");
        _bench.Jobs().Single().Failures.ShouldBe(0);
        _bench.Events.ShouldContain(e => e.Type == "waiting");
    }

    [Fact]
    public async Task Watch_FileThatKilledItsProcessThreeTimes_GoesToQuarantineAndTheNextOneRuns()
    {
        _bench.Drop("bomb.mp4", "a bomb");
        File.SetLastWriteTimeUtc(Path.Combine(_bench.In, "bomb.mp4"), DateTime.UnixEpoch.AddYears(40));
        _bench.Drop("good.mp4");
        using (var store = _bench.OpenStore())
        {
            store.IsPaused = true;
            _bench.Options = _bench.Options with { Once = false };
            using CancellationTokenSource stop = new();
            var run = _bench.RunAsync(stop.Token);
            await _bench.UntilAsync(() => _bench.Jobs().Count(job => job.State == JobState.Queued) == 2);
            await stop.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(run);
            for (var death = 0; death < 3; death++)
                store.TakeBack(store.Claim(Gone, JobOrder.Oldest, TimeSpan.Zero)!.Id, Gone, beat: 0);
            store.IsPaused = false;
        }

        _bench.Options = _bench.Options with { Once = true };
        await _bench.RunAsync();

        _bench.Converter.Orders.ShouldHaveSingleItem().Source.ShouldEndWith("good.mp4");
        var bomb = _bench.Jobs().Single(job => job.Path == "bomb.mp4");
        (bomb.State, bomb.Reason).ShouldBe((JobState.Quarantined, "the process ended 3 times while it was being converted, as if killed for its memory"));
        File.ReadAllText(Path.Combine(_bench.Options.Folders.Quarantine, "bomb.mp4")).ShouldBe("a bomb");
    }

    [Fact]
    public void Lease_FirstFrame_IsWrittenDownAtOnceSoThatADeathBehindItIsNoneWithoutProgress()
    {
        using var store = _bench.OpenStore();
        store.Offer("a.mp4", "mosaic", "a.mosaic.mp4", new FileStamp(10, 1, 1, 1), new StylerOptions());
        var job = store.Claim(Gone, JobOrder.Oldest, TimeSpan.Zero)!;
        using (HeldLease held = new(store, job, Gone, _bench.Time, CancellationToken.None))
        {
            held.Progress(new ConversionProgress(9, 20, 1));
            _bench.Time.Advance(TimeSpan.FromMilliseconds(1));
        }

        store.TakeBack(job.Id, Gone, store.Find(job.Id)!.Beat, TimeSpan.FromSeconds(15));
        store.Claim("another", JobOrder.Oldest, TimeSpan.Zero).ShouldNotBeNull("it need not wait").Deaths.ShouldBe(0);
    }

    [Fact]
    public async Task Watch_DefectInTheConversion_IsToldWithoutTheNameOfAType()
    {
        _bench.Drop("a.mp4");
        _bench.Options = _bench.Options with { Retry = new RetryPolicy { Attempts = 1 } };
        _bench.Converter.Meanwhile = (_, _) => throw new InvalidCastException("Unable to cast object of type 'System.String' to type 'System.Int32'.");

        await _bench.RunAsync();

        _bench.Jobs().Single().Reason.ShouldBe("Something happened that should not.");
    }

    [Fact]
    public async Task Watch_FramesThatNeedMoreMemoryThanThereIs_GoToQuarantineAtOnce()
    {
        _bench.Drop("a.mp4");
        _bench.Converter.Meanwhile = (_, _) => throw new MemoryLimitException("a.mp4: frames of 8192x8192 need at least 4 GiB of memory, and 900 MiB may be used.", hint: null);

        await _bench.RunAsync();

        _bench.Converter.Orders.Count.ShouldBe(1);
        _bench.Jobs().Single().State.ShouldBe(JobState.Quarantined);
    }

    [Fact]
    public async Task Watch_StyleThatIsMisspelt_EndsOnceAndKeepsTheSource()
    {
        _bench.Drop("a.mp4");
        _bench.Converter.Meanwhile = (_, _) => throw new VideoStyleException(ErrorKind.Model, "mosiac: there is no such style.");

        await _bench.RunAsync();

        _bench.Jobs().Single().State.ShouldBe(JobState.Failed);
        File.Exists(Path.Combine(_bench.In, "a.mp4")).ShouldBeTrue();
    }

    [Fact]
    public async Task Watch_FailedFilesOfAnEarlierOnce_AreTriedAgain()
    {
        _bench.Drop("a.mp4");
        _bench.Converter.Meanwhile = (_, _) => throw new VideoStyleException(ErrorKind.Runtime, "The GPU is busy.");
        await _bench.RunAsync();

        _bench.Converter.Meanwhile = (_, _) => Task.CompletedTask;
        await _bench.RunAsync();

        _bench.Painting("a.mosaic.mp4").ShouldNotBeNull();
    }

    [Fact]
    public async Task Watch_WhatAConversionLeavesOut_IsSaidInTheLog()
    {
        _bench.Drop("a.mp4");
        _bench.Converter.Meanwhile = (order, _) =>
        {
            order.Note("the sound was converted to AAC");
            return Task.CompletedTask;
        };

        await _bench.RunAsync();

        _bench.Events.ShouldContain(e => e.Type == "note" && e.Job!.Path == "a.mp4" && e.Message == "the sound was converted to AAC");
    }

    [Fact]
    public void Sweep_CopyThatAKillCutOff_LeavesNothingInTheOutput()
    {
        using var store = _bench.OpenStore();
        store.Offer("gone.mp4", "mosaic", "gone.mosaic.mp4", new(1, 1, 1, 1), new StylerOptions());
        store.Cancel(1).ShouldBeTrue();
        Directory.CreateDirectory(_bench.Options.WorkFolder(1));
        File.WriteAllText(Path.Combine(_bench.Out, ".gone.mosaic.mp4.partial"), "half");

        WorkFolders.Sweep(_bench.Options, store);

        Directory.GetFiles(_bench.Out).ShouldBeEmpty();
    }

    [Fact]
    public async Task Watch_FilesThatWaitForContentOrAMarker_DoNotKeepOnceFromEnding()
    {
        _bench.Options = _bench.Options with { ReadyMarker = ".done" };
        _bench.Drop("a.mp4");
        _bench.Drop("b.mp4", "");
        _bench.Drop("b.mp4.done", "");
        _bench.Drop("c.mp4", "c");
        _bench.Drop("c.mp4.done", "");

        await _bench.RunAsync();

        _bench.Painting("c.mosaic.mp4").ShouldNotBeNull();
        _bench.Jobs().Where(job => job.Path != "c.mp4").OrderBy(job => job.Path, StringComparer.Ordinal).Select(job => (job.State, job.Reason)).ShouldBe(
            [(JobState.Found, "waits for a.mp4.done"), (JobState.Found, "is empty; it is taken when it has content")]);
    }

    [Fact]
    public async Task Watch_FileThatVanishesWhileItSettles_IsNotSettlingForEver()
    {
        _bench.Options = _bench.Options with { Once = false, Settle = TimeSpan.FromHours(1) };
        var path = _bench.Drop("sub/a.mp4");
        using CancellationTokenSource stop = new();
        var run = _bench.RunAsync(stop.Token);
        await _bench.UntilAsync(() => _bench.Jobs() is [{ State: JobState.Settling }]);

        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        await _bench.UntilAsync(() => _bench.Jobs() is [{ State: JobState.Found, Reason: "is not there any more" }]);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(run);
    }

    [Fact]
    public async Task Watch_StyleThatIsGivenUpWhileAFileSettles_LeavesNoRow()
    {
        _bench.Drop("a.mp4");
        using (var store = _bench.OpenStore())
            store.Sight("a.mp4", "udnie", "a.udnie.mp4", new(6, 1, 1, 1), JobState.Settling, "is watched until it has come to rest");

        await _bench.RunAsync();

        _bench.Jobs().ShouldHaveSingleItem().Style.ShouldBe("mosaic");
    }

    [Fact]
    public void Watch_QueueOfAnotherInput_IsRefused()
    {
        using var store = _bench.OpenStore();
        StoreBinding.Claim(_bench.Options, store).ShouldBeEmpty();
        var other = Directory.CreateDirectory(_bench.In + "2").FullName;
        var two = _bench.Options with { Folders = new WatchedFolders(other, _bench.Out) };

        var error = Should.Throw<VideoStyleException>(() => StoreBinding.Claim(two, store));

        error.Kind.ShouldBe(ErrorKind.Usage);
        error.Message.ShouldContain(_bench.In);
        StoreBinding.Claim(_bench.Options, store).ShouldBeEmpty();
    }

    [Fact]
    public void Watch_InputThatWasMoved_GoesOnAndSaysSo()
    {
        using var store = _bench.OpenStore();
        StoreBinding.Claim(_bench.Options, store);
        Directory.Move(_bench.In, _bench.In + "2");

        StoreBinding.Claim(_bench.Options with { Folders = new WatchedFolders(_bench.In + "2", _bench.Out) }, store).ShouldHaveSingleItem().ShouldContain("is not there any more");
    }

    [Fact]
    public void Watch_SecondQueueForOneOutput_IsRefusedAsLongAsTheFirstIsThere()
    {
        using (var store = _bench.OpenStore())
            StoreBinding.Claim(_bench.Options, store);
        var state = Directory.CreateDirectory(Path.Combine(_bench.In, "../state")).FullName;
        var two = _bench.Options with { StateFolder = Path.GetFullPath(state) };
        using var second = JobStore.Open(Path.Combine(two.StateFolder, "jobs.db"), _bench.Time);

        var error = Should.Throw<VideoStyleException>(() => StoreBinding.Claim(two, second));
        error.Hint!.ShouldContain($"--state '{_bench.Options.StateFolder}'");
        StoreBinding.StateOf(_bench.Out).ShouldBe(_bench.Options.StateFolder);

        File.Delete(Path.Combine(_bench.Options.StateFolder, "jobs.db"));
        StoreBinding.Claim(two, second).ShouldHaveSingleItem().ShouldContain("is not there any more");
        StoreBinding.Claim(two, second).ShouldBeEmpty();
    }

    [Fact]
    public void Watch_FolderUnderTheNameOfTheQueuesMark_IsRefusedAndKept()
    {
        var mark = Directory.CreateDirectory(Path.Combine(_bench.Out, StoreBinding.FileName)).FullName;
        using var store = _bench.OpenStore();

        var error = Should.Throw<VideoStyleException>(() => StoreBinding.Claim(_bench.Options, store));
        error.Kind.ShouldBe(ErrorKind.Output);
        error.Message.ShouldContain(mark);
        Directory.Exists(mark).ShouldBeTrue();
    }

    [Fact]
    public void Watch_LinkUnderTheNameOfTheQueuesMark_IsReplacedAndNotFollowed()
    {
        File.CreateSymbolicLink(Path.Combine(_bench.Out, StoreBinding.FileName), Path.Combine(_bench.Out, "nowhere"));
        using var store = _bench.OpenStore();

        StoreBinding.Claim(_bench.Options, store).ShouldBeEmpty();
        StoreBinding.StateOf(_bench.Out).ShouldBe(_bench.Options.StateFolder);
        Path.Exists(Path.Combine(_bench.Out, "nowhere")).ShouldBeFalse();
    }

    [Fact]
    public async Task Hooks_WatcherWithoutOne_LeavesAndWritesEventsForTheOther()
    {
        var log = Path.Combine(_bench.Out, "hooks.log");
        var without = _bench.Options;
        using (var store = _bench.OpenStore())
            store.ExpectEvents();
        _bench.Drop("a.mp4");
        await _bench.RunAsync();
        using (var store = _bench.OpenStore())
            store.PendingEvents().ShouldBe(1);

        _bench.Options = without with { HookCommand = $"cat >> '{log}'; echo >> '{log}'" };
        await _bench.RunAsync();

        File.ReadAllLines(log).ShouldHaveSingleItem().ShouldContain("a.mosaic.mp4");
    }

    [Fact]
    public async Task Hooks_TwoWatchersWithOne_DeliverEachEventOnce()
    {
        var log = Path.Combine(_bench.Out, "hooks.log");
        _bench.Options = _bench.Options with { HookCommand = $"cat >> '{log}'; echo >> '{log}'" };
        for (var i = 0; i < 8; i++)
            _bench.Drop($"{i}.mp4", $"film {i}");

        await Task.WhenAll(_bench.RunAsync(), _bench.RunAsync());

        File.ReadAllLines(log).Length.ShouldBe(8);
    }
}
