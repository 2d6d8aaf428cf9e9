using Microsoft.Playwright;
using Shouldly;

namespace VideoStyle.Cli.Tests;

public sealed class ReportPageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("videostyle-report-").FullName;

    [BrowserFact]
    public async Task Report_OfTwoOutputs_OpensWithoutErrorOrRequestAndAnswersTheMouse()
    {
        // Of one size, length and rate; that they show different things makes for large errors.
        var result = await ToolProcess.RunAsync(
            "measure", SampleVideos.Windmill, SampleVideos.Zoom, SampleVideos.Windmill, "--lags", "1,first", "--flow", "dis-fast", "--tof-every", "0", "--report", _folder);
        result.ExitCode.ShouldBe(0, result.Error);

        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = BrowserFactAttribute.Chromium, Args = ["--no-sandbox"] });
        var page = await browser.NewPageAsync(new() { ViewportSize = new() { Width = 1280, Height = 900 } });
        List<string> problems = [];
        List<string> requests = [];
        page.Console += (_, message) => problems.Add($"{message.Type}: {message.Text}");
        page.PageError += (_, error) => problems.Add(error);
        page.Request += (_, request) => requests.Add(request.Url);
        await page.GotoAsync(new Uri(Path.Combine(_folder, "index.html")).AbsoluteUri);

        (await page.Locator(".card").CountAsync()).ShouldBe(2);
        await CurvesAnswerAsync(page);
        await PairsShowPicturesAsync(page);
        await ComparisonAnswersAsync(page);

        problems.ShouldBeEmpty();
        requests.Where(url => !url.StartsWith("data:", StringComparison.Ordinal)).ShouldHaveSingleItem().ShouldStartWith("file:");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task CurvesAnswerAsync(IPage page)
    {
        // Something is drawn in the colour of the first output.
        var drawn = await page.EvaluateAsync<bool>("""
            () => {
              const canvas = document.querySelector("#plot canvas"), pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
              let found = 0;
              for (let i = 0; i < pixels.length; i += 4)
                if (Math.abs(pixels[i] - 0xd5) < 12 && Math.abs(pixels[i + 1] - 0x5e) < 12 && pixels[i + 2] < 12) found++;
              return found > 200;
            }
            """);
        drawn.ShouldBeTrue("no curve is drawn");

        var box = (await page.Locator("#plot .u-over").BoundingBoxAsync())!;
        var (y, left, width) = (box.Y + box.Height / 2, box.X, box.Width);
        await page.Mouse.ClickAsync(left + width / 2, y);
        (await page.Locator("#picked").TextContentAsync())!.ShouldContain("Frame 1");

        // Dragging zooms: the point under the same place is then another frame, nearer to where the drag began.
        await page.Mouse.MoveAsync(left + width * 0.1f, y);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(left + width * 0.3f, y, new() { Steps = 8 });
        await page.Mouse.UpAsync();
        await page.Mouse.ClickAsync(left + width * 0.9f, y);
        (await page.Locator("#picked b").TextContentAsync())!.ShouldMatch("^Frame ([5-9]|1[0-2]),");

        await page.Locator("#metrics button", new() { HasText = "meanLuma" }).ClickAsync();
        (await page.Locator("#meaning").TextContentAsync())!.ShouldContain("Mean luma");
    }

    private static async Task PairsShowPicturesAsync(IPage page)
    {
        (await page.Locator("#pairs button").CountAsync()).ShouldBeGreaterThanOrEqualTo(4);
        await page.Locator("#pairs button").Nth(1).ClickAsync();
        var widths = await page.Locator("#pair img").EvaluateAllAsync<int[]>("images => images.map(i => i.naturalWidth)");
        widths.ShouldBe([320, 320, 320, 320, 320, 320]);

        await page.Locator("#pair img").First.ClickAsync();
        (await page.Locator("#zoom").GetAttributeAsync("open")).ShouldNotBeNull();
        await page.Locator("#zoom").ClickAsync();
    }

    private static async Task ComparisonAnswersAsync(IPage page)
    {
        await page.Locator("#rate").FillAsync("80");
        HashSet<string> shown = [];
        for (var i = 0; i < 200 && shown.Count < 2; i++)
            shown.Add((await page.Locator("#shown").TextContentAsync())!);
        shown.Order(StringComparer.Ordinal).ShouldBe(["windmill.mp4", "zoom.mp4"]);

        await page.Locator("#mode button", new() { HasText = "slide" }).ClickAsync();
        (await page.Locator("#compare").GetAttributeAsync("class"))!.ShouldContain("split");
        (await page.Locator("#compare img").EvaluateAllAsync<int[]>("images => images.map(i => i.naturalWidth)")).ShouldBe([320, 320]);
    }
}
