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

    public Task<bool> AddMessageAsync(MessageRecord message, int attempt, CancellationToken cancellationToken)
    {
        if (Failures.TryDequeue(out var failure))
        {
            throw failure;
        }

        var key = (message.ChatId, message.Sequence);
        return Task.FromResult(_messages.TryAdd(key, message)
            || (_messages[key] is { } before && before.JobId == message.JobId && before.PartialOf < attempt && _messages.TryUpdate(key, message, before)));
    }

    public Task<IReadOnlyList<MessageRecord>> GetBranchAsync(Guid chatId, long from, int limit, CancellationToken cancellationToken)
    {
        var branch = new List<MessageRecord>();
        foreach (var message in Of(chatId).Reverse())
        {
            if (message.Sequence > from || branch.Count == limit)
            {
                continue;
            }

            branch.Add(message);
            from = message.ParentPlace;
        }

        return Task.FromResult<IReadOnlyList<MessageRecord>>(branch);
    }

    public Task<MessageRecord?> GetMessageAsync(Guid chatId, long sequence, CancellationToken cancellationToken) =>
        Task.FromResult(_messages.GetValueOrDefault((chatId, sequence)));

    public Task<Page<MessageRecord>> ListMessagesAsync(Guid chatId, int limit, string? cursor, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<Page<MessageRecord>> ListBranchAsync(ChatRecord chat, int limit, string? cursor, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<TurnTaken?> TakeTurnAsync(NewTurn turn, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task ReturnTurnAsync(NewTurn turn, TurnTaken taken, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ChatRecord?> ChangeAsync(string userId, Guid chatId, ChatChange change, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ChatRecord?> GetAsync(string userId, Guid chatId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Page<ChatRecord>> ListAsync(string userId, int limit, string? cursor, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}
