using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using CloudIa.ServiceDefaults.Login;
using CloudIa.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Login;

/// <summary>What gets in, and as whom.</summary>
public sealed class GoodTokenTests(LoginHosts hosts, StandInsFixture standIns) : IClassFixture<LoginHosts>
{
    private readonly string _user = standIns.UniqueName("user");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private TestAuthority Authority => hosts.Authority;

    public static TheoryData<string> Algorithms => [.. TestToken.Algorithms];

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task One_signed_by_each_asymmetric_algorithm_gets_in(string algorithm) =>
        (await StatusAsync(Authority.Token(_user, key: Authority.KeyFor(algorithm), algorithm: algorithm))).ShouldBe(HttpStatusCode.OK);

    [Theory]
    [InlineData("JWT")]
    [InlineData("jwt")]
    [InlineData("at+jwt")]
    [InlineData("application/at+jwt")]
    [InlineData(null)]
    public async Task An_access_token_may_say_so_or_nothing(string? type) => (await StatusAsync(Authority.Token(_user, header: h => h["typ"] = type))).ShouldBe(HttpStatusCode.OK);

    [Fact]
    public async Task Clocks_may_differ_by_half_a_minute()
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

        (await StatusAsync(Authority.Token(_user, c => (c["nbf"], c["iat"], c["exp"]) = (null, null, now - 5)))).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(Authority.Token(_user, c => (c["nbf"], c["iat"]) = (now + 15, now + 15)))).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task One_of_several_audiences_is_enough() =>
        (await StatusAsync(Authority.Token(_user, c => c["aud"] = new[] { "other", LoginHosts.Audience }))).ShouldBe(HttpStatusCode.OK);

    [Theory]
    [InlineData(253_402_300_799)]
    [InlineData(99_999_999_999_999)]
    public async Task An_end_at_the_end_of_time_is_no_fault_of_ours(long exp) => ((int)await StatusAsync(Authority.Token(_user, c => c["exp"] = exp))).ShouldBeLessThan(500);

    [Fact]
    public async Task A_user_may_have_a_name_in_any_letters()
    {
        var name = $"ана 🔑 {_user}|auth0#1/../x";
        using var client = hosts.Client(Authority.Token(name));
        var made = await client.PostAsJsonAsync("/chat", new { message = "hello" }, Token);
        made.StatusCode.ShouldBe(HttpStatusCode.Accepted);

        var chats = await client.GetFromJsonAsync<JsonElement>("/chats", Token);

        chats.GetProperty("items").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Two_users_whose_names_differ_in_case_are_two()
    {
        using var one = hosts.Client(Authority.Token(_user));
        using var other = hosts.Client(Authority.Token(_user.ToUpperInvariant()));
        await one.PostAsJsonAsync("/chat", new { message = "hello" }, Token);

        (await other.GetFromJsonAsync<JsonElement>("/chats", Token)).GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Cognitos_access_tokens_get_in_by_their_client()
    {
        await using var app = await LoginHosts.StartAsync(standIns, new()
        {
            ["Login:Authority"] = Authority.Issuer,
            ["Login:ClientIds:0"] = "a-client",
            ["Login:RoleClaim"] = "cognito:groups",
            ["Login:OperatorRole"] = "ops",
        }, map: WhoAmI);
        string Cognito(string client, string use, object? audience = null, params string[] groups) => Authority.Token(
            _user, c => (c["aud"], c["client_id"], c["token_use"], c["cognito:groups"]) = (audience, client, use, groups), header: h => h["typ"] = null);

        (await WhoAsync(app, Cognito("a-client", "access", null, "ops", "other"))).ShouldBe($"{_user}|operator");
        (await WhoAsync(app, Cognito("a-client", "access"))).ShouldBe($"{_user}|");
        (await WhoAsync(app, Cognito("another-client", "access"))).ShouldBe("401");
        (await WhoAsync(app, Cognito("a-client", "id"))).ShouldBe("401");
        (await WhoAsync(app, Cognito("a-client", "access", "a-client"))).ShouldBe("401", "an audience that is named must be ours");
    }

    [Fact]
    public async Task Claims_can_have_other_names_and_lie_in_objects()
    {
        await using var app = await LoginHosts.StartAsync(standIns, new()
        {
            ["Login:Authority"] = Authority.Issuer,
            ["Login:Issuer"] = "https://public.example/pool",
            ["Login:Audiences:0"] = LoginHosts.Audience,
            ["Login:UserClaim"] = "oid",
            ["Login:RoleClaim"] = "realm_access.roles",
        }, map: WhoAmI);
        string Keycloak(string? issuer, object? access) => Authority.Token("sub", c => (c["iss"], c["oid"], c["realm_access"]) = (issuer, _user, access));

        (await WhoAsync(app, Keycloak("https://public.example/pool", new { roles = new[] { "operator", "reader" } }))).ShouldBe($"{_user}|operator,reader");
        (await WhoAsync(app, Keycloak("https://public.example/pool", new { roles = "reader" }))).ShouldBe($"{_user}|reader");
        (await WhoAsync(app, Keycloak("https://public.example/pool", "operator"))).ShouldBe($"{_user}|");
        (await WhoAsync(app, Keycloak("https://public.example/pool", new { roles = new[] { "OPERATOR", "operator " } }))).ShouldBe($"{_user}|");
        (await WhoAsync(app, Keycloak(Authority.Issuer, null))).ShouldBe("401", "what is set takes the place of what the metadata says");
    }

    [Fact]
    public async Task With_an_authority_nobody_is_local_in_Development_either()
    {
        await using var app = await LoginHosts.StartAsync(
            standIns, new() { ["Login:Authority"] = Authority.Issuer, ["Login:Audiences:0"] = LoginHosts.Audience }, environment: "Development", map: WhoAmI);
        using var client = LoginHosts.ClientOf(app, null);
        client.DefaultRequestHeaders.Add("X-Dev-User", "ana");
        client.DefaultRequestHeaders.Add("X-Dev-Role", "operator");

        (await client.GetAsync(new Uri("/who", UriKind.Relative), Token)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await WhoAsync(app, Authority.Token(_user))).ShouldBe($"{_user}|");
    }

    internal static void WhoAmI(WebApplication app) => app.MapGet("/who", (HttpContext http) =>
        $"{http.User.UserId()}|{string.Join(',', http.User.Claims.Where(x => x.Type == "role").Select(x => x.Value))}").RequireAuthorization();

    internal static async Task<string> WhoAsync(WebApplication app, string? token)
    {
        using var client = LoginHosts.ClientOf(app, token);
        using var response = await client.GetAsync(new Uri("/who", UriKind.Relative), Token);
        return response.IsSuccessStatusCode ? await response.Content.ReadAsStringAsync(Token) : ((int)response.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    private async Task<HttpStatusCode> StatusAsync(string token)
    {
        using var client = hosts.Client(token);
        return (await client.GetAsync(new Uri("/chats", UriKind.Relative), Token)).StatusCode;
    }
}
