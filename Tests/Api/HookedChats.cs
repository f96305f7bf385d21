using CloudIa.Store;

namespace CloudIa.Tests.Api;

/// <summary>Something happens when a turn was taken, before its job's row is written.</summary>
internal sealed class HookedChats(IChatStore chats, Func<Task> afterTurn) : IChatStore
{
    public async Task<TurnTaken?> TakeTurnAsync(NewTurn turn, CancellationToken cancellationToken)
    {
        var taken = await chats.TakeTurnAsync(turn, cancellationToken);
        await afterTurn();
        return taken;
    }

    public Task ReturnTurnAsync(NewTurn turn, TurnTaken taken, CancellationToken cancellationToken) => chats.ReturnTurnAsync(turn, taken, cancellationToken);

    public Task<ChatRecord?> ChangeAsync(string userId, Guid chatId, ChatChange change, CancellationToken cancellationToken) => chats.ChangeAsync(userId, chatId, change, cancellationToken);

    public Task<ChatRecord?> GetAsync(string userId, Guid chatId, CancellationToken cancellationToken) => chats.GetAsync(userId, chatId, cancellationToken);

    public Task<Page<ChatRecord>> ListAsync(string userId, int limit, string? cursor, CancellationToken cancellationToken) => chats.ListAsync(userId, limit, cursor, cancellationToken);

    public Task<bool> AddMessageAsync(MessageRecord message, int attempt, CancellationToken cancellationToken) => chats.AddMessageAsync(message, attempt, cancellationToken);

    public Task<IReadOnlyList<MessageRecord>> GetBranchAsync(Guid chatId, long from, int limit, CancellationToken cancellationToken) =>
        chats.GetBranchAsync(chatId, from, limit, cancellationToken);

    public Task<MessageRecord?> GetMessageAsync(Guid chatId, long sequence, CancellationToken cancellationToken) => chats.GetMessageAsync(chatId, sequence, cancellationToken);

    public Task<Page<MessageRecord>> ListBranchAsync(ChatRecord chat, int limit, string? cursor, CancellationToken cancellationToken) =>
        chats.ListBranchAsync(chat, limit, cursor, cancellationToken);

    public Task<Page<MessageRecord>> ListMessagesAsync(Guid chatId, int limit, string? cursor, CancellationToken cancellationToken) =>
        chats.ListMessagesAsync(chatId, limit, cursor, cancellationToken);
}
