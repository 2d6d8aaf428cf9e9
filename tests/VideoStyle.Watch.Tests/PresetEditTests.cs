using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Pipeline;
using VideoStyle.Watch.Store;
using Xunit;

namespace VideoStyle.Watch.Tests;

/// <summary>What becomes of files when the <c>videostyle.json</c> of their folder is edited.</summary>
public sealed class PresetEditTests : IDisposable
{
    private readonly WatchBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Watch_WrongStyleThatIsCorrected_PaintsAtOnce()
    {
        await WatchAsync(async () =>
        {
            _bench.Drop("sub/videostyle.json", """{ "style": "starry_nite" }""");
            _bench.Drop("sub/a.mp4");
            await _bench.UntilAsync(() => _bench.Jobs() is [{ State: JobState.Found }]);
            _bench.Jobs()[0].Reason.ShouldNotBeNull().ShouldContain("Did you mean 'starry_night'?");

            _bench.Drop("sub/videostyle.json", """{ "style": "starry_night" }""");
            await _bench.UntilAsync(() => _bench.Painting("sub/a.starry_night.mp4") is not null);
        });

        _bench.Jobs().ShouldHaveSingleItem().State.ShouldBe(JobState.Done);
    }

    [Fact]
    public async Task Watch_OptionThatIsCorrected_TakesEffectOnAJobThatHasFailed()
    {
        _bench.Options = _bench.Options with { Retry = new() { LongestPause = TimeSpan.FromDays(100) } };
        _bench.Converter.Meanwhile = (order, _) =>
            order.Options.Encode.Crf == 63 ? throw new VideoStyleException(ErrorKind.Usage, "this cannot be") : Task.CompletedTask;
        await WatchAsync(async () =>
        {
            _bench.Drop("sub/videostyle.json", """{ "crf": 63 }""");
            _bench.Drop("sub/a.mp4");
            await _bench.UntilAsync(() => _bench.Jobs() is [{ State: JobState.Failed }]);

            _bench.Drop("sub/videostyle.json", """{ "crf": 20 }""");
            await _bench.UntilAsync(() => _bench.Jobs() is [{ State: JobState.Done }]);
        });
    }

    [Fact]
    public async Task Retry_JobWhosePresetWasEditedWhileNobodyWatched_UsesTheEdit()
    {
        _bench.Options = _bench.Options with { Retry = new() { Attempts = 1 } };
        _bench.Drop("sub/videostyle.json", """{ "crf": 30 }""");
        _bench.Drop("sub/a.mp4", "broken");
        await _bench.RunAsync();
        _bench.Jobs().ShouldHaveSingleItem().State.ShouldBe(JobState.Quarantined);

        _bench.Drop("sub/videostyle.json", """{ "crf": 20 }""");
        _bench.Drop("sub/a.mp4", "mended");
        using (var store = _bench.OpenStore())
            store.Retry(_bench.Jobs()[0].Id).ShouldBeTrue();
        await _bench.RunAsync();

        _bench.Converter.Orders.Where(order => order.Options.Encode.Crf == 20).ShouldNotBeEmpty();
        _bench.Jobs().ShouldHaveSingleItem().State.ShouldBe(JobState.Done);
    }

    [Fact]
    public async Task Watch_PresetEditedWhileAFileIsQueued_PaintsWithTheEdit()
    {
        _bench.Drop("sub/videostyle.json", """{ "crf": 30 }""");
        _bench.Drop("sub/a.mp4");
        await QueueAsync();

        _bench.Drop("sub/videostyle.json", """{ "crf": 20, "coherence": "best" }""");
        Resume();
        await _bench.RunAsync();

        var options = _bench.Converter.Orders.ShouldHaveSingleItem().Options;
        (options.Encode.Crf, options.Coherence.Mode).ShouldBe((20, CoherenceMode.Best));
    }

    [Theory]
    [InlineData("""{ "ignore": true }""")]
    [InlineData("""{ "style": "udnie" }""")]
    public async Task Watch_PresetThatNoLongerAsksForAQueuedJob_TakesItOutOfTheQueue(string edit)
    {
        _bench.Drop("sub/videostyle.json", """{ "style": "great_wave" }""");
        _bench.Drop("sub/a.mp4");
        await QueueAsync();

        _bench.Drop("sub/videostyle.json", edit);
        Resume();
        await _bench.RunAsync();

        var dropped = _bench.Jobs().Single(job => job.Style is "great_wave");
        (dropped.State, dropped.Reason).ShouldBe((JobState.Cancelled, JobStore.Dropped));
        _bench.Painting("sub/a.great_wave.mp4").ShouldBeNull();

        _bench.Drop("sub/videostyle.json", """{ "style": "great_wave" }""");
        await _bench.RunAsync();
        _bench.Painting("sub/a.great_wave.mp4").ShouldNotBeNull("it is asked for again");
    }

    [Fact]
    public async Task Cancel_ByAPerson_IsNotUndoneByAPreset()
    {
        _bench.Drop("sub/videostyle.json", """{ "style": "great_wave" }""");
        _bench.Drop("sub/a.mp4");
        await QueueAsync();
        using (var store = _bench.OpenStore())
            store.Cancel(_bench.Jobs()[0].Id).ShouldBeTrue();

        _bench.Drop("sub/videostyle.json", """{ "style": "great_wave", "crf": 20 }""");
        Resume();
        await _bench.RunAsync();

        _bench.Jobs().ShouldHaveSingleItem().State.ShouldBe(JobState.Cancelled);
    }

    [Fact]
    public async Task Watch_LargeTreeThatIsMovedIn_IsReadWithItsPresets()
    {
        var prepared = Path.Combine(Path.GetDirectoryName(_bench.In)!, "prepared");
        for (var i = 0; i < 300; i++)
        {
            Directory.CreateDirectory(Path.Combine(prepared, $"raw/{i % 10}"));
            File.WriteAllText(Path.Combine(prepared, $"raw/{i % 10}/{i}.mp4"), "raw");
        }

        File.WriteAllText(Path.Combine(prepared, "raw/videostyle.json"), """{ "ignore": true }""");
        File.WriteAllText(Path.Combine(prepared, "z.mp4"), "film");
        await WatchAsync(async () =>
        {
            await _bench.PassAsync(TimeSpan.FromSeconds(1)); // the first scan is over; the next full one is far
            Directory.Move(prepared, Path.Combine(_bench.In, "new"));
            await _bench.UntilAsync(() => _bench.Painting("new/z.mosaic.mp4") is not null);
            await _bench.PassAsync(TimeSpan.FromSeconds(2));
        });

        _bench.Jobs().ShouldHaveSingleItem().Path.ShouldBe("new/z.mp4");
    }

    [Fact]
    public async Task Watch_OnceWithAPresetThatCannotBeUsed_EndsAndSaysWhy()
    {
        _bench.Drop("sub/videostyle.json", "{ half");
        _bench.Drop("sub/a.mp4");
        _bench.Drop("b.mp4", "b");

        await _bench.RunAsync();

        _bench.Painting("b.mosaic.mp4").ShouldNotBeNull();
        var held = _bench.Jobs().Single(job => job.Path is "sub/a.mp4");
        (held.State, held.Reason!.Contains("is not JSON", StringComparison.Ordinal)).ShouldBe((JobState.Found, true));
    }

    private async Task WatchAsync(Func<Task> meanwhile)
    {
        _bench.Options = _bench.Options with { Once = false };
        using CancellationTokenSource stop = new();
        var run = _bench.RunAsync(stop.Token);
        await meanwhile();
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(run);
    }

    // Leaves the job queued, and nobody watching.
    private async Task QueueAsync()
    {
        using (var store = _bench.OpenStore())
            store.IsPaused = true;
        await WatchAsync(() => _bench.UntilAsync(() => _bench.Jobs() is [{ State: JobState.Queued }]));
        _bench.Options = _bench.Options with { Once = true };
    }

    private void Resume()
    {
        using var store = _bench.OpenStore();
        store.IsPaused = false;
    }
}
