using CloudIa.ServiceDefaults.Login;
using CloudIa.ServiceDefaults.Login.Keys;
using CloudIa.Store;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using NSubstitute;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Login;

public sealed class ApiKeyCheckTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private readonly IApiKeyStore _store = Substitute.For<IApiKeyStore>();
    private readonly LoginOptions _options = new();
    private readonly ApiKeyCheck _check;
    private readonly string _secret = ApiKey.NewSecret();
    private readonly Guid _id;

    public ApiKeyCheckTests()
    {
        _id = Guid.CreateVersion7(_time.GetUtcNow());
        _check = new(_store, Options.Create(_options), _time, NullLogger<ApiKeyCheck>.Instance);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _check.Dispose();

    [Fact]
    public async Task A_key_is_its_users_as_long_as_its_secret_is_right()
    {
        var record = Stored();

        (await FindAsync(_secret)).ShouldBe(record);
        (await FindAsync(ApiKey.NewSecret())).ShouldBeNull();
        (await FindAsync(_secret[..^1] + (_secret[^1] == 'A' ? 'B' : 'A'))).ShouldBeNull();
    }

    [Fact]
    public async Task A_revoked_key_lives_on_for_as_long_as_it_is_kept_and_no_longer()
    {
        var record = Stored();
        await FindAsync(_secret);
        _store.FindAsync(_id, Arg.Any<CancellationToken>()).Returns((ApiKeyRecord?)null);

        _time.Advance(_options.KeyCacheFor - TimeSpan.FromMilliseconds(1));
        (await FindAsync(_secret)).ShouldBe(record);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        (await FindAsync(_secret)).ShouldBeNull();
    }

    [Fact]
    public async Task The_store_is_asked_once_for_many_requests_also_where_there_is_no_such_key()
    {
        Stored();
        var unknown = Guid.CreateVersion7(_time.GetUtcNow());
        for (var n = 0; n < 20; n++)
        {
            await FindAsync(_secret);
            await _check.FindAsync(Parse(ApiKey.TextOf(unknown, _secret)), Token);
        }

        await _store.Received(1).FindAsync(_id, Arg.Any<CancellationToken>());
        await _store.Received(1).FindAsync(unknown, Arg.Any<CancellationToken>());
    }

    [Fact]
    public async Task Without_keeping_every_request_asks()
    {
        _options.KeyCacheFor = TimeSpan.Zero;
        Stored();

        await FindAsync(_secret);
        await FindAsync(_secret);

        await _store.Received(2).FindAsync(_id, Arg.Any<CancellationToken>());
    }

    [Fact]
    public async Task A_key_ends_when_it_said_so_also_while_it_is_kept()
    {
        _options.KeyCacheFor = TimeSpan.FromSeconds(60);
        var record = Stored(_time.GetUtcNow().AddSeconds(10));
        (await FindAsync(_secret)).ShouldBe(record);

        _time.Advance(TimeSpan.FromSeconds(10));

        (await FindAsync(_secret)).ShouldBeNull();
    }

    [Fact]
    public async Task Its_use_is_noted_once_in_an_hour_and_a_store_that_fails_then_fails_no_request()
    {
        Stored();
        _store.NoteUseAsync(default!, default, default, default, Token).ReturnsForAnyArgs(Task.FromException(new TimeoutException()));
        for (var n = 0; n < 59; n++)
        {
            (await FindAsync(_secret)).ShouldNotBeNull();
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        await _store.ReceivedWithAnyArgs(1).NoteUseAsync(default!, default, default, default, Token);
        _time.Advance(TimeSpan.FromMinutes(1));
        (await FindAsync(_secret)).ShouldNotBeNull();
        await _store.ReceivedWithAnyArgs(2).NoteUseAsync(default!, default, default, default, Token);
    }

    [Fact]
    public void As_text_a_key_does_not_say_its_secret()
    {
        var text = ApiKey.TextOf(_id, _secret);

        text.Length.ShouldBe(80);
        Parse(text).Id.ShouldBe(_id);
        $"{Parse(text)}".ShouldNotContain(_secret);
        Enumerable.Range(0, 1000).Select(_ => ApiKey.NewSecret()).ToHashSet().Count.ShouldBe(1000);
    }

    private ApiKeyRecord Stored(DateTimeOffset? expiresAt = null)
    {
        var record = new ApiKeyRecord { KeyId = _id, UserId = "ana", Name = "laptop", Hash = ApiKey.HashOf(_secret), CreatedAt = _time.GetUtcNow(), ExpiresAt = expiresAt };
        _store.FindAsync(_id, Arg.Any<CancellationToken>()).Returns(record);
        return record;
    }

    private Task<ApiKeyRecord?> FindAsync(string secret) => _check.FindAsync(Parse(ApiKey.TextOf(_id, secret)), Token);

    private static ApiKey Parse(string text) => ApiKey.TryParse(text, out var key) ? key : throw new FormatException("No key.");
}
