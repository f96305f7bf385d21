using Amazon.DynamoDBv2;
using CloudIa.Contracts;
using CloudIa.Contracts.Client;
using CloudIa.EventLog;
using CloudIa.EventLog.Redis;
using CloudIa.Sagas.ChatJob;
using CloudIa.Sagas.Erasing;
using CloudIa.Store;
using CloudIa.Store.Erasure;
using CloudIa.Store.Jobs;
using CloudIa.Tests.Infrastructure;
using CloudIa.Tests.Store;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace CloudIa.Tests.Sagas.Erasing;

/// <summary>An erasure whose process is killed before each of its writes in turn.</summary>
public sealed class KilledErasureTests(StoreTableFixture store, StandInsFixture standIns) : ErasureTest(store, standIns), IClassFixture<StoreTableFixture>
{
    private const string Canary = "erasure-canary-1f0c";

    private IOptions<StoreOptions> Table => Store.Services.GetRequiredService<IOptions<StoreOptions>>();

    private IAmazonDynamoDB DynamoDb => Store.Services.GetRequiredService<IAmazonDynamoDB>();

    private EventLogKeys Keys => new(Services.GetRequiredService<IOptions<EventLogOptions>>().Value.KeyPrefix);

    [Fact]
    public async Task Whichever_write_it_is_killed_at_another_process_ends_with_everything_gone()
    {
        var writes = 0;
        for (var isDead = true; isDead; writes++)
        {
            var user = StandIns.UniqueName("user");
            var keys = await FillAsync(user);
            (await WithAsync(user, Canary)).Count.ShouldBeGreaterThan(8, "the search finds what is there");
            (await Database.KeyExistsAsync(keys)).ShouldBe(keys.Length);
            await Store.Erasures.BeginAsync(user, null, Time.GetUtcNow(), Token);

            var process = new KilledAtAWrite(writes);
            try
            {
                await RoundsAsync(Mortal(process));
            }
            catch (TimeoutException) when (process.IsDead)
            {
                // Its next round asked from the dead.
            }

            isDead = process.IsDead;
            if (isDead)
                (await ErasureAsync(user)).CompletedAt.ShouldBeNull($"it was killed at write {writes + 1}");
            await RoundsAsync(Services.GetRequiredService<ErasureRound>());

            (await ErasureAsync(user)).CompletedAt.ShouldNotBeNull($"it was killed at write {writes + 1}");
            (await WithAsync(user, Canary)).ShouldHaveSingleItem($"that it was done is kept, and nothing else after write {writes + 1}").ShouldContain("ERASURE#ALL");
            (await Database.KeyExistsAsync(keys)).ShouldBe(0, $"it was killed at write {writes + 1}");
        }

        writes.ShouldBeGreaterThan(20, "each write of the erasure was the last one once");
    }

    private async Task RoundsAsync(ErasureRound round)
    {
        // One that erases, one that finds nothing, and one that still finds nothing after the grace.
        await round.RunAsync(() => Task.FromResult(true), Token);
        await round.RunAsync(() => Task.FromResult(true), Token);
        Time.Advance(Grace);
        await round.RunAsync(() => Task.FromResult(true), Token);
    }

    private ErasureRound Mortal(KilledAtAWrite process)
    {
        var table = process.Before(DynamoDb);
        var eraser = new Eraser(
            new JobStore(table, Table), Services.GetRequiredService<ILoadSagaRepository<ChatJobSaga>>(), new UserDataStore(table, Table),
            process.Before(Services.GetRequiredService<IEventErasure>()), process.Before(Services.GetRequiredService<IWebhookMarks>()),
            Services.GetRequiredService<IBus>(), Time, Services.GetRequiredService<ILogger<Eraser>>());
        return new ErasureRound(
            new ErasureStore(table, Table), eraser, Services.GetRequiredService<IOptions<ErasureOptions>>(), Time, Services.GetRequiredService<ILogger<ErasureRound>>());
    }

    /// <summary>Two chats with a job each, a key, a webhook and usage, and what Redis has of them.</summary>
    private async Task<RedisKey[]> FillAsync(string user)
    {
        var keys = new List<RedisKey>();
        for (var n = 0; n < 2; n++)
        {
            var job = new JobRecord { JobId = NewId.NextGuid(), UserId = user, ChatId = NewId.NextGuid(), Turn = 1, BodyHash = "hash", Prompt = $"{Canary} {user}", AcceptedAt = Start };
            await Store.Chats.TakeTurnAsync(new NewTurn { UserId = user, ChatId = job.ChatId, JobId = job.JobId, IsNew = true, Title = Canary, Now = Start }, Token);
            await Store.Jobs.TryAddAsync(job, Token);
            foreach (var (role, sequence) in new[] { (MessageRoles.User, job.UserPlace), (MessageRoles.Assistant, MessageSequence.OfAssistant(job.Turn)) })
            {
                await Store.Chats.AddMessageAsync(new MessageRecord
                {
                    ChatId = job.ChatId,
                    Sequence = sequence,
                    MessageId = DerivedId.OfMessage(job.JobId, role),
                    JobId = job.JobId,
                    Role = role,
                    Content = $"{Canary} {user}",
                    CreatedAt = Start,
                }, 1, Token);
            }

            await EndAsync(job);
            await Services.GetRequiredService<IEventLog>().AcceptAsync(user, new JobAccepted { JobId = job.JobId, ChatId = job.ChatId, Attempt = 1, Timestamp = Start }, Token);
            await Database.StringSetAsync(ContextKey.Of("cloudia:", job.ChatId), Canary);
            keys.AddRange([Keys.Events(job.JobId), ContextKey.Of("cloudia:", job.ChatId)]);
        }

        await Store.ApiKeys.TryAddAsync(new ApiKeyRecord { KeyId = NewId.NextGuid(), UserId = user, Name = Canary, Hash = "h", CreatedAt = Start }, Token);
        await Store.Webhooks.TryAddAsync(
            new WebhookRecord { WebhookId = NewId.NextGuid(), UserId = user, Url = $"https://{Canary}.invalid", Secret = new("whsec_first"), CreatedAt = Start, UpdatedAt = Start }, Token);
        await Store.Usages.AddAsync(
            new UsageRecord { UserId = user, JobId = NewId.NextGuid(), ChatId = NewId.NextGuid(), Attempt = 1, At = Start, Model = "m", Usage = new TokenUsage { InputTokens = 1 } }, Token);
        return [.. keys];
    }

    /// <summary>Rows that tell of the user, or of what the user said.</summary>
    private async Task<List<string>> WithAsync(string user, string words)
    {
        var rows = await TableText.RowsAsync(DynamoDb, Table.Value.TableName, Token);
        return rows.FindAll(x => x.Contains(user, StringComparison.Ordinal) || x.Contains(words, StringComparison.Ordinal));
    }
}
