using CloudIa.SagaRepository.Outbox;
using CloudIa.SagaRepository.Redis;
using CloudIa.Tests.EventLog;
using CloudIa.Tests.Infrastructure;
using MassTransit;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace CloudIa.Tests.SagaRepository;

/// <summary>The rights that SagaRepository/README.md names are enough, and reach no other keys. Garnet's users know no key patterns.</summary>
public sealed class SagaRightsTests(StandInsFixture standIns) : RedisTest(standIns, RedisKind.Redis)
{
    private const string OnPage = "ACL SETUSER sagas ";

    [Fact]
    public async Task A_user_with_the_rights_of_the_page_can_do_all_and_nothing_elsewhere()
    {
        Assert.SkipWhen(Checkout.Root is null, "The tests run apart from their sources.");
        var rule = File.ReadLines(Path.Combine(Checkout.Root, "SagaRepository", "README.md")).Single(x => x.StartsWith(OnPage, StringComparison.Ordinal));
        var (user, words) = (Prefix.TrimEnd(':'), rule[OnPage.Length..].Replace("~chat-job:*", $"~{Prefix}*", StringComparison.Ordinal).Split(' '));
        await Server.ExecuteAsync("ACL", ["SETUSER", user, .. words]);
        var options = ConfigurationOptions.Parse(ConnectionString);
        (options.User, options.Password) = (user, "secret");
        await using var redis = await ConnectionMultiplexer.ConnectAsync(options);

        await WriteAsync(redis, Prefix, expiry: null);
        await WriteAsync(redis, Prefix, TimeSpan.FromMinutes(1));
        var refused = await Should.ThrowAsync<RedisServerException>(() => WriteAsync(redis, "other:", expiry: null));

        refused.Message.ShouldStartWith("NOPERM");
        var denied = (RedisResult[])(await Server.ExecuteAsync("ACL", "LOG"))!;
        string[] seen = [.. denied.Select(x => string.Join(' ', ((RedisResult[])x!).Select(y => y.ToString())))];
        seen.Where(x => x.Contains($"username {user} ", StringComparison.Ordinal) && !x.Contains("object other:", StringComparison.Ordinal)
            && !x.Contains("setinfo", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    private static async Task WriteAsync(ConnectionMultiplexer redis, string prefix, TimeSpan? expiry)
    {
        var store = new SagaStore<CounterSaga>(new(prefix, expiry, OutboxSettings.Off), () => Task.FromResult(redis.GetDatabase()));
        var saga = new CounterSaga { CorrelationId = NewId.NextGuid() };
        await store.TryCreateAsync(saga, SagaOutbox.Empty, Token);
        var read = (await store.LoadAsync(saga.CorrelationId, Token)).ShouldNotBeNull();
        var (outcome, stored) = await store.ReplaceAsync(saga, SagaOutbox.Empty, read, Token);
        outcome.ShouldBe(SagaScripts.Done);
        (await store.DeleteAsync(saga.CorrelationId, stored, Token)).ShouldBe(SagaScripts.Done);
    }
}
