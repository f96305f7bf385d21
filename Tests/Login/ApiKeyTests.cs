using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using CloudIa.Store;
using CloudIa.Tests.Api;
using CloudIa.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Login;

/// <summary>API keys over HTTP, with the real table.</summary>
public sealed class ApiKeyTests(LoginHosts hosts, StandInsFixture standIns) : IClassFixture<LoginHosts>
{
    private readonly string _user = standIns.UniqueName("user");

    private static readonly Uri Keys = new("/me/keys", UriKind.Relative);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private HttpClient Person => hosts.Client(hosts.Authority.Token(_user));

    [Fact]
    public async Task A_key_is_shown_once_and_only_its_digest_is_kept()
    {
        using var response = await Person.PostAsJsonAsync(Keys, new { name = "laptop" }, Token);

        response.StatusCode.ShouldBe(HttpStatusCode.Created);
        response.Headers.CacheControl!.NoStore.ShouldBeTrue();
        var made = await response.Content.ReadFromJsonAsync<JsonElement>(Token);
        var key = made.GetProperty("key").GetString()!;
        key.ShouldStartWith(made.GetProperty("begins").GetString()!);
        var secret = key[^43..];
        var list = await Person.GetStringAsync(Keys, Token);
        list.ShouldContain(made.GetProperty("keyId").GetGuid().ToString());
        list.ShouldNotContain(secret);
        var record = (await hosts.Services.GetRequiredService<IApiKeyStore>().FindAsync(made.GetProperty("keyId").GetGuid(), Token)).ShouldNotBeNull();
        record.ToString().ShouldNotContain(secret);
        record.UserId.ShouldBe(_user);
        record.Hash.Length.ShouldBe(64);
    }

    [Fact]
    public async Task A_key_is_its_user_on_every_endpoint_of_theirs()
    {
        var (_, key) = await MakeAsync();
        using var program = hosts.Client(key);

        (await program.PostAsJsonAsync("/chat", new { message = "hello" }, Token)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await program.GetAsync(new Uri("/v1/models", UriKind.Relative), Token)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await Person.GetFromJsonAsync<JsonElement>("/chats", Token)).GetProperty("items").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task A_key_manages_no_keys_takes_nothing_away_deletes_nothing_and_operates_nothing()
    {
        var (id, key) = await MakeAsync();
        using var program = hosts.Client(key);

        foreach (var response in new[] { await program.PostAsJsonAsync(Keys, new { name = "more" }, Token), await program.GetAsync(Keys, Token), await program.DeleteAsync(new Uri($"/me/keys/{id}", UriKind.Relative), Token),
            await program.DeleteAsync(new Uri("/me", UriKind.Relative), Token), await program.GetAsync(new Uri("/me/export", UriKind.Relative), Token) })
            await SubmitTests.ShouldBeProblemAsync(response, HttpStatusCode.Forbidden, "forbidden");
        (await Person.GetFromJsonAsync<JsonElement>("/me/keys", Token)).GetProperty("items").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task A_revoked_key_is_none_and_so_is_one_that_expired()
    {
        await using var app = await LoginHosts.StartAsync(
            standIns, new() { ["Login:Authority"] = hosts.Authority.Issuer, ["Login:Audiences:0"] = LoginHosts.Audience, ["Login:KeyCacheFor"] = "00:00:00" }, map: GoodTokenTests.WhoAmI);
        using var person = LoginHosts.ClientOf(app, hosts.Authority.Token(_user));
        var (id, key) = await MakeAsync(person);
        (await GoodTokenTests.WhoAsync(app, key)).ShouldBe($"{_user}|");

        (await person.DeleteAsync(new Uri($"/me/keys/{id}", UriKind.Relative), Token)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await person.DeleteAsync(new Uri($"/me/keys/{id}", UriKind.Relative), Token)).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        (await GoodTokenTests.WhoAsync(app, key)).ShouldBe("401");
        var (_, brief) = await MakeAsync(person, TimeProvider.System.GetUtcNow().AddSeconds(2));
        await Eventually.Is(async () => await GoodTokenTests.WhoAsync(app, brief) == "401", "the key has expired");
    }

    [Fact]
    public async Task Another_users_key_is_not_revoked()
    {
        var (id, key) = await MakeAsync();
        using var other = hosts.Client(hosts.Authority.Token(_user + "-x"));

        (await other.DeleteAsync(new Uri($"/me/keys/{id}", UriKind.Relative), Token)).StatusCode.ShouldBe(HttpStatusCode.NoContent, "as for one that is not there");

        (await hosts.Services.GetRequiredService<IApiKeyStore>().FindAsync(id, Token)).ShouldNotBeNull();
        using var program = hosts.Client(key);
        (await program.GetAsync(new Uri("/chats", UriKind.Relative), Token)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_user_can_have_ten()
    {
        for (var n = 0; n < 10; n++)
            await MakeAsync();

        await SubmitTests.ShouldBeProblemAsync(await Person.PostAsJsonAsync(Keys, new { name = "more" }, Token), HttpStatusCode.Conflict, "too-many-api-keys");
    }

    [Fact]
    public async Task The_use_of_a_key_is_seen_in_the_list()
    {
        var (_, key) = await MakeAsync();
        using var program = hosts.Client(key);
        await program.GetAsync(new Uri("/chats", UriKind.Relative), Token);

        await Eventually.Is(async () => (await Person.GetFromJsonAsync<JsonElement>("/me/keys", Token)).GetProperty("items")[0].GetProperty("lastUsedAt").ValueKind == JsonValueKind.String, "its use is noted");
    }

    [Theory]
    [InlineData("{}", "name")]
    [InlineData("""{"name":""}""", "name")]
    [InlineData("""{"name":" "}""", "name")]
    [InlineData("""{"name":7}""", "name")]
    [InlineData("""{"name":"a\nb"}""", "name")]
    [InlineData("""{"name":"a","name":"b"}""", "name")]
    [InlineData("""{"name":"a","expiresAt":"tomorrow"}""", "expiresAt")]
    [InlineData("""{"name":"a","expiresAt":"2020-01-01T00:00:00Z"}""", "expiresAt")]
    [InlineData("""{"name":"a","expiresAt":1}""", "expiresAt")]
    [InlineData("""{"name":"a","role":"operator"}""", "role")]
    [InlineData("""{"name":"\ud800"}""", "$")]
    [InlineData("[]", "$")]
    [InlineData("", "$")]
    public async Task What_is_wrong_is_named(string body, string field)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");

        var problem = await SubmitTests.ShouldBeProblemAsync(await Person.PostAsync(Keys, content, Token), HttpStatusCode.BadRequest, "invalid-request");

        problem.GetProperty("errors").EnumerateObject().Select(x => x.Name).ShouldBe([field]);
    }

    [Fact]
    public async Task On_the_door_a_key_that_is_not_right_is_refused_in_OpenAIs_words()
    {
        using var program = hosts.Client("cia_nothing");
        using var response = await program.GetAsync(new Uri("/v1/models", UriKind.Relative), Token);

        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        response.Headers.WwwAuthenticate.ShouldHaveSingleItem().Scheme.ShouldBe("Bearer");
        (await response.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("error").GetProperty("code").GetString().ShouldBe("invalid_api_key");
    }

    [Fact]
    public async Task Without_the_store_nobody_knows_whose_a_key_is_and_a_token_is_good_all_the_same()
    {
        await using var app = await StartWithoutStoreAsync();

        (await GoodTokenTests.WhoAsync(app, $"cia_{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}_{new string('A', 43)}")).ShouldBe("503");
        (await GoodTokenTests.WhoAsync(app, "cia_nothing")).ShouldBe("401");
        (await GoodTokenTests.WhoAsync(app, hosts.Authority.Token(_user))).ShouldBe($"{_user}|");
    }

    private async Task<Microsoft.AspNetCore.Builder.WebApplication> StartWithoutStoreAsync()
    {
        var store = NSubstitute.Substitute.For<IApiKeyStore>();
        NSubstitute.SubstituteExtensions.Returns(store.FindAsync(NSubstitute.Arg.Any<Guid>(), NSubstitute.Arg.Any<CancellationToken>()), Task.FromException<ApiKeyRecord?>(new TimeoutException()));
        return await LoginHosts.StartAsync(
            standIns, new() { ["Login:Authority"] = hosts.Authority.Issuer, ["Login:Audiences:0"] = LoginHosts.Audience }, change: builder => builder.Services.AddSingleton(store), map: GoodTokenTests.WhoAmI);
    }

    private Task<(Guid Id, string Key)> MakeAsync() => MakeAsync(Person);

    internal static async Task<(Guid Id, string Key)> MakeAsync(HttpClient person, DateTimeOffset? expiresAt = null)
    {
        using var response = await person.PostAsJsonAsync(Keys, new { name = "laptop", expiresAt }, Token);
        response.StatusCode.ShouldBe(HttpStatusCode.Created);
        var made = await response.Content.ReadFromJsonAsync<JsonElement>(Token);
        return (made.GetProperty("keyId").GetGuid(), made.GetProperty("key").GetString()!);
    }
}
