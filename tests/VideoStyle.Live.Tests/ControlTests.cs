using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Live.Serving;
using VideoStyle.Native.Media;
using VideoStyle.Serving;
using Xunit;

namespace VideoStyle.Live.Tests;

public sealed class ControlTests : IDisposable
{
    private static readonly string[] Styles = ["none", "great_wave"];

    private readonly LiveBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Parse_EverySetting_ChangesThatAlone()
    {
        LiveSettings before = new() { Style = "none" };

        var after = Parse("""{"style":"great_wave","second":"none","mix":0.5,"strength":0.25,"scale":2,"preserveColor":"histogram","coherence":"best","freeze":true,"split":0.5}""")(before);

        after.ShouldBe(new LiveSettings
        {
            Style = "great_wave",
            Second = "none",
            Mix = 0.5,
            Strength = 0.25,
            Scale = 2,
            PreserveColor = Networks.Color.ColorPreservation.Histogram,
            Coherence = Core.Pipeline.CoherenceMode.Best,
            Freeze = true,
            Split = 0.5,
        });
        Parse("""{"second":null,"split":null}""")(after).ShouldBe(after with { Second = null, Split = null });
    }

    [Theory]
    [InlineData("[]", "object")]
    [InlineData("""{"strengh":1}""", "no setting 'strengh'")]
    [InlineData("""{"strength":2}""", "strength is a number from 0 to 1")]
    [InlineData("""{"mix":"half"}""", "mix is a number from 0 to 1")]
    [InlineData("""{"style":"/etc/passwd"}""", "style is one of those")]
    [InlineData("""{"coherence":"1"}""", "coherence is one of off, fast, best, finest")]
    [InlineData("""{"freeze":1}""", "freeze is true or false")]
    public void Parse_WhatIsWrong_ThrowsUsageErrorThatSaysWhat(string json, string words)
    {
        var e = Should.Throw<VideoStyleException>(() => Parse(json));

        e.Kind.ShouldBe(ErrorKind.Usage);
        e.Message.ShouldContain(words);
    }

    [MediaFact(NeedsTools = true)]
    public async Task Server_ALivePainting_ShowsItAndIsControlled()
    {
        await ServeAsync(async (run, http) =>
        {
            (await PostAsync(http, """{"split":0.5,"freeze":true}""")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
            run.Settings.Split.ShouldBe(0.5);
            using var state = JsonDocument.Parse(await http.GetStringAsync("/api/live"));
            state.RootElement.GetProperty("settings").GetProperty("freeze").GetBoolean().ShouldBeTrue();
            state.RootElement.GetProperty("status").GetProperty("painted").GetInt64().ShouldBeGreaterThan(0);
            var snapshot = await http.GetByteArrayAsync("/api/live/snapshot.png");
            using var picture = ImageFile.Decode("snapshot.png", snapshot);
            (picture.Width, picture.Height).ShouldBe((64, 48));
            (await PictureAsync(http)).AsSpan(0, 2).ToArray().ShouldBe([0xFF, 0xD8], "it is no JPEG");
        });
    }

    [MediaFact(NeedsTools = true)]
    public async Task Server_Strangers_AreRefusedWithASentence()
    {
        await ServeAsync(async (run, http) =>
        {
            using HttpRequestMessage foreign = new(HttpMethod.Get, "/api/live") { Headers = { { "Origin", "https://evil.example" } } };
            var refused = await http.SendAsync(foreign);
            refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
            (await refused.Content.ReadAsStringAsync()).ShouldContain("another site");
            using HttpRequestMessage unmarked = new(HttpMethod.Post, "/api/live") { Content = new StringContent("""{"strength":0}""") };
            (await http.SendAsync(unmarked)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
            using HttpRequestMessage rebound = new(HttpMethod.Get, "/preview") { Headers = { Host = "evil.example" } };
            (await http.SendAsync(rebound)).StatusCode.ShouldBe(HttpStatusCode.MisdirectedRequest);
            (await http.GetAsync(new Uri("/page.js", UriKind.Relative))).Headers.GetValues("Cross-Origin-Resource-Policy").ShouldBe(["same-origin"]);
            run.Settings.Strength.ShouldBe(1);
        });
    }

    [MediaFact(NeedsTools = true)]
    public async Task Server_WithAToken_WantsItForThePictureToo()
    {
        const string token = "a token of this test";
        await ServeAsync(
            async (_, http) =>
            {
                (await http.GetAsync(new Uri("/preview", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
                (await http.GetAsync(new Uri("/api/live/snapshot.png", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
                http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
                (await http.GetAsync(new Uri("/api/live/snapshot.png", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.OK);
            },
            new AccessToken(token, "test"));
    }

    private static Func<LiveSettings, LiveSettings> Parse(string json)
    {
        var document = JsonDocument.Parse(json);
        return SettingsPatch.Parse(document.RootElement, Styles);
    }

    private static async Task<HttpResponseMessage> PostAsync(HttpClient http, string json)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "/api/live") { Content = new StringContent(json, Encoding.UTF8, "application/json"), Headers = { { Guard.ChangeHeader, "1" } } };
        return await http.SendAsync(request);
    }

    private static async Task<byte[]> PictureAsync(HttpClient http)
    {
        using var answer = await http.GetAsync(new Uri("/preview", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("multipart/x-mixed-replace");
        using var stream = await answer.Content.ReadAsStreamAsync();
        var bytes = new byte[600];
        await stream.ReadExactlyAsync(bytes);
        return bytes[(bytes.AsSpan().IndexOf("\r\n\r\n"u8) + 4)..];
    }

    private async Task ServeAsync(Func<LiveRun, HttpClient, Task> test, AccessToken? token = null)
    {
        using ScriptedServer server = new(ScriptedServer.SendAndStall(_bench.TransportStream()));
        using CancellationTokenSource stop = new();
        await using var run = _bench.Run(server.Url, [], options => options with { Stall = TimeSpan.FromHours(1) }, cancellationToken: stop.Token);
        var work = run.RunAsync();
        await _bench.UntilAsync(() => run.Latency.Written > 0, "the first frame");
        await using var page = await PageServer.StartAsync("127.0.0.1:0", token, _bench["token"], new LiveRoutes(run).Map, _ => { }, CancellationToken.None);
        using HttpClient http = new() { BaseAddress = new Uri(page.Address) };
        await test(run, http);
        await stop.CancelAsync();
        await work;
    }
}
