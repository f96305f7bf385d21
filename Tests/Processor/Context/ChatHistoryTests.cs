using System.Globalization;
using System.Text;
using CloudIa.EventLog;
using CloudIa.Processor.Context;
using CloudIa.Processor.Llm.Configuration;
using CloudIa.Store;
using CloudIa.Tests.Infrastructure;
using CloudIa.Tests.Processor.Fakes;
using CloudIa.Tests.Store;
using MassTransit;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace CloudIa.Tests.Processor.Context;

/// <summary>The cache can be cold, lost or somebody else's: the history is always the table's.</summary>
public sealed class ChatHistoryTests(StoreTableFixture store, StandInsFixture standIns) : IClassFixture<StoreTableFixture>
{
    /// <summary>Of eight messages in Redis: places of one digit, or of five.</summary>
    private const long KeptBytesFrom = 2900, KeptBytesTo = 3000;

    private readonly Guid _chat = NewId.NextGuid();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(10)]
    [InlineData(10_000)]
    public async Task A_turn_costs_the_same_however_long_the_chat_is(int messages)
    {
        await using var redis = await ConnectAsync();
        var (prefix, table) = (standIns.UniqueName("ctx") + ":", CountedTable.Over(store));
        var history = History(table.Chats, Cache(redis, prefix), most: 8);
        await AddAsync(1, messages);

        (await history.ReadAsync(_chat, messages - 2, Token)).Select(x => x.Sequence).ShouldBe(Enumerable.Range(0, 8).Select(n => messages - 2L - n));
        table.Take().ShouldBe((1, 8));

        var warm = await history.ReadAsync(_chat, messages, Token);
        warm.Select(x => x.Content).ShouldBe(Enumerable.Range(0, 8).Select(n => Text(messages - n)));
        table.Take().ShouldBe((1, 2));
        var kept = await redis.GetDatabase().StringLengthAsync(ContextKey.Of(prefix, _chat));
        kept.ShouldBeInRange(KeptBytesFrom, KeptBytesTo);
        (await redis.GetDatabase().KeyTimeToLiveAsync(ContextKey.Of(prefix, _chat))).ShouldNotBeNull().ShouldBeLessThanOrEqualTo(TimeSpan.FromMinutes(30));

        (await history.ReadAsync(_chat, messages, Token)).Count.ShouldBe(8);
        table.Take().ShouldBe((0, 0));
    }

    [Fact]
    public async Task A_branch_reads_what_led_to_it_whichever_branch_was_kept_last()
    {
        var (chats, cache) = (new InMemoryChatStore(), new KeptInMemory());
        await AddAsync(chats, 1, 6);
        var history = History(chats, cache);
        (await history.ReadAsync(_chat, 6, Token)).Count.ShouldBe(6);

        // Edited: 7 follows 2.
        await chats.AddMessageAsync(Message(7, parent: 2), 1, Token);
        await chats.AddMessageAsync(Message(8), 1, Token);

        (await history.ReadAsync(_chat, 2, Token)).Select(x => x.Sequence).ShouldBe([2L, 1]);
        (await history.ReadAsync(_chat, 8, Token)).Select(x => x.Sequence).ShouldBe([8L, 7, 2, 1]);
        (await history.ReadAsync(_chat, 6, Token)).Select(x => x.Sequence).ShouldBe([6L, 5, 4, 3, 2, 1]);
    }

    [Fact]
    public async Task What_a_retry_stored_meanwhile_is_seen_in_the_place_that_was_empty()
    {
        var (chats, cache) = (new InMemoryChatStore(), new KeptInMemory());
        foreach (var n in (int[])[1, 2, 3, 5, 6])
        {
            await chats.AddMessageAsync(Message(n), 1, Token);
        }

        var history = History(chats, cache);
        (await history.ReadAsync(_chat, 6, Token)).Select(x => x.Sequence).ShouldBe([6L, 5, 3, 2, 1]);

        await chats.AddMessageAsync(Message(4), 2, Token);

        (await history.ReadAsync(_chat, 6, Token)).Select(x => x.Sequence).ShouldBe([6L, 5, 4, 3, 2, 1]);
    }

    [Fact]
    public async Task A_partial_answer_is_shown_and_not_kept()
    {
        var (chats, cache) = (new InMemoryChatStore(), new KeptInMemory());
        await chats.AddMessageAsync(Message(1), 1, Token);
        var partial = Message(2) with { Content = "half", PartialOf = 1 };
        await chats.AddMessageAsync(partial, 1, Token);
        await AddAsync(chats, 3, 4);
        var history = History(chats, cache);
        (await history.ReadAsync(_chat, 4, Token)).Select(x => x.Content).ShouldContain("half");

        await chats.AddMessageAsync(partial with { Content = "whole", PartialOf = null }, 2, Token);

        (await history.ReadAsync(_chat, 4, Token)).Select(x => x.Content).ShouldBe([Text(4), Text(3), "whole", Text(1)]);
    }

    [Fact]
    public async Task Without_Redis_or_with_nonsense_in_it_the_table_answers()
    {
        await using var redis = await ConnectAsync();
        var prefix = standIns.UniqueName("ctx") + ":";
        var chats = new InMemoryChatStore();
        await AddAsync(chats, 1, 4);
        await redis.GetDatabase().StringSetAsync(ContextKey.Of(prefix, _chat), "{not json", TimeSpan.FromMinutes(1));
        (await History(chats, Cache(redis, prefix)).ReadAsync(_chat, 4, Token)).Count.ShouldBe(4);

        await redis.CloseAsync();
        (await History(chats, Cache(redis, prefix)).ReadAsync(_chat, 4, Token)).Count.ShouldBe(4);
    }

    [Theory]
    [InlineData("привет, как дела? ")]
    [InlineData("今日はいい天気です。")]
    [InlineData("if (a < b && 'c' > d + 1) <p>é</p> ")]
    public async Task Letters_of_any_alphabet_are_kept_as_large_as_they_are(string words)
    {
        await using var redis = await ConnectAsync();
        var (prefix, chats, text) = (standIns.UniqueName("ctx") + ":", new InMemoryChatStore(), string.Concat(Enumerable.Repeat(words, 1_000)));
        await chats.AddMessageAsync(Message(1) with { Content = text }, 1, Token);
        var history = History(chats, Cache(redis, prefix));

        await history.ReadAsync(_chat, 1, Token);

        (await redis.GetDatabase().StringLengthAsync(ContextKey.Of(prefix, _chat))).ShouldBeInRange(1, Encoding.UTF8.GetByteCount(text) * 3 / 2);
        (await Cache(redis, prefix).GetAsync(_chat)).ShouldHaveSingleItem().Content.ShouldBe(text);
    }

    [Fact]
    public async Task A_context_that_is_too_large_is_not_kept_and_read_from_the_table()
    {
        await using var redis = await ConnectAsync();
        var (prefix, chats) = (standIns.UniqueName("ctx") + ":", new InMemoryChatStore());
        for (var n = 1; n <= 5; n++)
        {
            await chats.AddMessageAsync(Message(n) with { Content = new string('x', RedisContextCache.MaxBytes / 4) }, 1, Token);
        }

        var history = History(chats, Cache(redis, prefix), tokens: 2_000_000);

        (await history.ReadAsync(_chat, 3, Token)).Count.ShouldBe(3);
        (await redis.GetDatabase().KeyExistsAsync(ContextKey.Of(prefix, _chat))).ShouldBeTrue("three quarters and a little");
        await redis.GetDatabase().KeyDeleteAsync(ContextKey.Of(prefix, _chat));
        (await history.ReadAsync(_chat, 5, Token)).Count.ShouldBe(5);
        (await redis.GetDatabase().KeyExistsAsync(ContextKey.Of(prefix, _chat))).ShouldBeFalse();
    }

    [Fact]
    public async Task No_more_is_read_than_could_be_shown()
    {
        var chats = new InMemoryChatStore();
        for (var n = 1; n <= 10; n++)
        {
            await chats.AddMessageAsync(Message(n) with { Content = new string('x', 400) }, 1, Token);
        }

        (await History(chats, new NoContextCache(), most: 1000, tokens: 100).ReadAsync(_chat, 10, Token)).Count.ShouldBe(2);
        (await History(chats, new NoContextCache(), most: 0).ReadAsync(_chat, 10, Token)).ShouldBeEmpty();
    }

    private static ChatHistory History(IChatStore chats, IContextCache cache, int most = 20, int tokens = 32768) =>
        new(chats, cache, Options.Create(new LlmOptions { ContextMessages = most, ContextTokens = tokens }));

    private static RedisContextCache Cache(IConnectionMultiplexer redis, string prefix) =>
        new(redis, prefix, TimeSpan.FromMinutes(30), NullLogger<RedisContextCache>.Instance);

    private static string Text(long sequence) => $"message {sequence.ToString("00000", CultureInfo.InvariantCulture)}";

    private MessageRecord Message(long sequence, long? parent = null) => new()
    {
        ChatId = _chat,
        Sequence = sequence,
        Parent = parent,
        MessageId = NewId.NextGuid(),
        JobId = _chat,
        Role = sequence % 2 == 1 ? MessageRoles.User : MessageRoles.Assistant,
        Content = Text(sequence),
        CreatedAt = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
    };

    private Task AddAsync(int first, int last) => Parallel.ForAsync(first, last + 1, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Token },
        async (n, cancellationToken) => await store.Chats.AddMessageAsync(Message(n), 1, cancellationToken));

    private async Task AddAsync(InMemoryChatStore chats, int first, int last)
    {
        for (var n = first; n <= last; n++)
        {
            await chats.AddMessageAsync(Message(n), 1, Token);
        }
    }

    private async Task<ConnectionMultiplexer> ConnectAsync() => await ConnectionMultiplexer.ConnectAsync(await standIns.GarnetConnectionString());

    private sealed class KeptInMemory : IContextCache
    {
        private IReadOnlyList<MessageRecord> _kept = [];

        public Task<IReadOnlyList<MessageRecord>> GetAsync(Guid chatId) => Task.FromResult(_kept);

        public Task SetAsync(Guid chatId, IReadOnlyList<MessageRecord> messages)
        {
            _kept = messages;
            return Task.CompletedTask;
        }
    }
}
