using System.Net;
using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Pipeline;
using VideoStyle.Native.Files;
using VideoStyle.Watch.Scanning;
using VideoStyle.Watch.Store;
using Xunit;

namespace VideoStyle.Watch.Tests;

public sealed class WatchTests : IDisposable
{
    private readonly WatchBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Watch_FilesInATree_MirrorsTheTree()
    {
        _bench.Drop("a.mp4");
        _bench.Drop("summer/b.mkv", "another film");
        _bench.Drop("summer/beach/c.avi", "a third film");

        await _bench.RunAsync();

        _bench.Painting("a.mosaic.mp4").ShouldBe("mosaic: a film");
        _bench.Painting("summer/b.mosaic.mkv").ShouldBe("mosaic: another film");
        _bench.Painting("summer/beach/c.avi.mosaic.mkv").ShouldBe("mosaic: a third film");
        _bench.Jobs().ShouldAllBe(job => job.State == JobState.Done);
        Directory.EnumerateFileSystemEntries(Path.Combine(_bench.Options.StateFolder, "work")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Watch_WorkOfJobsThatAreOver_IsTakenAwayAndThatOfOthersKept()
    {
        _bench.Drop("gone.mp4");
        _bench.Drop("done.mp4", "another film");
        await _bench.RunAsync();
        var done = _bench.Jobs().Single(job => job.Path == "done.mp4");
        File.Delete(Path.Combine(_bench.In, "gone.mp4"));
        foreach (var left in new[] { $"{done.Id}", "999", "notes" })
            Directory.CreateDirectory(Path.Combine(_bench.Options.StateFolder, "work", left, "segments"));
        using (var store = _bench.OpenStore())
            store.Offer("waits.mp4", "mosaic", "waits.mosaic.mp4", new FileStamp(1, 1, 1, 1), new StylerOptions());
        var waiting = _bench.Jobs().Single(job => job.Path == "waits.mp4");
        Directory.CreateDirectory(_bench.Options.WorkFolder(waiting.Id));

        using (var store = _bench.OpenStore())
            WorkFolders.Sweep(_bench.Options, store);

        Directory.GetDirectories(Path.Combine(_bench.Options.StateFolder, "work")).Select(Path.GetFileName)
            .ShouldBe([$"{waiting.Id}", "notes"], ignoreOrder: true);
    }

    [Fact]
    public async Task Watch_PartialHiddenAndOtherFiles_LeavesThemAlone()
    {
        foreach (var name in new[] { ".hidden.mp4", "a.mp4.part", "b.mp4.crdownload", "c.mp4~", "notes.txt", ".trash/d.mp4", "e.mp4.tmp" })
            _bench.Drop(name);

        await _bench.RunAsync();

        _bench.Jobs().ShouldBeEmpty();
    }

    [Fact]
    public async Task Watch_OutputInsideInput_PaintsNoPaintings()
    {
        _bench.Options = _bench.Options with { Folders = new WatchedFolders(_bench.In, Path.Combine(_bench.In, "painted")) };
        _bench.Drop("a.mp4");

        await _bench.RunAsync();
        await _bench.RunAsync();

        File.Exists(Path.Combine(_bench.In, "painted/a.mosaic.mp4")).ShouldBeTrue();
        _bench.Jobs().Count.ShouldBe(1);
    }

    [Fact]
    public void WatchedFolders_InputInsideOutput_IsRefused()
    {
        var error = Should.Throw<VideoStyleException>(() => new WatchedFolders(_bench.In, Path.GetDirectoryName(_bench.In)!));

        error.Kind.ShouldBe(ErrorKind.Usage);
    }

    [Fact]
    public async Task Watch_EmptyFile_IsNotTakenUntilItHasContent()
    {
        _bench.Drop("a.mp4", "");
        _bench.Options = _bench.Options with { Once = false };
        using CancellationTokenSource stop = new();
        var run = _bench.RunAsync(stop.Token);
        await _bench.UntilAsync(() => _bench.Jobs() is [{ State: JobState.Found, Reason: "is empty; it is taken when it has content" }]);
        await _bench.PassAsync(TimeSpan.FromSeconds(1));
        _bench.Converter.Orders.ShouldBeEmpty();

        _bench.Drop("a.mp4", "now it is there");
        await _bench.UntilAsync(() => _bench.Painting("a.mosaic.mp4") is not null);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(run);

        _bench.Painting("a.mosaic.mp4").ShouldBe("mosaic: now it is there");
        _bench.Converter.Orders.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Watch_FileThatKeepsGrowing_IsTakenOnceWhole()
    {
        _bench.Options = _bench.Options with { Once = false, Settle = TimeSpan.FromSeconds(5) };
        using CancellationTokenSource stop = new();
        var run = _bench.RunAsync(stop.Token);
        var path = _bench.Drop("a.mp4", "0");
        for (var i = 1; i < 10; i++)
        {
            await _bench.PassAsync(TimeSpan.FromMilliseconds(150));
            await File.AppendAllTextAsync(path, $" {i}");
            File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch.AddYears(70)); // as a copy tool that keeps times, with a clock ahead
        }

        await _bench.UntilAsync(() => _bench.Painting("a.mosaic.mp4") is not null);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(run);

        _bench.Painting("a.mosaic.mp4").ShouldBe("mosaic: 0 1 2 3 4 5 6 7 8 9");
        _bench.Converter.Orders.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Watch_ReadyMarker_TakesOnlyMarkedFiles()
    {
        _bench.Options = _bench.Options with { ReadyMarker = ".done", Once = false };
        _bench.Drop("a.mp4");
        _bench.Drop("b.mp4", "another film");
        _bench.Drop("b.mp4.done", "");
        using CancellationTokenSource stop = new();
        var run = _bench.RunAsync(stop.Token);

        await _bench.UntilAsync(() => _bench.Painting("b.mosaic.mp4") is not null);
        var waiting = _bench.Jobs().Single(job => job.Path == "a.mp4");
        _bench.Drop("a.mp4.done", "");
        await _bench.UntilAsync(() => _bench.Painting("a.mosaic.mp4") is not null);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(run);

        waiting.State.ShouldBe(JobState.Found);
        waiting.Reason.ShouldBe("waits for a.mp4.done");
    }

    [Fact]
    public async Task Watch_DoneFiles_AreNotTakenAgain()
    {
        _bench.Drop("a.mp4");

        await _bench.RunAsync();
        await _bench.RunAsync();

        _bench.Converter.Orders.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Watch_RenamedFile_IsRecognised()
    {
        var path = _bench.Drop("a.mp4");
        await _bench.RunAsync();

        File.Move(path, Path.Combine(_bench.In, "b.mp4"));
        await _bench.RunAsync();

        _bench.Converter.Orders.Count.ShouldBe(1);
        var job = _bench.Jobs().Single(job => job.Path == "b.mp4");
        job.State.ShouldBe(JobState.Done);
        job.Reason.ShouldBe("the same content as a.mp4, whose painting was taken over");
        _bench.Painting("b.mosaic.mp4").ShouldBe("mosaic: a film");
    }

    [Fact]
    public async Task Watch_ReDroppedFile_IsRecognisedAndRerunWhenAsked()
    {
        _bench.Drop("a.mp4");
        await _bench.RunAsync();

        File.SetLastWriteTimeUtc(_bench.Drop("a.mp4"), DateTime.UnixEpoch.AddYears(50));
        await _bench.RunAsync();
        _bench.Converter.Orders.Count.ShouldBe(1);

        File.SetLastWriteTimeUtc(_bench.Drop("a.mp4"), DateTime.UnixEpoch.AddYears(51));
        _bench.Options = _bench.Options with { OnDuplicate = DuplicateRule.Rerun };
        await _bench.RunAsync();
        _bench.Converter.Orders.Count.ShouldBe(2);
        _bench.Jobs().ShouldHaveSingleItem().State.ShouldBe(JobState.Done);
    }

    [Fact]
    public async Task Watch_ReplacedContent_IsPaintedAnew()
    {
        _bench.Drop("a.mp4", "the first cut");
        await _bench.RunAsync();

        _bench.Drop("a.mp4", "the director's cut");
        await _bench.RunAsync();

        _bench.Painting("a.mosaic.mp4").ShouldBe("mosaic: the director's cut");
    }

    [Fact]
    public async Task Watch_ReplacedWhileItIsPainted_DropsThePaintingAndStartsOver()
    {
        var path = _bench.Drop("a.mp4", "the first cut");
        _bench.Converter.Meanwhile = (order, _) =>
        {
            if (_bench.Converter.Orders.Count == 1)
                File.WriteAllText(path, "the director's cut");
            return Task.CompletedTask;
        };

        await _bench.RunAsync();

        _bench.Painting("a.mosaic.mp4").ShouldBe("mosaic: the director's cut");
        _bench.Converter.Orders.Count.ShouldBe(2);
        _bench.Jobs().ShouldHaveSingleItem().Failures.ShouldBe(0);
    }

    [Fact]
    public async Task Watch_ForeignFileAtTheOutput_IsKeptAndThePaintingGoesBesideIt()
    {
        _bench.Drop("a.mp4");
        File.WriteAllText(Path.Combine(_bench.Out, "a.mosaic.mp4"), "made by hand");

        await _bench.RunAsync();

        _bench.Painting("a.mosaic.mp4").ShouldBe("made by hand");
        var job = _bench.Jobs().ShouldHaveSingleItem();
        job.Reason.ShouldBe($"a.mosaic.mp4 is another file, so the painting is {job.Output}");
        _bench.Painting(job.Output).ShouldBe("mosaic: a film");
    }

    [Fact]
    public async Task Watch_BrokenFile_GoesToQuarantineWithAReasonAfterItsAttempts()
    {
        _bench.Drop("sub/a.mp4", "broken");
        _bench.Drop("b.mp4");

        await _bench.RunAsync();

        var job = _bench.Jobs().Single(job => job.Path == "sub/a.mp4");
        (job.State, job.Failures).ShouldBe((JobState.Quarantined, 3));
        _bench.Converter.Orders.Count(order => Path.GetFileName(order.Source) is "a.mp4").ShouldBe(3);
        File.Exists(Path.Combine(_bench.In, "sub/a.mp4")).ShouldBeFalse();
        File.ReadAllText(Path.Combine(_bench.Out, "quarantine/sub/a.mp4")).ShouldBe("broken");
        File.ReadAllText(Path.Combine(_bench.Out, "quarantine/sub/a.mp4.why.json")).ShouldContain("holds no frame that can be decoded");
        _bench.Painting("b.mosaic.mp4").ShouldNotBeNull();
    }

    [Fact]
    public async Task Retry_QuarantinedFile_BringsItBackAndTriesAgain()
    {
        _bench.Drop("a.mp4", "broken");
        await _bench.RunAsync();

        File.WriteAllText(Path.Combine(_bench.Out, "quarantine/a.mp4"), "mended");
        File.SetLastWriteTimeUtc(Path.Combine(_bench.Out, "quarantine/a.mp4"), DateTime.UnixEpoch.AddYears(55));
        using (var store = _bench.OpenStore())
            store.Retry(_bench.Jobs().Single().Id).ShouldBeTrue();
        await _bench.RunAsync();

        _bench.Painting("a.mosaic.mp4").ShouldBe("mosaic: mended");
        Directory.EnumerateFileSystemEntries(Path.Combine(_bench.Out, "quarantine")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Watch_DoneFolder_TakesTheSourceOnlyAfterEveryStyle()
    {
        var done = Path.Combine(_bench.Out, "sources");
        _bench.Options = _bench.Options with { Folders = new WatchedFolders(_bench.In, _bench.Out, done), Styles = ["mosaic", "udnie"] };
        var early = false;
        _bench.Converter.Meanwhile = (order, _) =>
        {
            early |= !File.Exists(order.Source);
            return Task.CompletedTask;
        };
        _bench.Drop("sub/a.mp4");

        await _bench.RunAsync();

        early.ShouldBeFalse();
        File.ReadAllText(Path.Combine(done, "sub/a.mp4")).ShouldBe("a film");
        File.Exists(Path.Combine(_bench.In, "sub/a.mp4")).ShouldBeFalse();
        _bench.Painting("sub/a.udnie.mp4").ShouldBe("udnie: a film");
    }

    [Fact]
    public async Task Watch_Presets_SetStyleAndSettingsForTheirFolderAndBelow()
    {
        _bench.Drop("waves/videostyle.json", """{ "styles": ["great_wave", "udnie"], "coherence": "best", "crf": 20 }""");
        _bench.Drop("waves/deep/a.mp4");
        _bench.Drop("waves/raw/videostyle.json", """{ "ignore": true }""");
        _bench.Drop("waves/raw/b.mp4", "b");
        _bench.Drop("c.mp4", "c");

        await _bench.RunAsync();

        _bench.Jobs().Select(job => job.Output).Order(StringComparer.Ordinal)
            .ShouldBe(["c.mosaic.mp4", "waves/deep/a.great_wave.mp4", "waves/deep/a.udnie.mp4"]);
        var options = _bench.Converter.Orders.First(order => order.Options.Style.Name == "udnie").Options;
        (options.Coherence.Mode, options.Encode.Crf).ShouldBe((CoherenceMode.Best, 20));
    }

    [Fact]
    public async Task Watch_PresetThatCannotBeRead_HoldsItsFilesBackAndSaysWhy()
    {
        _bench.Options = _bench.Options with { Once = false };
        _bench.Drop("sub/videostyle.json", """{ "stiles": ["udnie"] }""");
        _bench.Drop("sub/a.mp4");
        using CancellationTokenSource stop = new();
        var run = _bench.RunAsync(stop.Token);
        await _bench.UntilAsync(() => _bench.Jobs() is [{ State: JobState.Found, Reason: { } reason }] && reason.Contains("stiles", StringComparison.Ordinal));

        _bench.Drop("sub/videostyle.json", """{ "styles": ["mosaic"] }""");
        await _bench.UntilAsync(() => _bench.Painting("sub/a.mosaic.mp4") is not null);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(run);
    }

    [Fact]
    public async Task Watch_OddNames_AreAllConverted()
    {
        var longest = new string('ü', 125) + "x.mp4"; // 255 bytes
        string[] names = ["with space.mp4", "qu'o\"te.mp4", "new\nline.mp4", "$(rm -rf x).mp4", "雪の町.mp4", "-dash.mp4", longest];
        foreach (var name in names)
            _bench.Drop(name, name);

        await _bench.RunAsync();

        var jobs = _bench.Jobs();
        jobs.Count.ShouldBe(names.Length);
        jobs.ShouldAllBe(job => job.State == JobState.Done);
        foreach (var job in jobs)
            _bench.Painting(job.Output).ShouldBe($"mosaic: {job.Path}");
    }

    [Fact]
    public async Task Watch_NameThatIsNotUtf8_IsToldAndHoldsNothingUp()
    {
        await ShellAsync($"printf x > '{_bench.In}'/\"$(printf 'bad\\377name.mp4')\"");
        _bench.Drop("good.mp4");

        await _bench.RunAsync();

        await ShellAsync($"rm '{_bench.In}'/bad*"); // .NET cannot

        _bench.Painting("good.mosaic.mp4").ShouldNotBeNull();
        _bench.Jobs().Single(job => job.Path != "good.mp4").Reason!.ShouldContain("not valid UTF-8");
    }

    [Fact]
    public async Task Watch_InputFolderGone_WaitsAndForgetsNothing()
    {
        _bench.Options = _bench.Options with { Once = false };
        _bench.Drop("a.mp4");
        _bench.Drop("b.mp4", "b");
        using CancellationTokenSource stop = new();
        var run = _bench.RunAsync(stop.Token);
        await _bench.UntilAsync(() => _bench.Painting("b.mosaic.mp4") is not null && _bench.Painting("a.mosaic.mp4") is not null);

        Directory.Move(_bench.In, _bench.In + ".away");
        await _bench.UntilAsync(() => _bench.Events.Any(e => e.Type == "waiting"));
        Directory.Move(_bench.In + ".away", _bench.In);
        _bench.Drop("c.mp4", "c");
        await _bench.UntilAsync(() => _bench.Painting("c.mosaic.mp4") is not null);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(run);

        _bench.Converter.Orders.Count.ShouldBe(3);
        _bench.Jobs().ShouldAllBe(job => job.State == JobState.Done);
    }

    [Fact]
    public async Task Watch_Stopped_HandsTheRunningJobBackAndGoesOnLater()
    {
        _bench.Drop("a.mp4");
        using CancellationTokenSource stop = new();
        _bench.Converter.Meanwhile = async (_, ct) =>
        {
            await stop.CancelAsync();
            await Task.Delay(Timeout.Infinite, ct);
        };
        await Should.ThrowAsync<OperationCanceledException>(_bench.RunAsync(stop.Token));
        var handedBack = _bench.Jobs().Single();

        _bench.Converter.Meanwhile = (_, _) => Task.CompletedTask;
        await _bench.RunAsync();

        (handedBack.State, handedBack.Failures, handedBack.Owner).ShouldBe((JobState.Queued, 0, null));
        _bench.Painting("a.mosaic.mp4").ShouldNotBeNull();
    }

    [Fact]
    public async Task Cancel_RunningJob_StopsItAndKeepsTheSource()
    {
        _bench.Drop("a.mp4");
        _bench.Converter.Meanwhile = async (_, ct) =>
        {
            using (var store = _bench.OpenStore())
                store.Cancel(1).ShouldBeTrue();
            await Task.Delay(Timeout.Infinite, ct);
        };

        await _bench.RunAsync();

        _bench.Jobs().Single().State.ShouldBe(JobState.Cancelled);
        File.Exists(Path.Combine(_bench.In, "a.mp4")).ShouldBeTrue();
        Directory.Exists(_bench.Options.WorkFolder(1)).ShouldBeFalse();
    }

    [Fact]
    public async Task Pause_HoldsTheQueueUntilResumed()
    {
        _bench.Options = _bench.Options with { Once = false };
        using var store = _bench.OpenStore();
        store.IsPaused = true;
        _bench.Drop("a.mp4");
        using CancellationTokenSource stop = new();
        var run = _bench.RunAsync(stop.Token);
        await _bench.UntilAsync(() => _bench.Jobs() is [{ State: JobState.Queued }]);
        await _bench.PassAsync(TimeSpan.FromSeconds(2));
        _bench.Converter.Orders.ShouldBeEmpty();

        store.IsPaused = false;
        await _bench.UntilAsync(() => _bench.Painting("a.mosaic.mp4") is not null);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(run);
    }

    [Fact]
    public async Task Watch_TwoWatchersOnOneFolder_ConvertEachFileOnce()
    {
        for (var i = 0; i < 50; i++)
            _bench.Drop($"{i}.mp4", $"film {i}");

        await Task.WhenAll(_bench.RunAsync(), _bench.RunAsync());

        _bench.Converter.Orders.Count.ShouldBe(50);
        _bench.Jobs().Count(job => job.State == JobState.Done).ShouldBe(50);
    }

    [Theory]
    [InlineData(JobOrder.Oldest, "old big new small")]
    [InlineData(JobOrder.Newest, "small new big old")]
    [InlineData(JobOrder.Smallest, "small new old big")]
    public async Task Watch_Order_DecidesWhoIsFirst(JobOrder order, string expected)
    {
        _bench.Options = _bench.Options with { Order = order };
        foreach (var (name, size, year) in new[] { ("old", 30, 40), ("big", 99, 41), ("new", 20, 42), ("small", 10, 43) })
            File.SetLastWriteTimeUtc(_bench.Drop($"{name}.mp4", new string(name[0], size)), DateTime.UnixEpoch.AddYears(year));
        List<string> begun = [];
        _bench.Converter.Meanwhile = (o, _) =>
        {
            begun.Add(Path.GetFileNameWithoutExtension(o.Source));
            return Task.CompletedTask;
        };
        using (var store = _bench.OpenStore())
            store.IsPaused = true;
        _bench.Options = _bench.Options with { Once = false };
        using CancellationTokenSource stop = new();
        var run = _bench.RunAsync(stop.Token);
        await _bench.UntilAsync(() => _bench.Jobs().Count(job => job.State == JobState.Queued) == 4);
        using (var store = _bench.OpenStore())
            store.IsPaused = false;
        await _bench.UntilAsync(() => _bench.Jobs().TrueForAll(job => job.State == JobState.Done));
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(run);

        string.Join(' ', begun).ShouldBe(expected);
    }

    [Fact]
    public async Task Watch_CrashBetweenRenameAndStore_RecognisesItsPainting()
    {
        var source = _bench.Drop("a.mp4");
        await _bench.RunAsync();
        var painting = FileProof.Of(Path.Combine(_bench.Out, "a.mosaic.mp4"));
        using (var store = _bench.OpenStore())
        {
            // What a kill leaves behind: a running job of a process that is gone, whose painting is in its place.
            store.Retry(1).ShouldBeTrue();
            store.Claim("gone|process|x|1|2", JobOrder.Oldest, TimeSpan.Zero).ShouldNotBeNull();
            store.Publish(1, "gone|process|x|1|2", painting, frames: 2).ShouldBeTrue();
            store.TakeBack(1, "gone|process|x|1|2", beat: 0);
        }

        await _bench.RunAsync();

        _bench.Converter.Orders.Count.ShouldBe(1);
        _bench.Jobs().Single().State.ShouldBe(JobState.Done);
        File.Exists(source).ShouldBeTrue();
    }

    [Fact]
    public async Task Hooks_CommandThatFailsFirst_IsToldOnceItWorks()
    {
        var log = Path.Combine(_bench.Out, "hooks.log");
        _bench.Options = _bench.Options with
        {
            HookCommand = $"test -e '{log}.tried' || {{ touch '{log}.tried'; exit 1; }}; cat >> '{log}'; echo \" $VIDEOSTYLE_EVENT\" >> '{log}'",
        };
        _bench.Drop("a.mp4");

        await _bench.RunAsync();

        var told = File.ReadAllLines(log).ShouldHaveSingleItem();
        told.ShouldContain("\"type\":\"done\"");
        told.ShouldContain("a.mosaic.mp4");
        told.ShouldEndWith(" done");
    }

    [Fact]
    public async Task Hooks_WebAddressThatAnswers500First_IsToldAgain()
    {
        using HttpListener server = new();
        server.Prefixes.Add("http://127.0.0.1:18741/done/");
        server.Start();
        _bench.Options = _bench.Options with { HookUrl = new Uri("http://127.0.0.1:18741/done/"), Once = false };
        _bench.Drop("a.mp4", "broken");
        using CancellationTokenSource stop = new();
        var run = _bench.RunAsync(stop.Token);

        List<string> bodies = [];
        foreach (var status in new[] { 500, 204 })
        {
            var asked = server.GetContextAsync();
            await _bench.UntilAsync(() => asked.IsCompleted);
            var context = await asked;
            using (StreamReader reader = new(context.Request.InputStream))
                bodies.Add(await reader.ReadToEndAsync());
            context.Response.StatusCode = status;
            context.Response.Close();
        }

        using (var store = _bench.OpenStore())
            await _bench.UntilAsync(() => store.PendingEvents() == 0);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(run);
        bodies[0].ShouldContain("\"type\":\"failed\"");
        bodies[1].ShouldBe(bodies[0]);
    }

    private static async Task ShellAsync(string command)
    {
        using var shell = System.Diagnostics.Process.Start("/bin/sh", ["-c", command])!;
        await shell.WaitForExitAsync();
        shell.ExitCode.ShouldBe(0);
    }
}
