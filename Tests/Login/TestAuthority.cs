using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace CloudIa.Tests.Login;

/// <summary>An OIDC authority on this machine: metadata and keys over real HTTP.</summary>
internal sealed class TestAuthority : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, TestKey> _published = new();
    private readonly ConcurrentDictionary<string, string> _codes = new();
    private WebApplication _app = null!;
    private int _asked;

    /// <summary>Who logs in with a browser.</summary>
    public const string BrowserUser = "bea";

    public TestKey Rsa { get; } = TestKey.OfRsa("rsa-1");

    public TestKey P256 { get; } = TestKey.OfEc("ec-256", ECCurve.NamedCurves.nistP256, "ES256");

    public TestKey P384 { get; } = TestKey.OfEc("ec-384", ECCurve.NamedCurves.nistP384, "ES384");

    public TestKey P521 { get; } = TestKey.OfEc("ec-521", ECCurve.NamedCurves.nistP521, "ES512");

    public string Issuer { get; private set; } = "";

    /// <summary>How often its keys were asked for.</summary>
    public int Asked => Volatile.Read(ref _asked);

    /// <summary>What it answers instead; 0: what it should.</summary>
    public int FailsWith { get; set; }

    /// <summary>Set while it is to answer nobody.</summary>
    public TaskCompletionSource? Hangs { get; set; }

    public static async Task<TestAuthority> StartAsync()
    {
        var authority = new TestAuthority();
        authority.Publish(authority.Rsa, authority.P256, authority.P384, authority.P521);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = Environments.Production });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        authority._app = builder.Build();
        // Pages of other origins ask it.
        authority._app.Use((context, next) =>
        {
            context.Response.Headers.AccessControlAllowOrigin = "*";
            return next();
        });
        authority._app.MapGet("/pool/authorize", authority.Authorize);
        authority._app.MapPost("/pool/token", authority.ExchangeAsync);
        authority._app.MapGet("/pool/.well-known/openid-configuration", () => authority.AnswerAsync(() => new
        {
            issuer = authority.Issuer,
            jwks_uri = $"{authority.Issuer}/keys",
            authorization_endpoint = $"{authority.Issuer}/authorize",
            token_endpoint = $"{authority.Issuer}/token",
            id_token_signing_alg_values_supported = new[] { "RS256", "HS256", "none" },
        }));
        authority._app.MapGet("/pool/keys", () =>
        {
            Interlocked.Increment(ref authority._asked);
            return authority.AnswerAsync(() => new { keys = authority._published.Values.Select(x => x.Jwk) });
        });
        await authority._app.StartAsync(TestContext.Current.CancellationToken);
        authority.Issuer = $"{authority._app.Urls.Single()}/pool";
        return authority;
    }

    public void Publish(params TestKey[] keys)
    {
        foreach (var key in keys)
            _published[key.Id] = key;
    }

    public void Withdraw(TestKey key) => _published.TryRemove(key.Id, out _);

    /// <summary>A token of a user, good for an hour.</summary>
    /// <param name="change">Claims to add, to change, or (with null) to leave out.</param>
    public string Token(string user, Action<Dictionary<string, object?>>? change = null, TestKey? key = null, string? algorithm = null, Action<Dictionary<string, object?>>? header = null) =>
        TestToken.Sign(Claims(user, change), key ?? Rsa, algorithm, header);

    public Dictionary<string, object?> Claims(string user, Action<Dictionary<string, object?>>? change = null)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var claims = new Dictionary<string, object?>
        {
            ["iss"] = Issuer,
            ["aud"] = LoginHosts.Audience,
            ["sub"] = user,
            ["iat"] = now,
            ["nbf"] = now - 1,
            ["exp"] = now + 3600,
        };
        change?.Invoke(claims);
        return claims;
    }

    /// <summary>Asks nobody for a password: sends the browser back with a code.</summary>
    private IResult Authorize(HttpRequest request)
    {
        var code = RandomNumberGenerator.GetHexString(32);
        _codes[code] = $"{request.Query["client_id"]} {request.Query["code_challenge_method"]} {request.Query["code_challenge"]}";
        return Results.Redirect($"{request.Query["redirect_uri"]}?code={code}&state={request.Query["state"]}");
    }

    /// <summary>A code is good once, for the client that asked, and with its verifier (RFC 7636).</summary>
    private async Task<IResult> ExchangeAsync(HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString())));
        if (!_codes.TryRemove(form["code"].ToString(), out var asked) || asked != $"{form["client_id"]} S256 {challenge}")
            return Results.BadRequest(new { error = "invalid_grant" });

        return Results.Json(new
        {
            access_token = Token(BrowserUser),
            id_token = Token(BrowserUser, claims => claims["aud"] = form["client_id"].ToString()),
            token_type = "Bearer",
            expires_in = 3600,
            scope = "openid",
        });
    }

    public async ValueTask DisposeAsync()
    {
        Hangs?.TrySetResult();
        await _app.DisposeAsync();
        foreach (var key in new[] { Rsa, P256, P384, P521 })
            key.Dispose();
    }

    private async Task<IResult> AnswerAsync(Func<object> answer)
    {
        if (Hangs is { } hangs)
            await hangs.Task;
        return FailsWith > 0 ? Results.StatusCode(FailsWith) : Results.Json(answer());
    }
}
