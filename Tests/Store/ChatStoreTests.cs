using CloudIa.Contracts;
using CloudIa.Store;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
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

        (await Chats.TakeTurnAsync(user, chat, isNew: true, "First words", Now, Token)).ShouldBe(1);
        (await Chats.TakeTurnAsync(user, chat, isNew: false, "ignored", Now.AddHours(1), Token)).ShouldBe(2);

        (await Chats.GetAsync(user, chat, Token)).ShouldBe(new ChatRecord
        {
            ChatId = chat,
            Title = "First words",
            CreatedAt = Now,
            UpdatedAt = Now.AddHours(1),
            Turns = 2,
        });
    }

    [Fact]
    public async Task Of_turns_taken_at_once_no_two_are_the_same()
    {
        var (user, chat) = (standIns.UniqueName("user"), NewId.NextGuid());
        await Chats.TakeTurnAsync(user, chat, isNew: true, "t", Now, Token);

        var turns = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Chats.TakeTurnAsync(user, chat, isNew: false, "t", Now, Token)));

        turns.Order().ShouldBe(Enumerable.Range(2, 20).Select(n => (long?)n));
    }

    [Fact]
    public async Task Another_users_chat_is_not_there()
    {
        var (user, other, chat) = (standIns.UniqueName("user"), standIns.UniqueName("user"), NewId.NextGuid());
        await Chats.TakeTurnAsync(user, chat, isNew: true, "t", Now, Token);

        (await Chats.TakeTurnAsync(other, chat, isNew: false, "t", Now, Token)).ShouldBeNull();
        (await Chats.GetAsync(other, chat, Token)).ShouldBeNull();
        (await Chats.ListAsync(other, 10, null, Token)).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_turn_that_is_given_back_takes_the_chat_made_for_it_along_but_no_chat_in_use()
    {
        var (user, made, used) = (standIns.UniqueName("user"), NewId.NextGuid(), NewId.NextGuid());
        await Chats.TakeTurnAsync(user, made, isNew: true, "t", Now, Token);
        await Chats.TakeTurnAsync(user, used, isNew: true, "t", Now, Token);
        await Chats.TakeTurnAsync(user, used, isNew: false, "t", Now, Token);

        await Chats.ReturnTurnAsync(user, made, 1, isNew: true, Token);
        await Chats.ReturnTurnAsync(user, used, 1, isNew: true, Token);
        await Chats.ReturnTurnAsync(user, used, 2, isNew: false, Token);

        (await Chats.GetAsync(user, made, Token)).ShouldBeNull();
        (await Chats.GetAsync(user, used, Token)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Chats_are_listed_newest_first_page_by_page_each_once()
    {
        var user = standIns.UniqueName("user");
        var ids = Enumerable.Range(0, 7).Select(i => Guid.CreateVersion7(Now.AddMinutes(i))).ToList();
        foreach (var id in ids)
            await Chats.TakeTurnAsync(user, id, isNew: true, "t", Now, Token);

        var listed = await AllAsync(cursor => Chats.ListAsync(user, 3, cursor, Token));

        listed.Select(chat => chat.ChatId).ShouldBe(Enumerable.Reverse(ids));
    }

    [Fact]
    public async Task Messages_are_listed_newest_first_page_by_page_each_once()
    {
        var chat = NewId.NextGuid();
        for (var i = 1; i <= 25; i++)
            await Chats.AddMessageAsync(Message(chat, i), Token);

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

        (await Chats.AddMessageAsync(message, Token)).ShouldBeTrue();
        (await Chats.AddMessageAsync(message with { Content = "Magic" }, Token)).ShouldBeFalse();

        (await Chats.GetMessageAsync(message.ChatId, 2, Token)).ShouldBe(message);
        (await Chats.GetMessageAsync(message.ChatId, 1, Token)).ShouldBeNull();
    }

    [Fact]
    public async Task The_context_is_the_last_messages_before_the_turn_oldest_first()
    {
        var chat = NewId.NextGuid();
        for (var i = 1; i <= 9; i++)
            await Chats.AddMessageAsync(Message(chat, i), Token);

        (await Chats.GetContextAsync(chat, beforeTurn: 4, limit: 4, Token)).Select(m => m.Sequence).ShouldBe([3, 4, 5, 6]);
        (await Chats.GetContextAsync(chat, beforeTurn: 1, limit: 4, Token)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData("!")]
    [InlineData("bm90IGEgc29ydCBrZXk")]
    public async Task A_cursor_of_another_list_is_refused(string cursor) =>
        await Should.ThrowAsync<InvalidCursorException>(() => Chats.ListMessagesAsync(NewId.NextGuid(), 10, cursor, Token));

    [Fact]
    public async Task A_table_is_made_once_and_says_whether_it_is_there()
    {
        await using var provider = await StoreTableFixture.CreateAsync(standIns);
        var table = provider.GetRequiredService<IStoreTable>();

        (await table.IsReadyAsync(Token)).ShouldBeFalse();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => table.EnsureCreatedAsync(Token)));
        (await table.IsReadyAsync(Token)).ShouldBeTrue();
    }

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
