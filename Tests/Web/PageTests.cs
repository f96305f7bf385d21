using System.IO.Compression;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using CloudIa.Tests.Infrastructure;
using CloudIa.Tests.Login;
using CloudIa.Web;
using Microsoft.AspNetCore.Builder;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Web;

/// <summary>How the pages are served, by Api in Production.</summary>
public sealed partial class PageTests(StandInsFixture standIns) : IAsyncLifetime
{
    private TestAuthority _authority = null!;
    private WebApplication _app = null!;
    private HttpClient _client = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _authority = await TestAuthority.StartAsync();
        _app = await LoginHosts.StartAsync(standIns, new()
        {
            ["Login:Authority"] = _authority.Issuer,
            ["Login:Audiences:0"] = LoginHosts.Audience,
            ["Web:ClientId"] = "pages",
            ["Web:Scopes"] = "openid offline_access",
            ["Web:LoginOrigins:0"] = "https://tokens.example.com",
        });
        _client = LoginHosts.ClientOf(_app, token: null);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
        await _authority.DisposeAsync();
    }

    [Fact]
    public async Task The_page_is_asked_for_each_time_and_may_run_and_fetch_its_own_alone()
    {
        using var page = await _client.GetAsync("/", Token);

        page.StatusCode.ShouldBe(HttpStatusCode.OK);
        page.Content.Headers.ContentType!.ToString().ShouldBe("text/html; charset=utf-8");
        page.Headers.CacheControl!.ToString().ShouldBe("no-cache");
        var authority = new Uri(_authority.Issuer).GetLeftPart(UriPartial.Authority);
        page.Headers.GetValues("Content-Security-Policy").ShouldBe([
            $"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self' {authority} https://tokens.example.com; base-uri 'none'; form-action 'none'; "
            + "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types cloudia-markdown"]);
        page.Headers.GetValues("Cross-Origin-Opener-Policy").ShouldBe(["same-origin"]);
        page.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        page.Headers.GetValues("Referrer-Policy").ShouldBe(["no-referrer"]);
        var html = await page.Content.ReadAsStringAsync(Token);
        html.ShouldNotContain("<style");
        InlineScript().IsMatch(html).ShouldBeFalse();
    }

    [Fact]
    public async Task What_the_page_loads_is_there_and_kept_for_ever()
    {
        var html = await _client.GetStringAsync("/", Token);
        var assets = Asset().Matches(html).Select(x => x.Value).ToList();

        assets.ShouldContain(x => x.EndsWith(".js", StringComparison.Ordinal));
        assets.ShouldContain(x => x.EndsWith(".css", StringComparison.Ordinal));
        foreach (var asset in assets)
        {
            using var answer = await _client.GetAsync(asset, Token);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, asset);
            answer.Headers.CacheControl!.ToString().ShouldBe("public, max-age=31536000, immutable");
        }
    }

    [Theory]
    [InlineData("br", "br")]
    [InlineData("gzip", "gzip")]
    [InlineData("gzip, deflate, br, zstd", "br")]
    [InlineData("br;q=0, gzip", "gzip")]
    [InlineData("deflate", null)]
    public async Task A_browser_gets_the_smallest_form_that_it_takes_and_the_same_page(string accepted, string? encoding)
    {
        var plain = await _client.GetByteArrayAsync("/", Token);
        using var answer = await SendAsync("/", x => x.Headers.TryAddWithoutValidation("Accept-Encoding", accepted));

        answer.Content.Headers.ContentEncoding.SingleOrDefault().ShouldBe(encoding);
        answer.Headers.Vary.ShouldContain("Accept-Encoding");
        await using var body = await answer.Content.ReadAsStreamAsync(Token);
        await using Stream unpacked = encoding switch
        {
            "br" => new BrotliStream(body, CompressionMode.Decompress),
            "gzip" => new GZipStream(body, CompressionMode.Decompress),
            _ => body,
        };
        using var read = new MemoryStream();
        await unpacked.CopyToAsync(read, Token);
        read.ToArray().ShouldBe(plain);
    }

    [Fact]
    public async Task Who_has_the_page_is_told_that_it_is_the_same()
    {
        using var first = await SendAsync("/", x => x.Headers.AcceptEncoding.Add(new("br")));
        using var again = await SendAsync("/", x =>
        {
            x.Headers.AcceptEncoding.Add(new("br"));
            x.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        });
        using var otherForm = await SendAsync("/", x => x.Headers.IfNoneMatch.Add(first.Headers.ETag!));

        again.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        again.Headers.ETag.ShouldBe(first.Headers.ETag);
        otherForm.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_head_request_gets_the_headers_alone()
    {
        using var answer = await _client.SendAsync(new(HttpMethod.Head, "/"), Token);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentLength.ShouldNotBeNull().ShouldBeGreaterThan(0);
        (await answer.Content.ReadAsByteArrayAsync(Token)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/nope")]
    [InlineData("/index.html")]
    [InlineData("/assets/nope.js")]
    [InlineData("/assets/..%2findex.html")]
    [InlineData("/chat/nope")]
    [InlineData("/web")]
    public async Task What_there_is_not_is_a_problem_and_not_the_page(string path)
    {
        using var answer = await _client.GetAsync(path, Token);

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
    }

    [Fact]
    public async Task The_page_is_told_how_to_log_in()
    {
        using var answer = await _client.GetAsync("/web/config", Token);
        var config = JsonElement.Parse(await answer.Content.ReadAsStringAsync(Token)).GetProperty("login");

        config.GetProperty("authority").GetString().ShouldBe(_authority.Issuer);
        config.GetProperty("clientId").GetString().ShouldBe("pages");
        config.GetProperty("scopes").GetString().ShouldBe("openid offline_access");
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
    }

    [Theory]
    [InlineData("https://login.example.com", true)]
    [InlineData("https://login.example.com/", false)]
    [InlineData("https://login.example.com; script-src *", false)]
    [InlineData("*", false)]
    public void What_stands_in_the_policy_is_an_origin(string origin, bool valid)
    {
        var options = new WebOptions { LoginOrigins = { origin } };

        options.Validate(new(options)).Count().ShouldBe(valid ? 0 : 1);
    }

    private Task<HttpResponseMessage> SendAsync(string path, Action<HttpRequestMessage> change)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        change(request);
        return _client.SendAsync(request, Token);
    }

    [GeneratedRegex("/assets/[^\"]+")]
    private static partial Regex Asset();

    [GeneratedRegex("<script(?![^>]* src=)|style=| on[a-z]+=")]
    private static partial Regex InlineScript();
}
