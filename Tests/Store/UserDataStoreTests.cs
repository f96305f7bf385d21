using Amazon.DynamoDBv2;
using CloudIa.Contracts;
using CloudIa.Store;
using CloudIa.Tests.Infrastructure;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Store;

public sealed class UserDataStoreTests(StoreTableFixture store, StandInsFixture standIns) : IClassFixture<StoreTableFixture>
{
    private const string Canary = "erasure-canary-77a1";
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly JobOutcomeRecord Failed = new() { Outcome = JobOutcome.Failed, Attempt = 1, EndedAt = Now, FailureCode = "x" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_users_jobs_are_listed_the_oldest_first_and_no_others()
    {
        var (user, other) = (standIns.UniqueName("user"), standIns.UniqueName("user"));
        var second = await AcceptAsync(user, at: Now.AddHours(1));
        var first = await AcceptAsync(user);
        await AcceptAsync(other);

        (await ListAsync(user)).ShouldBe([new(first.JobId, first.ChatId), new(second.JobId, second.ChatId)]);
    }

    [Fact]
    public async Task Of_an_erased_job_no_word_and_no_user_is_left()
    {
        var user = standIns.UniqueName("user");
        var job = await AcceptAsync(user);
        await AddMessagesAsync(job);
        await store.Jobs.RecordOutcomeAsync(job.JobId, Failed, Token);
        await store.Failures.AddAsync(
            new FailureRecord { Queue = "q", Kind = "error", MessageId = "m", At = Now, JobId = job.JobId, Body = "{}", Reason = Canary }, Token);
        (await RowsAsync(job)).Count(x => x.Contains(Canary, StringComparison.Ordinal)).ShouldBe(4, "the check finds what is there");

        (await store.Data.EraseJobAsync((await store.Jobs.GetAsync(job.JobId, Token))!, Now, Token)).ShouldBeTrue();

        var left = await RowsAsync(job);
        left.Count.ShouldBe(3, "its row and its messages' places");
        left.ShouldAllBe(x => !x.Contains(Canary, StringComparison.Ordinal) && !x.Contains(user, StringComparison.Ordinal) && x.Contains("\"ttl\"", StringComparison.Ordinal));
        (await ListAsync(user)).ShouldBeEmpty();
        var row = (await store.Jobs.GetAsync(job.JobId, Token))!;
        (row.UserId == user, row.ErasedAt, row.Outcome).ShouldBe((false, Now, Failed));
        (await store.Failures.ListOfJobAsync(job.JobId, Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Nothing_that_comes_late_brings_an_erased_job_back()
    {
        var job = await AcceptAsync(standIns.UniqueName("user"));
        await store.Jobs.RecordOutcomeAsync(job.JobId, Failed, Token);
        await store.Data.EraseJobAsync((await store.Jobs.GetAsync(job.JobId, Token))!, Now, Token);

        (await store.Chats.AddMessageAsync(Message(job, MessageRoles.User), 1, Token)).ShouldBeFalse();
        (await store.Chats.AddMessageAsync(Message(job, MessageRoles.Assistant), 9, Token)).ShouldBeFalse();
        (await store.Jobs.TryAddAsync(job, Token)).ShouldBeFalse();
        (await store.Jobs.ReopenAsync(job.JobId, endedAttempt: 1, Now, Token)).ShouldBeFalse();
        (await store.Jobs.RecordOutcomeAsync(job.JobId, Failed with { Outcome = JobOutcome.Completed }, Token)).ShouldBe(Failed);
        (await RowsAsync(job)).ShouldAllBe(x => !x.Contains(Canary, StringComparison.Ordinal));
        (await store.Chats.GetMessageAsync(job.ChatId, job.UserPlace, Token)).ShouldBeNull();
        (await store.Chats.GetBranchAsync(job.ChatId, 9, 10, Token)).ShouldBeEmpty();
        (await store.Chats.ListMessagesAsync(job.ChatId, 10, null, Token)).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_open_job_is_not_erased_and_keeps_its_messages()
    {
        var job = await AcceptAsync(standIns.UniqueName("user"));
        await AddMessagesAsync(job);

        (await store.Data.EraseJobAsync((await store.Jobs.GetAsync(job.JobId, Token))!, Now, Token)).ShouldBeFalse();

        (await store.Chats.GetMessageAsync(job.ChatId, job.UserPlace, Token))!.Content.ShouldBe(Canary);
    }

    [Fact]
    public async Task A_job_that_was_opened_again_meanwhile_is_not_emptied()
    {
        var job = await AcceptAsync(standIns.UniqueName("user"));
        await store.Jobs.RecordOutcomeAsync(job.JobId, Failed, Token);
        var read = (await store.Jobs.GetAsync(job.JobId, Token))!;
        await store.Jobs.ReopenAsync(job.JobId, endedAttempt: 1, Now, Token);

        (await store.Data.EraseJobAsync(read, Now, Token)).ShouldBeFalse();

        (await store.Jobs.GetAsync(job.JobId, Token))!.Prompt.ShouldBe(Canary);
    }

    [Fact]
    public async Task A_hidden_chat_is_nowhere_and_takes_no_turn()
    {
        var (user, chat) = (standIns.UniqueName("user"), NewId.NextGuid());
        var first = Turn(user, chat, isNew: true);
        await store.Chats.TakeTurnAsync(first, Token);
        (await store.Data.HideChatAsync("somebody-else", chat, Now, Token)).ShouldBeFalse();

        (await store.Data.HideChatAsync(user, chat, Now, Token)).ShouldBeTrue();

        (await store.Chats.GetAsync(user, chat, Token)).ShouldBeNull();
        (await store.Chats.ListAsync(user, 10, null, Token)).Items.ShouldBeEmpty();
        (await store.Chats.TakeTurnAsync(Turn(user, chat), Token)).ShouldBeNull();
        (await store.Chats.TakeTurnAsync(Turn(user, chat) with { OnlyAfter = new(first.JobId) }, Token)).ShouldBeNull();
        (await store.Chats.TakeTurnAsync(first, Token)).ShouldBeNull();
        (await store.Chats.ChangeAsync(user, chat, new("t", null), Token)).ShouldBeNull();
        (await store.Data.ListChatsAsync(user, Token).ToListAsync(Token)).ShouldBe([chat], "it has yet to be erased");
    }

    [Fact]
    public async Task A_chat_goes_with_all_its_messages_once()
    {
        var (user, other) = (standIns.UniqueName("user"), standIns.UniqueName("user"));
        var (job, others) = (await AcceptAsync(user), await AcceptAsync(other));
        foreach (var each in new[] { job, others })
        {
            await store.Chats.TakeTurnAsync(Turn(each.UserId, each.ChatId, isNew: true), Token);
            await AddMessagesAsync(each);
        }

        (await store.Data.EraseChatAsync(user, job.ChatId, Now, Token)).ShouldBe(3);
        (await store.Data.EraseChatAsync(user, job.ChatId, Now, Token)).ShouldBe(0);

        (await store.Chats.ListMessagesAsync(job.ChatId, 10, null, Token)).Items.ShouldBeEmpty();
        (await store.Data.ListChatsAsync(user, Token).ToListAsync(Token)).ShouldBeEmpty();
        (await store.Chats.ListMessagesAsync(others.ChatId, 10, null, Token)).Items.Count.ShouldBe(2);
        (await store.Chats.GetAsync(other, others.ChatId, Token)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Keys_webhooks_and_usage_go_and_another_users_stay()
    {
        var (user, other) = (standIns.UniqueName("user"), standIns.UniqueName("user"));
        var (key, others) = (await DoorsAsync(user), await DoorsAsync(other));
        await store.Chats.TakeTurnAsync(Turn(user, NewId.NextGuid(), isNew: true), Token);
        await store.Erasures.BeginAsync(user, null, Now, Token);

        (await store.Data.EraseDoorsAsync(user, Token)).ShouldBe(3, "a key's two rows, and a webhook");
        (await store.Data.EraseRestAsync(user, Token)).ShouldBe(1);
        (await store.Data.EraseDoorsAsync(user, Token) + await store.Data.EraseRestAsync(user, Token)).ShouldBe(0);

        (await store.ApiKeys.FindAsync(key, Token)).ShouldBeNull();
        (await store.ApiKeys.ListAsync(user, Token)).ShouldBeEmpty();
        (await store.Webhooks.ListAsync(user, Token)).ShouldBeEmpty();
        (await store.Usages.ListAsync(user, DateOnly.MinValue, DateOnly.MaxValue, Token).ToListAsync(Token)).ShouldBeEmpty();
        (await store.Erasures.GetAsync(user, null, Token)).ShouldNotBeNull();
        (await store.Data.ListChatsAsync(user, Token).ToListAsync(Token)).ShouldHaveSingleItem();
        (await store.ApiKeys.FindAsync(others, Token)).ShouldNotBeNull();
        (await store.Webhooks.ListAsync(other, Token)).ShouldHaveSingleItem();
        (await store.Usages.ListAsync(other, DateOnly.MinValue, DateOnly.MaxValue, Token).ToListAsync(Token)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task An_erasure_is_one_until_it_is_completed_and_then_another()
    {
        var (user, chat) = (standIns.UniqueName("user"), NewId.NextGuid());
        (await store.Erasures.GetAsync(user, null, Token)).ShouldBeNull();
        var first = await store.Erasures.BeginAsync(user, null, Now, Token);
        (await Task.WhenAll(Enumerable.Range(1, 5).Select(n => store.Erasures.BeginAsync(user, null, Now.AddMinutes(n), Token)))).ShouldAllBe(x => x == first);
        var ofChat = await store.Erasures.BeginAsync(user, chat, Now, Token);
        await Eventually.Is(async () => (await OpenAsync(user)).Count == 2);

        await store.Erasures.NoteAsync(first, Now.AddMinutes(6), Token);
        (await store.Erasures.GetAsync(user, null, Token)).ShouldBe(first with { ClearSince = Now.AddMinutes(6) });
        await store.Erasures.NoteAsync(first, null, Token);
        await store.Erasures.CompleteAsync(first, Now.AddMinutes(7), Token);
        await store.Erasures.CompleteAsync(ofChat, Now.AddMinutes(7), Token);

        (await store.Erasures.GetAsync(user, null, Token)).ShouldBe(first with { CompletedAt = Now.AddMinutes(7) });
        (await store.Erasures.GetAsync(user, chat, Token)).ShouldBeNull();
        await Eventually.Is(async () => (await OpenAsync(user)).Count == 0);
        var second = await store.Erasures.BeginAsync(user, null, Now.AddHours(1), Token);
        second.ShouldBe(new ErasureRecord { UserId = user, ChatId = null, RequestedAt = Now.AddHours(1) });

        await store.Erasures.CompleteAsync(first, Now.AddHours(2), Token);
        (await store.Erasures.GetAsync(user, null, Token)).ShouldBe(second, "who was late with the first has nothing to say of the second");
    }

    private async Task<List<ErasureRecord>> OpenAsync(string user) => await store.Erasures.ListOpenAsync(Token).Where(x => x.UserId == user).ToListAsync(Token);

    private async Task<List<UserJob>> ListAsync(string user) => await store.Jobs.ListOfUserAsync(user, Token).ToListAsync(Token);

    private async Task<List<string>> RowsAsync(JobRecord job)
    {
        var rows = await TableText.RowsAsync(store.Services.GetRequiredService<IAmazonDynamoDB>(), store.Services.GetRequiredService<IOptions<StoreOptions>>().Value.TableName, Token);
        return rows.FindAll(x => x.Contains($"{job.JobId:N}", StringComparison.Ordinal) || x.Contains($"{job.ChatId:N}", StringComparison.Ordinal));
    }

    private async Task<Guid> DoorsAsync(string user)
    {
        var key = await store.ApiKeys.TryAddAsync(new ApiKeyRecord { KeyId = NewId.NextGuid(), UserId = user, Name = "n", Hash = "h", CreatedAt = Now }, Token);
        await store.Webhooks.TryAddAsync(
            new WebhookRecord { WebhookId = NewId.NextGuid(), UserId = user, Url = "https://hook.invalid", Events = [], Secret = new("whsec_first"), CreatedAt = Now, UpdatedAt = Now }, Token);
        await store.Usages.AddAsync(
            new UsageRecord { UserId = user, JobId = NewId.NextGuid(), ChatId = NewId.NextGuid(), Attempt = 1, At = Now, Model = "m", Usage = new TokenUsage { InputTokens = 1 } }, Token);
        return key!.KeyId;
    }

    private async Task AddMessagesAsync(JobRecord job)
    {
        await store.Chats.AddMessageAsync(Message(job, MessageRoles.User), 1, Token);
        await store.Chats.AddMessageAsync(Message(job, MessageRoles.Assistant), 1, Token);
    }

    private async Task<JobRecord> AcceptAsync(string user, DateTimeOffset? at = null)
    {
        var job = new JobRecord
        {
            JobId = NewId.NextGuid(),
            UserId = user,
            ChatId = NewId.NextGuid(),
            Turn = 1,
            BodyHash = "hash",
            Prompt = Canary,
            Conversation = Canary,
            SystemPrompt = Canary,
            SessionId = Canary,
            AcceptedAt = at ?? Now,
        };
        await store.Jobs.TryAddAsync(job, Token);
        return job;
    }

    private static NewTurn Turn(string user, Guid chat, bool isNew = false) =>
        new() { UserId = user, ChatId = chat, JobId = NewId.NextGuid(), IsNew = isNew, Title = Canary, Now = Now };

    private static MessageRecord Message(JobRecord job, string role) => new()
    {
        ChatId = job.ChatId,
        Sequence = role == MessageRoles.User ? job.UserPlace : MessageSequence.OfAssistant(job.Turn),
        MessageId = DerivedId.OfMessage(job.JobId, role),
        JobId = job.JobId,
        Role = role,
        Content = Canary,
        CreatedAt = Now,
    };
}
