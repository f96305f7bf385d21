using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using CloudIa.ServiceDefaults.Browsers;
using CloudIa.Tests.Infrastructure;
using CloudIa.Tests.Login;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.ServiceDefaults;

/// <summary>What browsers are told, by Api and Notifier in Production.</summary>
public sealed class BrowserTests(StandInsFixture standIns) : IAsyncLifetime
{
    private const string Page = "https://chat.example.com";
    private const string Stranger = "https://evil.example.com";
    private TestAuthority _authority = null!;
    private WebApplication _app = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _authority = await TestAuthority.StartAsync();
        _app = await LoginHosts.StartAsync(
            standIns,
            new() { ["Login:Authority"] = _authority.Issuer, ["Login:Audiences:0"] = LoginHosts.Audience, ["Cors:AllowedOrigins:0"] = Page, ["AllowedHosts"] = "*" },
            change: builder => builder.Services.Insert(0, ServiceDescriptor.Singleton<IStartupFilter>(new BehindProxy())),
            map: app =>
            {
                app.MapGet("/throws", IResult () => throw new InvalidOperationException("secret-of-the-exception"));
                app.MapGet("/page", (HttpResponse response) => response.Headers.ContentSecurityPolicy = "default-src 'self'");
            });
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _authority.DisposeAsync();
    }

    [Theory]
    [InlineData("GET", "/chats", 200)]
    [InlineData("GET", "/openapi/v1.json", 200)]
    [InlineData("GET", "/health/live", 200)]
    [InlineData("POST", "/ws/ticket", 201)]
    [InlineData("POST", "/hub/negotiate?negotiateVersion=1", 200)]
    [InlineData("POST", "/chat", 400)]
    [InlineData("POST", "/v1/chat/completions", 400)]
    [InlineData("GET", "/ws", 400)]
    [InlineData("GET", "/no/such/path", 404)]
    [InlineData("DELETE", "/chats", 405)]
    [InlineData("GET", "/throws", 500)]
    [InlineData("GET", "/chats", 401)]
    public async Task Every_answer_has_the_security_headers_and_no_word_of_the_server_or_of_what_went_wrong(string method, string path, int status)
    {
        using var client = LoginHosts.ClientOf(_app, status == 401 ? null : _authority.Token("ana"));
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (method == "POST")
            request.Content = new StringContent("{not json", Encoding.UTF8, "application/json");

        using var answer = await client.SendAsync(request, Token);

        ((int)answer.StatusCode).ShouldBe(status);
        answer.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        answer.Headers.GetValues("Referrer-Policy").ShouldBe(["no-referrer"]);
        answer.Headers.GetValues("Cross-Origin-Resource-Policy").ShouldBe(["same-origin"]);
        answer.Headers.GetValues("Content-Security-Policy").ShouldBe(["default-src 'none'; frame-ancestors 'none'"]);
        answer.Headers.CacheControl.ShouldNotBeNull().NoStore.ShouldBeTrue();
        answer.Headers.Contains("Server").ShouldBeFalse();
        var body = await answer.Content.ReadAsStringAsync(Token);
        body.ShouldNotContain("secret-of-the-exception");
        body.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task A_page_says_itself_what_it_may_load()
    {
        using var answer = await LoginHosts.ClientOf(_app, token: null).GetAsync("/page", Token);

        answer.Headers.GetValues("Content-Security-Policy").ShouldBe(["default-src 'self'"]);
    }

    [Fact]
    public async Task Over_https_browsers_are_told_to_stay_there()
    {
        using var client = LoginHosts.ClientOf(_app, token: null);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/health/live") { Headers = { Host = "api.example.com" } };
        request.Headers.Add("X-Forwarded-Proto", "https");

        using var secure = await client.SendAsync(request, Token);
        using var plain = await client.GetAsync("/health/live", Token);

        secure.Headers.GetValues("Strict-Transport-Security").ShouldBe(["max-age=31536000"]);
        plain.Headers.Contains("Strict-Transport-Security").ShouldBeFalse();
    }

    [Theory]
    [InlineData("/chat")]
    [InlineData("/ws/ticket")]
    [InlineData("/v1/chat/completions")]
    [InlineData("/hub/negotiate?negotiateVersion=1")]
    public async Task A_page_of_an_allowed_origin_may_ask_and_reads_refusals_too(string path)
    {
        using var client = LoginHosts.ClientOf(_app, token: null);
        using var preflight = await client.SendAsync(Preflight(path, Page.ToUpperInvariant()), Token);

        preflight.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        preflight.Headers.GetValues("Access-Control-Allow-Origin").ShouldBe([Page.ToUpperInvariant()]);
        preflight.Headers.GetValues("Access-Control-Allow-Headers").ShouldBe(["authorization,idempotency-key"]);
        preflight.Headers.GetValues("Access-Control-Max-Age").ShouldBe(["600"]);

        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Headers = { { "Origin", Page } } };
        using var refused = await client.SendAsync(request, Token);

        refused.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        refused.Headers.GetValues("Access-Control-Allow-Origin").ShouldBe([Page]);
        refused.Headers.GetValues("Access-Control-Expose-Headers").Single().Split(',').ShouldBe(
            ["Location", "Retry-After", "WWW-Authenticate", "Preference-Applied", "RateLimit", "RateLimit-Policy", "x-should-retry"]);
        refused.Headers.Vary.ShouldContain("Origin");
    }

    [Theory]
    [InlineData(Stranger)]
    [InlineData("null")]
    [InlineData("https://chat.example.com.evil.example.com")]
    [InlineData("http://chat.example.com")]
    public async Task A_page_of_another_origin_is_allowed_nothing(string origin)
    {
        using var client = LoginHosts.ClientOf(_app, _authority.Token("ana"));
        using var preflight = await client.SendAsync(Preflight("/chat", origin), Token);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/chats") { Headers = { { "Origin", origin } } };
        using var answer = await client.SendAsync(request, Token);

        foreach (var headers in (HttpResponseHeaders[])[preflight.Headers, answer.Headers])
        {
            headers.Where(x => x.Key.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase)).ShouldBeEmpty();
        }
    }

    [Theory]
    [InlineData("https://chat.example.com", true)]
    [InlineData("http://localhost:5173", true)]
    [InlineData("https://chat.example.com/", false)]
    [InlineData("chat.example.com", false)]
    [InlineData("*", false)]
    [InlineData("ws://chat.example.com", false)]
    public void An_origin_is_scheme_host_and_port(string origin, bool valid)
    {
        var options = new OriginOptions { AllowedOrigins = { origin } };

        options.Validate(new ValidationContext(options)).Count().ShouldBe(valid ? 0 : 1);
    }

    private static HttpRequestMessage Preflight(string path, string origin) => new(HttpMethod.Options, path)
    {
        Headers = { { "Origin", origin }, { "Access-Control-Request-Method", "POST" }, { "Access-Control-Request-Headers", "authorization,idempotency-key" } },
    };

    /// <summary>As ASP.NET's own, which ASPNETCORE_FORWARDEDHEADERS_ENABLED turns on.</summary>
    private sealed class BehindProxy : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(after => context =>
            {
                if (context.Request.Headers["X-Forwarded-Proto"] == "https")
                    context.Request.Scheme = "https";
                return after(context);
            });
            next(app);
        };
    }
}
