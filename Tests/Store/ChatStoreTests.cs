using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using CloudIa.Contracts;
using CloudIa.Store;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Store;

public sealed class ChatStoreTests(StoreTableFixture store, Infrastructure.StandInsFixture standIns) : IClassFixture<StoreTableFixture>
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IChatStore Chats => store.Chats;

    [Fact]
    public async Task Turns_are_counted_from_one_and_the_first_makes_the_chat()
    {
        var (user, chat) = (standIns.UniqueName("user"), NewId.NextGuid());

        var (first, second) = (NewTurn(user, chat, isNew: true) with { Title = "First words" }, NewTurn(user, chat) with { Now = Now.AddHours(1) });
        (await Chats.TakeTurnAsync(first, Token)).ShouldBe(new TurnTaken(1, null));
        (await Chats.TakeTurnAsync(second, Token)).ShouldBe(new TurnTaken(2, first.JobId));

        (await Chats.GetAsync(user, chat, Token)).ShouldBe(new ChatRecord
        {
            ChatId = chat,
            Title = "First words",
            CreatedAt = Now,
            UpdatedAt = Now.AddHours(1),
            Turns = 2,
            LastJobId = second.JobId,
        });
    }

    [Fact]
    public async Task Of_turns_taken_at_once_no_two_are_the_same_and_each_has_another_before_it()
    {
        var (user, chat) = (standIns.UniqueName("user"), NewId.NextGuid());
        await Chats.TakeTurnAsync(NewTurn(user, chat, isNew: true), Token);

        var turns = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Chats.TakeTurnAsync(NewTurn(user, chat), Token)));

        turns.Select(x => x!.Turn).Order().ShouldBe(Enumerable.Range(2, 20).Select(n => (long)n));
        turns.Select(x => x!.AfterJobId).Distinct().Count().ShouldBe(20);
    }

    [Fact]
    public async Task A_turn_that_is_to_follow_a_certain_job_is_not_taken_behind_another()
    {
        var (user, chat) = (standIns.UniqueName("user"), NewId.NextGuid());
        var first = NewTurn(user, chat, isNew: true);
        await Chats.TakeTurnAsync(first, Token);

        var turns = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Chats.TakeTurnAsync(NewTurn(user, chat) with { OnlyAfter = new(first.JobId) }, Token)));

        turns.Count(x => x is not null).ShouldBe(1);
    }

    [Fact]
    public async Task A_turn_that_is_to_follow_no_job_is_taken_once()
    {
        var (user, chat) = (standIns.UniqueName("user"), NewId.NextGuid());
        await Chats.TakeTurnAsync(NewTurn(user, chat, isNew: true), Token);
        (await Chats.TakeTurnAsync(NewTurn(user, chat) with { OnlyAfter = new(null) }, Token)).ShouldBeNull("one has the last turn");
        (await Chats.TakeTurnAsync(NewTurn(user, NewId.NextGuid()) with { OnlyAfter = new(null) }, Token)).ShouldBeNull("there is no such chat");
        var returned = NewTurn(user, chat);
        await Chats.ReturnTurnAsync(returned, (await Chats.TakeTurnAsync(returned, Token))! with { AfterJobId = null }, Token);

        var turns = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Chats.TakeTurnAsync(NewTurn(user, chat) with { OnlyAfter = new(null) }, Token)));

        turns.Count(x => x is not null).ShouldBe(1);
    }

    [Fact]
    public async Task A_job_that_takes_its_turn_again_has_the_one_that_it_took()
    {
        var (user, chat) = (standIns.UniqueName("user"), NewId.NextGuid());
        var (first, second) = (NewTurn(user, chat, isNew: true), NewTurn(user, chat));
        (await Chats.TakeTurnAsync(first, Token)).ShouldBe(new TurnTaken(1, null));
        (await Chats.TakeTurnAsync(first, Token)).ShouldBe(new TurnTaken(1, null), "the answer to the first try was lost");

        (await Chats.TakeTurnAsync(second, Token)).ShouldBe(new TurnTaken(2, first.JobId));
        (await Chats.TakeTurnAsync(second, Token)).ShouldBe(new TurnTaken(2, first.JobId));
        (await Chats.TakeTurnAsync(second with { OnlyAfter = new(first.JobId) }, Token)).ShouldBe(new TurnTaken(2, first.JobId));
        (await Chats.GetAsync(user, chat, Token))!.Turns.ShouldBe(2);
    }

    [Fact]
    public async Task Another_users_chat_is_not_there()
    {
        var (user, other, chat) = (standIns.UniqueName("user"), standIns.UniqueName("user"), NewId.NextGuid());
        await Chats.TakeTurnAsync(NewTurn(user, chat, isNew: true), Token);

        (await Chats.TakeTurnAsync(NewTurn(other, chat), Token)).ShouldBeNull();
        (await Chats.GetAsync(other, chat, Token)).ShouldBeNull();
        (await Chats.ListAsync(other, 10, null, Token)).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_turn_that_is_given_back_takes_the_chat_made_for_it_along_but_no_chat_in_use()
    {
        var (user, made, used) = (standIns.UniqueName("user"), NewTurn("", NewId.NextGuid(), isNew: true), NewTurn("", NewId.NextGuid(), isNew: true));
        (made, used) = (made with { UserId = user }, used with { UserId = user });
        var second = NewTurn(user, used.ChatId);
        var madeTurn = await Chats.TakeTurnAsync(made, Token);
        var firstTurn = await Chats.TakeTurnAsync(used, Token);
        var secondTurn = await Chats.TakeTurnAsync(second, Token);

        await Chats.ReturnTurnAsync(made, madeTurn!, Token);
        await Chats.ReturnTurnAsync(used, firstTurn!, Token);
        (await Chats.GetAsync(user, made.ChatId, Token)).ShouldBeNull();
        (await Chats.GetAsync(user, used.ChatId, Token))!.LastJobId.ShouldBe(second.JobId);

        await Chats.ReturnTurnAsync(second, secondTurn!, Token);
        (await Chats.GetAsync(user, used.ChatId, Token))!.LastJobId.ShouldBe(used.JobId, "whoever comes next waits for the one before");
        (await Chats.TakeTurnAsync(NewTurn(user, used.ChatId), Token)).ShouldBe(new TurnTaken(3, used.JobId));
    }

    [Fact]
    public async Task Chats_are_listed_newest_first_page_by_page_each_once()
    {
        var user = standIns.UniqueName("user");
        var ids = Enumerable.Range(0, 7).Select(i => Guid.CreateVersion7(Now.AddMinutes(i))).ToList();
        foreach (var id in ids)
            await Chats.TakeTurnAsync(NewTurn(user, id, isNew: true), Token);

        var listed = await AllAsync(cursor => Chats.ListAsync(user, 3, cursor, Token));

        listed.Select(chat => chat.ChatId).ShouldBe(Enumerable.Reverse(ids));
    }

    [Fact]
    public async Task Messages_are_listed_newest_first_page_by_page_each_once()
    {
        var chat = NewId.NextGuid();
        for (var i = 1; i <= 25; i++)
            await Chats.AddMessageAsync(Message(chat, i), 1, Token);

        var listed = await AllAsync(cursor => Chats.ListMessagesAsync(chat, 10, cursor, Token));

        listed.Select(message => message.Sequence).ShouldBe(Enumerable.Range(1, 25).Reverse().Select(n => (long)n));
    }

    [Fact]
    public async Task A_message_is_written_once_and_read_as_it_was_written()
    {
        var message = Message(NewId.NextGuid(), 2) with
        {
            Role = MessageRoles.Assistant,
            Content = "Rayleigh 🌈 scattering",
            Model = "m",
            Usage = new TokenUsage { InputTokens = 1, OutputTokens = 2 },
            FinishReason = "stop",
        };

        (await Chats.AddMessageAsync(message, 1, Token)).ShouldBeTrue();
        (await Chats.AddMessageAsync(message with { Content = "Magic" }, 2, Token)).ShouldBeFalse();

        (await Chats.GetMessageAsync(message.ChatId, 2, Token)).ShouldBe(message);
        (await Chats.GetMessageAsync(message.ChatId, 1, Token)).ShouldBeNull();
    }

    [Fact]
    public async Task A_partial_message_gives_way_to_its_own_jobs_next_attempt_alone()
    {
        var partial = Message(NewId.NextGuid(), 2) with { Content = "The sky", PartialOf = 1 };
        (await Chats.AddMessageAsync(partial, 1, Token)).ShouldBeTrue();

        (await Chats.AddMessageAsync(partial with { Content = "late" }, 1, Token)).ShouldBeFalse();
        (await Chats.AddMessageAsync(partial with { Content = "of another", JobId = NewId.NextGuid(), PartialOf = null }, 2, Token)).ShouldBeFalse();
        (await Chats.GetMessageAsync(partial.ChatId, 2, Token)).ShouldBe(partial);

        var whole = partial with { Content = "The sky is blue.", PartialOf = null };
        (await Chats.AddMessageAsync(whole, 2, Token)).ShouldBeTrue();
        (await Chats.AddMessageAsync(partial with { PartialOf = 3 }, 3, Token)).ShouldBeFalse();
        (await Chats.GetMessageAsync(partial.ChatId, 2, Token)).ShouldBe(whole);
    }

    [Fact]
    public async Task A_branch_is_a_message_and_what_led_to_it_newest_first()
    {
        var chat = NewId.NextGuid();
        for (var i = 1; i <= 9; i++)
            await Chats.AddMessageAsync(Message(chat, i), 1, Token);

        (await Branch(chat, 6, 4)).ShouldBe([6, 5, 4, 3]);
        (await Branch(chat, 0, 4)).ShouldBeEmpty();
        (await Branch(chat, 9, 100)).ShouldBe([9, 8, 7, 6, 5, 4, 3, 2, 1]);
    }

    [Fact]
    public async Task A_branch_goes_round_what_is_not_on_it_and_over_places_that_are_empty()
    {
        var chat = NewId.NextGuid();
        // Two turns; the second's question edited (5), its answer regenerated (8); the turn after that failed (9, no 10).
        foreach (var (sequence, parent) in new (long, long?)[] { (1, null), (2, null), (3, null), (4, null), (5, 2), (6, null), (8, 5), (9, null) })
            await Chats.AddMessageAsync(Message(chat, sequence) with { Parent = parent }, 1, Token);

        (await Branch(chat, 10, 100)).ShouldBe([9, 8, 5, 2, 1]);
        (await Branch(chat, 6, 100)).ShouldBe([6, 5, 2, 1]);
        (await Branch(chat, 4, 100)).ShouldBe([4, 3, 2, 1]);
        (await Branch(chat, 10, 3)).ShouldBe([9, 8, 5]);
    }

    [Fact]
    public async Task The_last_turns_branch_is_listed_page_by_page_and_all_messages_where_they_are_asked_for()
    {
        var (user, chat) = (standIns.UniqueName("user"), NewId.NextGuid());
        await Chats.TakeTurnAsync(NewTurn(user, chat, isNew: true), Token);
        for (var turn = 2; turn <= 4; turn++)
            await Chats.TakeTurnAsync(NewTurn(user, chat), Token);
        foreach (var (sequence, parent) in new (long, long?)[] { (1, null), (2, null), (3, null), (4, null), (5, 2), (6, null), (7, null), (8, null) })
            await Chats.AddMessageAsync(Message(chat, sequence) with { Parent = parent }, 1, Token);
        var record = (await Chats.GetAsync(user, chat, Token))!;

        foreach (var limit in new[] { 1, 2, 3, 6, 100 })
        {
            (await AllAsync(cursor => Chats.ListBranchAsync(record, limit, cursor, Token))).Select(m => m.Sequence).ShouldBe([8, 7, 6, 5, 2, 1], $"{limit}");
            (await AllAsync(cursor => Chats.ListMessagesAsync(chat, limit, cursor, Token))).Select(m => m.Sequence).ShouldBe([8, 7, 6, 5, 4, 3, 2, 1], $"{limit}");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("!")]
    [InlineData("bm90IGEgc29ydCBrZXk")]
    [InlineData("TVNHI2FiYw")]
    public async Task A_cursor_of_another_list_is_refused(string cursor) =>
        await Should.ThrowAsync<InvalidCursorException>(() => Chats.ListMessagesAsync(NewId.NextGuid(), 10, cursor, Token));

    [Fact]
    public async Task A_table_of_the_version_before_gets_the_index_it_lacks()
    {
        await using var provider = await StoreTableFixture.CreateAsync(standIns);
        var (client, options) = (provider.GetRequiredService<IAmazonDynamoDB>(), provider.GetRequiredService<IOptions<StoreOptions>>().Value);
        await client.CreateTableAsync(
            new CreateTableRequest
            {
                TableName = options.TableName,
                BillingMode = BillingMode.PAY_PER_REQUEST,
                KeySchema = [new("pk", KeyType.HASH), new("sk", KeyType.RANGE)],
                AttributeDefinitions = [new("pk", ScalarAttributeType.S), new("sk", ScalarAttributeType.S)],
            },
            Token);
        await provider.GetRequiredService<IStoreTable>().EnsureCreatedAsync(Token);

        (await client.DescribeTableAsync(options.TableName, Token)).Table.GlobalSecondaryIndexes.Select(x => x.IndexName).Order().ShouldBe(["chat", "ended", "open", "user"]);
    }

    [Fact]
    public async Task A_table_is_made_once_and_says_whether_it_is_there()
    {
        await using var provider = await StoreTableFixture.CreateAsync(standIns);
        var table = provider.GetRequiredService<IStoreTable>();

        (await table.IsReadyAsync(Token)).ShouldBeFalse();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => table.EnsureCreatedAsync(Token)));
        (await table.IsReadyAsync(Token)).ShouldBeTrue();
    }

    private async Task<IEnumerable<long>> Branch(Guid chat, long from, int limit) => (await Chats.GetBranchAsync(chat, from, limit, Token)).Select(m => m.Sequence);

    private static NewTurn NewTurn(string user, Guid chat, bool isNew = false) => new()
    {
        UserId = user,
        ChatId = chat,
        JobId = NewId.NextGuid(),
        IsNew = isNew,
        Title = "t",
        Now = Now,
    };

    private static async Task<List<T>> AllAsync<T>(Func<string?, Task<Page<T>>> page)
    {
        List<T> all = [];
        string? cursor = null;
        do
        {
            var next = await page(cursor);
            all.AddRange(next.Items);
            cursor = next.Next;
        }
        while (cursor is not null);
        return all;
    }

    private static MessageRecord Message(Guid chat, long sequence) => new()
    {
        ChatId = chat,
        Sequence = sequence,
        MessageId = NewId.NextGuid(),
        JobId = NewId.NextGuid(),
        Role = MessageRoles.User,
        Content = $"message {sequence}",
        CreatedAt = Now,
    };
}
