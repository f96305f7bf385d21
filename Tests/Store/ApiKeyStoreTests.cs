using CloudIa.Store;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Store;

public sealed class ApiKeyStoreTests(StoreTableFixture store) : IClassFixture<StoreTableFixture>
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private readonly string _user = $"user-{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IApiKeyStore Keys => store.ApiKeys;

    [Fact]
    public async Task A_key_is_found_by_its_id_and_listed_by_its_user()
    {
        var key = await AddAsync(New() with { ExpiresAt = Now.AddDays(1) });
        var other = await AddAsync(New() with { CreatedAt = Now.AddMinutes(-1) });

        (await Keys.FindAsync(key.KeyId, Token)).ShouldBe(key);
        (await Keys.ListAsync(_user, Token)).ShouldBe([other, key]);
        (await Keys.ListAsync(_user + "-x", Token)).ShouldBeEmpty();
        (await Keys.FindAsync(Guid.CreateVersion7(Now), Token)).ShouldBeNull();
    }

    [Fact]
    public async Task A_key_is_revoked_by_its_user_alone_and_twice_is_once()
    {
        var key = await AddAsync(New());

        await Keys.DeleteAsync(_user + "-x", key.KeyId, Token);
        (await Keys.FindAsync(key.KeyId, Token)).ShouldBe(key);
        (await Keys.ListAsync(_user, Token)).ShouldBe([key]);
        await Keys.DeleteAsync(_user, key.KeyId, Token);
        await Keys.DeleteAsync(_user, key.KeyId, Token);

        (await Keys.FindAsync(key.KeyId, Token)).ShouldBeNull();
        (await Keys.ListAsync(_user, Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_many_that_are_made_at_once_a_user_gets_ten()
    {
        var made = await Task.WhenAll(Enumerable.Range(0, 14).Select(_ => Keys.TryAddAsync(New(), Token)));

        made.Count(x => x is not null).ShouldBe(10);
        (await Keys.ListAsync(_user, Token)).Select(x => x.KeyId).ShouldBe(made.OfType<ApiKeyRecord>().Select(x => x.KeyId), ignoreOrder: true);
        foreach (var key in made.OfType<ApiKeyRecord>())
            (await Keys.FindAsync(key.KeyId, Token)).ShouldBe(key);
        (await Keys.TryAddAsync(New(), Token)).ShouldBeNull();
        await Keys.DeleteAsync(_user, made.OfType<ApiKeyRecord>().First().KeyId, Token);
        (await Keys.TryAddAsync(New(), Token)).ShouldNotBeNull();
    }

    [Fact]
    public async Task One_that_takes_the_place_of_a_revoked_one_is_not_it()
    {
        var old = await AddAsync(New());
        await Keys.DeleteAsync(_user, old.KeyId, Token);
        var key = await AddAsync(New());

        await Keys.DeleteAsync(_user, old.KeyId, Token);
        await Keys.NoteUseAsync(_user, old.KeyId, Now, Now, Token);

        (await Keys.ListAsync(_user, Token)).ShouldBe([key]);
        (await Keys.FindAsync(key.KeyId, Token)).ShouldBe(key);
    }

    [Fact]
    public async Task Its_last_use_is_kept_once_in_an_hour()
    {
        var key = await AddAsync(New());
        async Task UseAsync(DateTimeOffset at) => await Keys.NoteUseAsync(_user, key.KeyId, at, at.AddHours(-1), Token);
        async Task<DateTimeOffset?> LastUseAsync() => (await Keys.ListAsync(_user, Token)).ShouldHaveSingleItem().LastUsedAt;

        (await LastUseAsync()).ShouldBeNull();
        await UseAsync(Now);
        (await LastUseAsync()).ShouldBe(Now);
        await UseAsync(Now.AddMinutes(59));
        (await LastUseAsync()).ShouldBe(Now);
        await UseAsync(Now.AddMinutes(60));
        (await LastUseAsync()).ShouldBe(Now.AddMinutes(60));
    }

    private async Task<ApiKeyRecord> AddAsync(ApiKeyRecord key) => (await Keys.TryAddAsync(key, Token)).ShouldNotBeNull();

    private ApiKeyRecord New() => new() { KeyId = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), UserId = _user, Name = "laptop", Hash = new string('a', 64), CreatedAt = Now };
}
