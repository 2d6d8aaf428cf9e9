using System.Net;
using System.Text.Json;
using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Native.Files;
using VideoStyle.Serving;
using VideoStyle.Watch.Serving;
using VideoStyle.Watch.Store;
using Xunit;

namespace VideoStyle.Watch.Tests;

/// <summary>Who gets in, and what the page is told.</summary>
public sealed class ServerTests : IDisposable
{
    private const string Token = "a-token-long-enough";
    private readonly WatchBench _bench = new();
    private readonly JobStore _store;
    private readonly WatchService _service;

    public ServerTests()
    {
        _store = _bench.OpenStore();
        _service = new(_bench.Options, _store, _bench.Converter, _bench.Time, _bench.Events.Enqueue);
    }

    public void Dispose()
    {
        _service.Dispose();
        _store.Dispose();
        _bench.Dispose();
    }

    [Theory]
    [InlineData("")]
    [InlineData("  \n")]
    [InlineData("short")]
    public void Token_EmptyOrShort_IsRefused(string text)
    {
        var error = Should.Throw<VideoStyleException>(() => new AccessToken(text, "VIDEOSTYLE_TOKEN"));

        error.Kind.ShouldBe(ErrorKind.Usage);
        error.Message.ShouldStartWith("VIDEOSTYLE_TOKEN: the token ");
        File.WriteAllText(Path.Combine(_bench.Out, "token"), text);
        Should.Throw<VideoStyleException>(() => AccessToken.Read(Path.Combine(_bench.Out, "token"))).Kind.ShouldBe(ErrorKind.Usage);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("a-token-long-enough1")]
    [InlineData("a-token-long-enoug")]
    public void Token_AnyOtherText_IsNotTheToken(string? text)
    {
        AccessToken token = new(Token, "test");

        token.Is(text).ShouldBeFalse();
        token.IsPass(text, 80).ShouldBeFalse();
        token.Is(Token).ShouldBeTrue();
    }

    [Fact]
    public void Token_Pass_OpensItsOwnPortAloneAndIsNotTheToken()
    {
        AccessToken token = new(Token, "test");

        token.IsPass(token.Pass(80), 80).ShouldBeTrue();
        token.IsPass(token.Pass(80), 81).ShouldBeFalse();
        token.IsPass(Token, 80).ShouldBeFalse();
        token.Is(token.Pass(80)).ShouldBeFalse();
    }

    [Fact]
    public void Token_ThatIsMade_IsKeptForItsOwnerAloneAndUsedAgain()
    {
        var file = Path.Combine(_bench.Out, "kept");
        AccessToken.Keep(file);
        var text = File.ReadAllText(file);

        UnixFile.ModeOf(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        AccessToken.Keep(file).Is(text).ShouldBeTrue();

        File.Delete(file);
        using (var open = UnixFile.CreateNew(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead))
            RandomAccess.Write(open, System.Text.Encoding.ASCII.GetBytes(text), 0);
        AccessToken.Keep(file).Is(text).ShouldBeFalse("others have read it");
    }

    [Fact]
    public void Token_LinkInItsPlace_IsReplacedAndItsTargetKept()
    {
        var (file, target) = (Path.Combine(_bench.Out, "token"), Path.Combine(_bench.Out, "target"));
        File.WriteAllText(target, "chosen by another");
        File.CreateSymbolicLink(file, target);

        AccessToken.Keep(file).Is("chosen by another").ShouldBeFalse();

        File.ReadAllText(target).ShouldBe("chosen by another");
        UnixFile.KindOf(file, followLinks: false).ShouldBe(FileKind.Regular);
    }

    [Fact]
    public async Task Server_OnEveryAddressWithoutAToken_MakesOneAndLetsNobodyInWithoutIt()
    {
        await using var server = await StartAsync(token: null, "0.0.0.0:0");
        using var http = Client(server);
        var token = (await File.ReadAllTextAsync(server.TokenFile.ShouldNotBeNull())).Trim();

        (await StatusAsync(http, "/api/jobs")).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusAsync(http, $"/?token={token}")).ShouldBe(HttpStatusCode.Unauthorized, "a token in an address stays in its history");
        (await StatusAsync(http, "/api/jobs", bearer: "")).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusAsync(http, "/api/jobs", bearer: "wrong")).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusAsync(http, "/api/jobs", bearer: token)).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(http, "/healthz")).ShouldNotBe(HttpStatusCode.Unauthorized, "a probe of the service has no token");
    }

    [Fact]
    public async Task Page_WithoutTheToken_IsAFormThatTakesIt()
    {
        await using var server = await StartAsync(new AccessToken(Token, "test"), "0.0.0.0:0");
        using var http = Client(server);

        using var form = await http.GetAsync(new Uri("/", UriKind.Relative));
        form.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await form.Content.ReadAsStringAsync()).ShouldContain("""<form method="post" action="login">""");
        (await StatusAsync(http, "/page.css")).ShouldBe(HttpStatusCode.OK);

        using var wrong = await http.PostAsync(new Uri("/login", UriKind.Relative), Form("wrong"));
        wrong.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await wrong.Content.ReadAsStringAsync()).ShouldContain("That is not the token.");
        wrong.Headers.Contains("Set-Cookie").ShouldBeFalse();

        using var right = await http.PostAsync(new Uri("/login", UriKind.Relative), Form(Token));
        right.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        var cookie = right.Headers.GetValues("Set-Cookie").ShouldHaveSingleItem();
        cookie.ShouldStartWith($"videostyle-{http.BaseAddress!.Port}=");
        cookie.ShouldContain("httponly", Case.Insensitive);
        cookie.ShouldContain("samesite=strict", Case.Insensitive);
        cookie.ShouldNotContain(Token);
        (await StatusAsync(http, "/api/jobs")).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(http, "/")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Page_TwoWatchersOnOneHost_KeepTheirCookiesApart()
    {
        await using var first = await StartAsync(new AccessToken("the first token", "test"), "0.0.0.0:0");
        await using var second = await StartAsync(new AccessToken("the second token", "test"), "0.0.0.0:0");
        CookieContainer cookies = new();
        using HttpClient browser = new(new HttpClientHandler { CookieContainer = cookies, AllowAutoRedirect = false });
        foreach (var (server, token) in new[] { (first, "the first token"), (second, "the second token") })
            (await browser.PostAsync(new Uri(Local(server), "/login"), Form(token))).StatusCode.ShouldBe(HttpStatusCode.SeeOther);

        foreach (var server in new[] { first, second })
            (await browser.GetAsync(new Uri(Local(server), "/api/jobs"))).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Jobs_OnThePage_StandInTheOrderInWhichTheyAreTaken()
    {
        foreach (var (name, modified) in new[] { ("late.mp4", 3), ("early.mp4", 1), ("middle.mp4", 2) })
            _store.Offer(name, "mosaic", name, new FileStamp(1, modified, 1, 1), new StylerOptions());
        await using var server = await StartAsync(token: null, "127.0.0.1:0");
        using var http = Client(server);

        var jobs = (await JsonAsync(http, "/api/jobs")).GetProperty("jobs").EnumerateArray().Select(job => job.GetProperty("source").GetString());

        jobs.ShouldBe(["early.mp4", "middle.mp4", "late.mp4"]);
        _store.Claim("me", JobOrder.Oldest, TimeSpan.FromDays(1))!.Path.ShouldBe("early.mp4");
    }

    [Fact]
    public async Task Jobs_MoreThanAPage_AreCountedAndCanAllBeReached()
    {
        _store.Reject("old.mp4", "mosaic", "failed long ago");
        _store.Batch(() =>
        {
            for (var i = 0; i < 450; i++)
                _store.Offer($"{i}.mp4", "mosaic", $"{i}.mp4", new FileStamp(1, i, 1, 1), new StylerOptions());
        });
        await using var server = await StartAsync(token: null, "127.0.0.1:0");
        using var http = Client(server);

        var first = await JsonAsync(http, "/api/jobs");
        (first.GetProperty("total").GetInt32(), first.GetProperty("jobs").GetArrayLength()).ShouldBe((451, 200));
        (await JsonAsync(http, "/api/jobs?count=600")).GetProperty("jobs").GetArrayLength().ShouldBe(451);
        var failed = await JsonAsync(http, "/api/jobs?state=quarantined");
        failed.GetProperty("jobs").EnumerateArray().ShouldHaveSingleItem().GetProperty("source").GetString().ShouldBe("old.mp4");
        (await StatusAsync(http, "/api/jobs?state=nonsense")).ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Change_ThatIsNotPossible_SaysWhy()
    {
        await using var server = await StartAsync(token: null, "127.0.0.1:0");
        using var http = Client(server);
        using HttpRequestMessage cancel = new(HttpMethod.Post, "/api/jobs/7/cancel") { Headers = { { Guard.ChangeHeader, "1" } } };

        using var answer = await http.SendAsync(cancel);

        answer.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await answer.Content.ReadAsStringAsync()).ShouldBe("Job 7 is over already, or there is no such job.");
    }

    [Fact]
    public async Task Jobs_NameWithControlCharacters_IsShownEscaped()
    {
        _store.Offer("a\e[31m\u202eb.mp4", "mosaic", "x", new FileStamp(1, 1, 1, 1), new StylerOptions());
        await using var server = await StartAsync(token: null, "127.0.0.1:0");
        using var http = Client(server);

        (await JsonAsync(http, "/api/jobs")).GetProperty("jobs")[0].GetProperty("name").GetString().ShouldBe("a\\x1b[31m\\u202eb.mp4");
    }

    private Task<PageServer> StartAsync(AccessToken? token, string address) =>
        WatchServer.StartAsync(address, token, _bench.Options, _store, _service, _bench.Events.Enqueue, CancellationToken.None);

    private static Uri Local(PageServer server) => new(server.Address.Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal));

    private static HttpClient Client(PageServer server) => new(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = Local(server) };

    private static FormUrlEncodedContent Form(string token) => new([KeyValuePair.Create("token", token)]);

    private static async Task<HttpStatusCode> StatusAsync(HttpClient http, string path, string? bearer = null)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, path);
        if (bearer is not null)
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {bearer}");
        using var answer = await http.SendAsync(request);
        return answer.StatusCode;
    }

    private static async Task<JsonElement> JsonAsync(HttpClient http, string path)
    {
        using var document = JsonDocument.Parse(await http.GetStringAsync(new Uri(path, UriKind.Relative)));
        return document.RootElement.Clone();
    }
}
