using System.Collections.Concurrent;
using CloudIa.Store;

namespace CloudIa.Tests.Processor.Fakes;

/// <summary>The messages of chats; lists and turns are not the processor's.</summary>
internal sealed class InMemoryChatStore : IChatStore
{
    private readonly ConcurrentDictionary<(Guid Chat, long Sequence), MessageRecord> _messages = new();

    /// <summary>What DynamoDB did to the next messages, before it took one.</summary>
    public ConcurrentQueue<Exception> Failures { get; } = new();

    public IReadOnlyList<MessageRecord> Of(Guid chatId) =>
        [.. _messages.Values.Where(message => message.ChatId == chatId).OrderBy(message => message.Sequence)];

    public Task<bool> AddMessageAsync(MessageRecord message, CancellationToken cancellationToken) =>
        Failures.TryDequeue(out var failure) ? throw failure : Task.FromResult(_messages.TryAdd((message.ChatId, message.Sequence), message));

    public Task<IReadOnlyList<MessageRecord>> GetContextAsync(Guid chatId, long beforeTurn, int limit, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<MessageRecord>>(
            [.. Of(chatId).Where(message => message.Sequence < MessageSequence.OfUser(beforeTurn)).TakeLast(limit)]);

    public Task<MessageRecord?> GetMessageAsync(Guid chatId, long sequence, CancellationToken cancellationToken) =>
        Task.FromResult(_messages.GetValueOrDefault((chatId, sequence)));

    public Task<Page<MessageRecord>> ListMessagesAsync(Guid chatId, int limit, string? cursor, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<long?> TakeTurnAsync(
        string userId, Guid chatId, bool isNew, string title, DateTimeOffset now, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task ReturnTurnAsync(string userId, Guid chatId, long turn, bool isNew, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<ChatRecord?> GetAsync(string userId, Guid chatId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Page<ChatRecord>> ListAsync(string userId, int limit, string? cursor, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}
