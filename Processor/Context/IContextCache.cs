using CloudIa.Store;

namespace CloudIa.Processor.Context;

/// <summary>The last messages of chats, for a time. DynamoDB is the truth: what is not here, or cannot be read, is read there.</summary>
internal interface IContextCache
{
    /// <summary>What was kept last, newest first; empty where there is nothing.</summary>
    Task<IReadOnlyList<MessageRecord>> GetAsync(Guid chatId);

    /// <param name="messages">Newest first, each the parent of the one before, none that can still change.</param>
    Task SetAsync(Guid chatId, IReadOnlyList<MessageRecord> messages);
}

/// <summary>A host without Redis, or one that is to keep nothing.</summary>
internal sealed class NoContextCache : IContextCache
{
    public Task<IReadOnlyList<MessageRecord>> GetAsync(Guid chatId) => Task.FromResult<IReadOnlyList<MessageRecord>>([]);

    public Task SetAsync(Guid chatId, IReadOnlyList<MessageRecord> messages) => Task.CompletedTask;
}
