using CloudIa.EventLog;
using CloudIa.EventLog.Redis;
using CloudIa.Tests.Infrastructure;
using MassTransit;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.EventLog;

public sealed class RedisAcknowledgementsOnGarnetTests(StandInsFixture standIns) : RedisAcknowledgementsTests(standIns, RedisKind.Garnet);

public sealed class RedisAcknowledgementsOnRedisTests(StandInsFixture standIns) : RedisAcknowledgementsTests(standIns, RedisKind.Redis);

public abstract class RedisAcknowledgementsTests(StandInsFixture standIns, RedisKind kind) : EventLogTest(standIns, kind)
{
    private const string Session = "my session";

    private RedisAcknowledgements Acknowledgements => field ??= new(Redis, Microsoft.Extensions.Options.Options.Create(Options));

    [Fact]
    public async Task A_number_is_only_ever_raised()
    {
        var other = NewId.NextGuid();
        await SaveAsync((JobId, 7), (other, 1));
        await SaveAsync((JobId, 12));
        await SaveAsync((JobId, 9));

        (await GetAsync()).ShouldBe(new Dictionary<Guid, long> { [JobId] = 12, [other] = 1 }, ignoreOrder: true);
    }

    [Fact]
    public async Task What_is_done_with_is_forgotten()
    {
        await SaveAsync((JobId, 7));
        await SaveAsync((JobId, null));

        (await GetAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task It_belongs_to_its_user_and_session()
    {
        await SaveAsync((JobId, 7));

        (await Acknowledgements.GetAsync("someone else", Session, Token)).ShouldBeEmpty();
        (await Acknowledgements.GetAsync(User, "another session", Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Only_so_many_jobs_are_kept_and_those_go_on()
    {
        await SaveAsync([.. Enumerable.Range(0, IAcknowledgements.MostJobs - 1).Select(_ => (NewId.NextGuid(), (long?)1)), (JobId, 1)]);
        await SaveAsync((NewId.NextGuid(), 1), (JobId, 2));

        var kept = await GetAsync();
        kept.Count.ShouldBe(IAcknowledgements.MostJobs);
        kept[JobId].ShouldBe(2);
    }

    [Fact]
    public async Task It_is_forgotten_as_a_log_is()
    {
        Options.RetentionAfterEnd = TimeSpan.FromSeconds(1);
        await SaveAsync((JobId, 7));
        (await GetAsync()).ShouldNotBeEmpty();

        await Eventually.Is(async () => (await GetAsync()).Count == 0, "it was forgotten");
    }

    [Fact]
    public async Task What_another_program_wrote_is_said_without_quoting_it()
    {
        await Redis.GetDatabase().HashSetAsync(Keys.Acknowledged(User, Session), "a-secret", "b-secret");

        (await Should.ThrowAsync<CorruptEventException>(GetAsync)).Message.ShouldNotContain("secret");
    }

    private Task SaveAsync(params (Guid Job, long? Seq)[] acknowledged) =>
        Acknowledgements.SaveAsync(User, Session, [.. acknowledged.Select(x => KeyValuePair.Create(x.Job, x.Seq))], Token);

    private Task<IReadOnlyDictionary<Guid, long>> GetAsync() => Acknowledgements.GetAsync(User, Session, Token);
}
