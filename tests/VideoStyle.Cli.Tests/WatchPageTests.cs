using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.Playwright;
using Shouldly;

namespace VideoStyle.Cli.Tests;

public sealed class WatchPageTests : IDisposable
{
    private const string Announcement = "the page is at ";

    private readonly TempFolder _folder = new();

    public WatchPageTests() => Directory.CreateDirectory(In);

    private string In => _folder["in"];

    public void Dispose() => _folder.Dispose();

    [BrowserFact]
    public async Task Page_FilesThatAreDropped_ShowsProgressPicturesFailureAndRetry()
    {
        var (watch, address) = await StartAsync("127.0.0.1:0");
        using var _ = watch;
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = BrowserFactAttribute.Chromium, Args = ["--no-sandbox"] });
        var page = await browser.NewPageAsync(new() { ViewportSize = new() { Width = 390, Height = 800 } });
        List<string> problems = [];
        page.Console += (_, message) => problems.Add($"{message.Type}: {message.Text}");
        page.PageError += (_, error) => problems.Add(error);
        await page.GotoAsync(address);

        // A name that would be markup, were it not taken as text.
        File.Copy(SampleVideos.Lake, Path.Combine(In, "<img src=x onerror=alert(1)>.mp4"));
        var lake = page.Locator("article", new() { HasText = "<img src=x" });
        await lake.Locator("progress:not([hidden])").WaitForAsync(new() { Timeout = 60_000 });
        var first = await ProgressAsync(lake);
        await page.WaitForFunctionAsync("value => document.querySelector('progress:not([hidden])')?.value > value || document.querySelector('article.done')", first, new() { Timeout = 60_000 });
        await page.Locator("article.done").WaitForAsync(new() { Timeout = 120_000 });
        foreach (var kind in new[] { "source", "painting" })
            (await lake.Locator($"img.{kind}").EvaluateAsync<int>("image => image.decode().then(() => image.naturalWidth)")).ShouldBe(320);
        (await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth")).ShouldBeTrue("the page is wider than a phone");

        await File.WriteAllTextAsync(Path.Combine(In, "bad.mp4"), "no video");
        var bad = page.Locator("article", new() { HasText = "bad.mp4" });
        await page.Locator("article.quarantined").WaitForAsync(new() { Timeout = 60_000 });
        (await bad.Locator(".reason").TextContentAsync())!.ShouldContain("cannot be read as a video");

        // Mended and tried again from the page, it ends as done.
        File.Copy(SampleVideos.Windmill, Path.Combine(_folder["out"], "quarantine", "bad.mp4"), overwrite: true);
        await bad.Locator(".retry").ClickAsync();
        await page.Locator("article.done", new() { HasText = "bad.mp4" }).WaitForAsync(new() { Timeout = 60_000 });
        problems.ShouldBeEmpty();
        await EndAsync(watch);
    }

    [BrowserFact]
    public async Task Server_Strangers_AreRefused()
    {
        var (watch, address) = await StartAsync("127.0.0.1:0");
        using var _ = watch;
        using HttpClient http = new() { BaseAddress = new Uri(address) };

        (await http.GetStringAsync("/healthz")).ShouldBe("ok\n");
        (await http.GetStringAsync("/metrics")).ShouldContain("# TYPE videostyle_jobs_done gauge\nvideostyle_jobs_done 0\n");
        using HttpRequestMessage otherSite = new(HttpMethod.Post, "/api/pause");
        (await http.SendAsync(otherSite)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        using HttpRequestMessage rebound = new(HttpMethod.Get, "/api/jobs") { Headers = { Host = "evil.example" } };
        (await http.SendAsync(rebound)).StatusCode.ShouldBe(HttpStatusCode.MisdirectedRequest);
        (await http.GetAsync(new Uri("/thumbnails/1/..%2f..%2fjobs.db", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await EndAsync(watch);
    }

    [BrowserFact]
    public async Task Page_OnEveryAddress_AsksForTheTokenOnceAndKeepsItOutOfTheAddress()
    {
        var (watch, announced) = await StartAsync("0.0.0.0:0");
        using var _ = watch;
        announced.ShouldNotContain("token=");
        var (address, file) = (announced.Split(';')[0].Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal), announced.Split("its token is in ")[1]);
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = BrowserFactAttribute.Chromium, Args = ["--no-sandbox"] });
        var page = await browser.NewPageAsync();
        await page.GotoAsync(address);

        await page.GetByLabel("Token of this page").FillAsync(await File.ReadAllTextAsync(file));
        await page.GetByRole(AriaRole.Button, new() { Name = "Open" }).ClickAsync();
        await page.GetByText("Nothing yet: drop a video into the folder.").WaitForAsync();

        page.Url.ShouldBe(address);
        await page.GotoAsync(address);
        await page.GetByText("Nothing yet: drop a video into the folder.").WaitForAsync();
        await EndAsync(watch);
    }

    private static async Task<double> ProgressAsync(ILocator article) => await article.Locator("progress").EvaluateAsync<double>("bar => bar.value");

    private async Task<(Process Watch, string Address)> StartAsync(string http)
    {
        var watch = ToolProcess.Start("watch", In, _folder["out"], "--settle", "0.2", "--poll", "0.1", "--attempts", "1", "--min-free", "1", "--http", http);
        using CancellationTokenSource limit = new(TimeSpan.FromMinutes(1));
        while (await watch.StandardError.ReadLineAsync(limit.Token) is { } line)
            if (line.StartsWith(Announcement, StringComparison.Ordinal))
                return (watch, line[Announcement.Length..]);
        throw new InvalidOperationException("The watcher told no address.");
    }

    private static async Task EndAsync(Process watch)
    {
        using (var kill = Process.Start("kill", ["-TERM", watch.Id.ToString(CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync();
        (await ToolProcess.EndAsync(watch)).ExitCode.ShouldBe(143);
    }
}
