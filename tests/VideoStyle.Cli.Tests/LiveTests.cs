using System.Diagnostics;
using Microsoft.Playwright;
using Shouldly;

namespace VideoStyle.Cli.Tests;

public sealed class LiveTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [NativeFact]
    public async Task Live_NeitherOutputNorPage_ExitsWith2()
    {
        var result = await ToolProcess.RunAsync("live", SampleVideos.Lake);

        result.ExitCode.ShouldBe(ExitCode.Usage);
        result.Error.ShouldContain("--http 127.0.0.1:8642");
    }

    [NativeFact]
    public async Task Live_UrlsWithSecrets_ShowNoneOfThem()
    {
        foreach (var arguments in (string[][])[
            ["live", "rtmp://user:secret@127.0.0.1:9/app/streamkey?token=hidden", _folder["out.mkv"], "--json"],
            ["live", SampleVideos.Lake, "rtmp://user:secret@127.0.0.1:9/app/streamkey", "--style", "none"],
            ["convert", "http://user:secret@127.0.0.1:9/in.mp4?token=hidden", _folder["out.mp4"], "--style", "none", "--json"],
            ["measure", "http://user:secret@127.0.0.1:9/in.mp4?token=hidden", SampleVideos.Lake]])
        {
            var result = await ToolProcess.RunAsync(arguments);

            result.ExitCode.ShouldBeOneOf(ExitCode.Input, ExitCode.Output);
            foreach (var secret in (string[])["user", "secret", "hidden", "streamkey"])
                (result.Output + result.Error).ShouldNotContain(secret);
            result.Error.ShouldContain("127.0.0.1:9");
        }
    }

    [NativeFact]
    public async Task Convert_ToAUrl_ExitsWith2AndNamesLive()
    {
        var result = await ToolProcess.RunAsync("convert", SampleVideos.Lake, "rtmp://127.0.0.1:9/app/streamkey");

        result.ExitCode.ShouldBe(ExitCode.Usage);
        result.Error.ShouldContain("videostyle live");
        result.Error.ShouldNotContain("streamkey");
    }

    [NativeFact]
    public async Task Live_AFileToItsEnd_SaysWhatWasPaintedAndDropped()
    {
        var result = await ToolProcess.RunAsync("live", SampleVideos.Lake, _folder["out.mp4"], "--style", "none", "--json");

        result.ExitCode.ShouldBe(ExitCode.Success);
        result.Output.ShouldContain("\"type\":\"done\",\"arrived\":120,\"painted\":120,\"dropped\":0");
        (await ToolProcess.RunAsync("live", SampleVideos.Lake, _folder["out.mp4"], "--style", "none")).ExitCode.ShouldBe(ExitCode.Output);
    }

    [BrowserFact]
    public async Task Page_ALivePainting_MovesAndEachControlChangesIt()
    {
        var (live, address) = await StartAsync();
        using var _ = live;
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = BrowserFactAttribute.Chromium, Args = ["--no-sandbox"] });
        var page = await browser.NewPageAsync(new() { ViewportSize = new() { Width = 390, Height = 800 } });
        List<string> problems = [];
        page.PageError += (_, error) => problems.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Type is "error")
                problems.Add(message.Text);
        };
        await page.GotoAsync(address);
        await UntilAsync(page, "document.getElementById('picture').naturalWidth === 640");

        (await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth")).ShouldBeTrue("the page is wider than a phone");
        await MovesAsync(page);
        await FreezeByKeyboardAsync(page);
        var painted = await ColorAsync(page);
        await page.Locator("[name=style]").SelectOptionAsync("the_scream_swift");
        await BecomesAsync(page, color => Distance(color, painted) > 12, "the style");
        await SlideAsync(page, "strength", "0");
        await BecomesAsync(page, color => Distance(color, painted) > 12, "the strength");
        await SlideAsync(page, "strength", "1");
        await page.Locator("#splitOn").CheckAsync();
        await UntilAsync(page, "fetch('api/live').then(a => a.json()).then(s => s.settings.split === 0.5)");
        await RecordAsync(page);
        problems.ShouldBeEmpty();

        live.Kill();
        await live.WaitForExitAsync();
        await page.Locator("#problem:not([hidden])", new() { HasText = "No connection" }).WaitForAsync();
        var (again, _) = await StartAsync(address.Split(':')[^1].TrimEnd('/'));
        using var __ = again;
        await page.Locator("#problem[hidden]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await MovesAsync(page);
        again.Kill();
        await again.WaitForExitAsync();
    }

    // Playwright's own waiting evaluates text, which the page's policy forbids.
    private static async Task UntilAsync(IPage page, string isSo)
    {
        for (var tries = 0; !await page.EvaluateAsync<bool>(isSo); tries++)
        {
            tries.ShouldBeLessThan(600, isSo);
            await Task.Delay(50);
        }
    }

    private static double Distance(double[] a, double[] b) => Math.Sqrt(a.Zip(b, (x, y) => (x - y) * (x - y)).Sum());

    // The mean colour of the picture as the page shows it.
    private static Task<double[]> ColorAsync(IPage page) => page.EvaluateAsync<double[]>(
        """
        () => {
          const image = document.getElementById('picture'), canvas = document.createElement('canvas');
          canvas.width = 64; canvas.height = 36;
          const context = canvas.getContext('2d');
          context.drawImage(image, 0, 0, 64, 36);
          const data = context.getImageData(0, 0, 64, 36).data, sums = [0, 0, 0];
          for (let i = 0; i < data.length; i += 4) for (let c = 0; c < 3; c++) sums[c] += data[i + c];
          return sums.map(sum => sum / (64 * 36));
        }
        """);

    private static Task<string> PixelsAsync(IPage page) => page.EvaluateAsync<string>(
        """
        () => {
          const canvas = document.createElement('canvas');
          canvas.width = 64; canvas.height = 36;
          const context = canvas.getContext('2d');
          context.drawImage(document.getElementById('picture'), 0, 0, 64, 36);
          return context.getImageData(0, 0, 64, 36).data.join();
        }
        """);

    private static async Task BecomesAsync(IPage page, Func<double[], bool> isSo, string what)
    {
        for (var tries = 0; tries < 600; tries++)
        {
            if (isSo(await ColorAsync(page)))
                return;
            await Task.Delay(50);
        }

        throw new TimeoutException($"{what} does not show");
    }

    private static async Task FreezeByKeyboardAsync(IPage page)
    {
        await page.Locator("[name=freeze]").FocusAsync();
        await page.Keyboard.PressAsync("Space");
        await UntilAsync(page, "fetch('api/live').then(a => a.json()).then(s => s.settings.freeze)");
        await StandsStillAsync(page);
        await page.Keyboard.PressAsync("Space");
        await MovesAsync(page);
    }

    private async Task RecordAsync(IPage page)
    {
        await page.Locator("#record").ClickAsync();
        await page.Locator("#record[aria-pressed=true]").WaitForAsync();
        await MovesAsync(page);
        await page.Locator("#record").ClickAsync();
        await page.Locator("#record[aria-pressed=false]").WaitForAsync();
        Directory.GetFiles(_folder.Path, "live-*.mkv").Length.ShouldBe(1);
    }

    private static async Task MovesAsync(IPage page)
    {
        var before = await PixelsAsync(page);
        for (var tries = 0; tries < 600; tries++)
        {
            if (!string.Equals(await PixelsAsync(page), before, StringComparison.Ordinal))
                return;
            await Task.Delay(50);
        }

        throw new TimeoutException("the picture stands still");
    }

    // The frame that is frozen may still be on its way.
    private static async Task StandsStillAsync(IPage page)
    {
        for (var (tries, same, before) = (0, 0, ""); same < 5; tries++)
        {
            var now = await PixelsAsync(page);
            (same, before) = (string.Equals(now, before, StringComparison.Ordinal) ? same + 1 : 0, now);
            tries.ShouldBeLessThan(200, "the picture moves on");
            await Task.Delay(100);
        }
    }

    private static async Task SlideAsync(IPage page, string name, string value) =>
        await page.Locator($"[name={name}]").EvaluateAsync("(slider, value) => { slider.value = value; slider.dispatchEvent(new Event('input', { bubbles: true })); }", value);

    private async Task<(Process Live, string Address)> StartAsync(string port = "0")
    {
        var clip = _folder["long.mkv"];
        if (!File.Exists(clip))
            FFmpegTool.Make("-stream_loop", "60", "-i", SampleVideos.Lake, "-c", "copy", "-an", clip);
        var live = ToolProcess.Start("live", clip, "--realtime", "--http", $"127.0.0.1:{port}", "--style", "starry_night_swift", "--record-dir", _folder.Path, "--no-adapt");
        while (await live.StandardError.ReadLineAsync() is { } line)
            if (line.StartsWith("the page is at ", StringComparison.Ordinal))
            {
                _ = live.StandardError.ReadToEndAsync();
                return (live, line.Split(' ')[4].TrimEnd(';'));
            }

        throw new InvalidOperationException("The page was not announced.");
    }
}
