using System.Net;
using System.Text.Json;
using CloudIa.ServiceDefaults.Login;
using CloudIa.ServiceDefaults.Login.Jwt;
using CloudIa.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Login;

/// <summary>An authority that changes its keys, is away, or is slow.</summary>
public sealed class AuthorityTests(StandInsFixture standIns) : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private TestAuthority _authority = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _authority = await TestAuthority.StartAsync();

    public async ValueTask DisposeAsync() => await _authority.DisposeAsync();

    [Fact]
    public async Task A_new_key_is_known_with_its_first_token()
    {
        await using var app = await StartAsync();
        (await GoodTokenTests.WhoAsync(app, _authority.Token("ana"))).ShouldBe("ana|");
        using var next = TestKey.OfRsa("rsa-2");
        _authority.Publish(next);

        (await GoodTokenTests.WhoAsync(app, _authority.Token("ana", key: next))).ShouldBe("ana|");

        (await GoodTokenTests.WhoAsync(app, _authority.Token("ana"))).ShouldBe("ana|", "the old one is still published");
        _authority.Asked.ShouldBe(2);
    }

    [Fact]
    public async Task Keys_that_nobody_knows_do_not_make_it_ask_all_the_time_and_a_new_one_is_known_in_half_a_minute()
    {
        using var keys = Keys();
        for (var n = 0; n < 50; n++)
            await keys.LookForAsync($"unknown-{n}", Token);
        _authority.Asked.ShouldBe(2, "at first, and for the first one that was not known");
        using var next = TestKey.OfRsa("rsa-2");
        _authority.Publish(next);

        await keys.LookForAsync(next.Id, Token);
        keys.Current!.SigningKeys.ShouldNotContain(x => x.KeyId == next.Id);
        _time.Advance(AuthorityKeys.UnknownKeyPause);
        await keys.LookForAsync(next.Id, Token);

        keys.Current!.SigningKeys.ShouldContain(x => x.KeyId == next.Id);
        _authority.Asked.ShouldBe(3);
    }

    [Fact]
    public async Task A_key_that_was_withdrawn_is_known_as_such_within_the_hour()
    {
        using var keys = Keys();
        await keys.LookForAsync(_authority.P384.Id, Token);
        _authority.Withdraw(_authority.P384);
        _time.Advance(AuthorityKeys.ReadAgainAfter - TimeSpan.FromSeconds(1));
        await keys.GetConfigurationAsync(Token);
        keys.Current!.SigningKeys.ShouldContain(x => x.KeyId == _authority.P384.Id);

        _time.Advance(TimeSpan.FromSeconds(1));
        await keys.LookForAsync(_authority.P384.Id, Token);

        keys.Current!.SigningKeys.ShouldNotContain(x => x.KeyId == _authority.P384.Id, "the first request after the hour waits for the keys of now");
    }

    [Fact]
    public async Task Of_many_who_come_after_the_hour_none_goes_by_the_old_keys_and_one_asks()
    {
        using var keys = Keys();
        await keys.LookForAsync(_authority.Rsa.Id, Token);
        _authority.Withdraw(_authority.P384);
        _authority.Hangs = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _time.Advance(TimeSpan.FromDays(2));

        var waiting = Enumerable.Range(0, 100).Select(_ => keys.GetConfigurationAsync(Token)).ToList();
        waiting.ShouldAllBe(x => !x.IsCompleted);
        _authority.Hangs.SetResult();
        _authority.Hangs = null;

        (await Task.WhenAll(waiting)).ShouldAllBe(x => x.SigningKeys.Count == 3);
        _authority.Asked.ShouldBe(2);
    }

    [Fact]
    public async Task After_the_hour_an_authority_that_hangs_is_waited_for_once_in_a_pause()
    {
        using var keys = Keys(x => x.AuthorityTimeout = TimeSpan.FromSeconds(1));
        await keys.GetConfigurationAsync(Token);
        _authority.Hangs = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _time.Advance(AuthorityKeys.ReadAgainAfter);

        (await keys.GetConfigurationAsync(Token)).SigningKeys.Count.ShouldBe(4, "the old ones, when its time is over");
        keys.GetConfigurationAsync(Token).IsCompletedSuccessfully.ShouldBeTrue("within the pause nobody waits");

        _authority.Hangs.SetResult();
        _authority.Hangs = null;
        _authority.Withdraw(_authority.P384);
        _time.Advance(AuthorityKeys.FailurePause);
        (await keys.GetConfigurationAsync(Token)).SigningKeys.Count.ShouldBe(3, "it is back");
    }

    [Fact]
    public async Task An_authority_that_cannot_be_reached_is_a_503_and_no_401_and_comes_back()
    {
        _authority.FailsWith = 500;
        await using var app = await StartAsync();
        using var client = LoginHosts.ClientOf(app, _authority.Token("ana"));

        using var response = await client.GetAsync(new Uri("/chats", UriKind.Relative), Token);

        response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        response.Headers.RetryAfter.ShouldNotBeNull();
        var problem = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync(Token));
        problem.GetProperty("type").GetString().ShouldBe("urn:cloudia:problem:dependency-unavailable");
        using var door = await client.GetAsync(new Uri("/v1/models", UriKind.Relative), Token);
        door.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        JsonSerializer.Deserialize<JsonElement>(await door.Content.ReadAsStringAsync(Token)).GetProperty("error").GetProperty("code").GetString().ShouldBe("service_unavailable");
        (await GoodTokenTests.WhoAsync(app, "no.good.token")).ShouldBe("401", "for that nobody need be asked");
        (await GoodTokenTests.WhoAsync(app, null)).ShouldBe("401");

        _authority.FailsWith = 0;
        await Eventually.Is(async () => await GoodTokenTests.WhoAsync(app, _authority.Token("ana")) == "ana|", "it is asked again");
    }

    [Fact]
    public async Task What_is_known_of_an_authority_outlives_it()
    {
        using var keys = Keys();
        await keys.GetConfigurationAsync(Token);
        _authority.FailsWith = 503;
        _time.Advance(AuthorityKeys.ReadAgainAfter);

        await keys.GetConfigurationAsync(Token);
        await keys.LookForAsync("unknown", Token);

        keys.Current!.SigningKeys.Count.ShouldBe(4);
        (await keys.GetConfigurationAsync(Token)).Issuer.ShouldBe(_authority.Issuer);
    }

    [Fact]
    public async Task All_who_come_while_it_is_slow_wait_for_one_answer()
    {
        using var keys = Keys();
        _authority.Hangs = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var waiting = Enumerable.Range(0, 100).Select(_ => keys.LookForAsync(_authority.Rsa.Id, Token)).ToList();
        waiting.ShouldAllBe(x => !x.IsCompleted);

        _authority.Hangs.SetResult();
        _authority.Hangs = null;
        await Task.WhenAll(waiting);

        _authority.Asked.ShouldBe(1);
    }

    [Fact]
    public async Task One_that_never_answers_keeps_nobody_longer_than_its_time()
    {
        using var keys = Keys(x => x.AuthorityTimeout = TimeSpan.FromSeconds(1));
        _authority.Hangs = new(TaskCreationOptions.RunContinuationsAsynchronously);

        (await Should.ThrowAsync<LoginException>(() => keys.GetConfigurationAsync(Token))).IsUnavailable.ShouldBeTrue();
        _authority.Hangs.SetResult();
        _authority.Hangs = null;

        // Within the pause it is not asked again, and nobody waits for it.
        (await Should.ThrowAsync<LoginException>(() => keys.GetConfigurationAsync(Token))).IsUnavailable.ShouldBeTrue();
        _authority.Asked.ShouldBe(0);
        await Eventually.Is(() => AnswersAsync(keys), "it is asked again after the pause");
    }

    [Fact]
    public async Task Metadata_without_a_key_is_no_metadata()
    {
        foreach (var key in new[] { _authority.Rsa, _authority.P256, _authority.P384, _authority.P521 })
            _authority.Withdraw(key);
        using var keys = Keys();

        await Should.ThrowAsync<LoginException>(() => keys.GetConfigurationAsync(Token));
    }

    private async Task<bool> AnswersAsync(AuthorityKeys keys)
    {
        _time.Advance(AuthorityKeys.FailurePause);
        try
        {
            return (await keys.GetConfigurationAsync(Token)).SigningKeys.Count == 4;
        }
        catch (LoginException)
        {
            return false;
        }
    }

    private Task<WebApplication> StartAsync() => LoginHosts.StartAsync(
        standIns, new() { ["Login:Authority"] = _authority.Issuer, ["Login:Audiences:0"] = LoginHosts.Audience }, map: GoodTokenTests.WhoAmI);

    private AuthorityKeys Keys(Action<LoginOptions>? configure = null)
    {
        // Long, for a busy machine.
        var options = new LoginOptions { Authority = _authority.Issuer, AuthorityTimeout = TimeSpan.FromMinutes(1) };
        configure?.Invoke(options);
        return new(Options.Create(options), _time, NullLogger<AuthorityKeys>.Instance);
    }
}
