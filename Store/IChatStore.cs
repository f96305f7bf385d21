namespace CloudIa.Store;

/// <summary>Chats and their messages. Every call is bound to the owner: another user's chat is not there.</summary>
public interface IChatStore
{
    /// <summary>Takes the next turn of a chat.</summary>
    /// <returns>Null where the chat does not exist or is not the user's, or <see cref="NewTurn.OnlyAfter"/> is not its last job.</returns>
    Task<TurnTaken?> TakeTurnAsync(NewTurn turn, CancellationToken cancellationToken);

    /// <summary>Gives a turn back whose job was not accepted after all: a chat that was made for it goes, else the number stays unused.</summary>
    Task ReturnTurnAsync(NewTurn turn, TurnTaken taken, CancellationToken cancellationToken);

    /// <summary>Changes what is said of a chat; its place among the user's chats stays.</summary>
    /// <returns>The chat as it is now; null where it does not exist or is not the user's.</returns>
    Task<ChatRecord?> ChangeAsync(string userId, Guid chatId, ChatChange change, CancellationToken cancellationToken);

    Task<ChatRecord?> GetAsync(string userId, Guid chatId, CancellationToken cancellationToken);

    /// <summary>A page of the user's chats, newest first.</summary>
    /// <param name="cursor">What the page before gave; null for the first.</param>
    /// <exception cref="InvalidCursorException">The cursor is not one of this list.</exception>
    Task<Page<ChatRecord>> ListAsync(string userId, int limit, string? cursor, CancellationToken cancellationToken);

    /// <summary>Writes a message at its place. One that is there already stays as it is, but for a partial one of the same job's earlier attempt.</summary>
    /// <param name="attempt">Which attempt writes it.</param>
    /// <returns>Whether this call wrote it.</returns>
    Task<bool> AddMessageAsync(MessageRecord message, int attempt, CancellationToken cancellationToken);

    /// <summary>
    /// A message and what led to it, from parent to parent, newest first, at most <paramref name="limit"/>. Where a place is empty the nearest
    /// below it is next. Costs what is returned, not what the chat holds.
    /// </summary>
    /// <param name="from">A place in the chat; 0 is before the first.</param>
    Task<IReadOnlyList<MessageRecord>> GetBranchAsync(Guid chatId, long from, int limit, CancellationToken cancellationToken);

    /// <summary>One message; null where it is not there.</summary>
    Task<MessageRecord?> GetMessageAsync(Guid chatId, long sequence, CancellationToken cancellationToken);

    /// <summary>A page of the branch that the chat's last turn is on, newest first, so that the last ones cost the same in a long chat and in a short one.</summary>
    /// <param name="cursor">What the page before gave; null for the first.</param>
    /// <exception cref="InvalidCursorException">The cursor is not one of this list.</exception>
    Task<Page<MessageRecord>> ListBranchAsync(ChatRecord chat, int limit, string? cursor, CancellationToken cancellationToken);

    /// <summary>A page of a chat's messages of all branches, newest first.</summary>
    /// <param name="cursor">What the page before gave; null for the first.</param>
    /// <exception cref="InvalidCursorException">The cursor is not one of this list.</exception>
    Task<Page<MessageRecord>> ListMessagesAsync(Guid chatId, int limit, string? cursor, CancellationToken cancellationToken);
}

/// <summary>Part of a list.</summary>
/// <param name="Next">Opaque: asks for the next page; null at the end.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>A turn that a job is to have.</summary>
public sealed record NewTurn
{
    public required string UserId { get; init; }

    public required Guid ChatId { get; init; }

    public required Guid JobId { get; init; }

    /// <summary>The chat is made; else it must exist.</summary>
    public required bool IsNew { get; init; }

    /// <summary>Of a chat that is made.</summary>
    public required string Title { get; init; }

    /// <summary>Of a chat that is made; null: none.</summary>
    public string? SystemPrompt { get; init; }

    public required DateTimeOffset Now { get; init; }

    /// <summary>Only after this job; null: whichever was the last one.</summary>
    public LastJob? OnlyAfter { get; init; }
}

/// <summary>Which job of a chat has its last turn.</summary>
/// <param name="JobId">Null: none has one.</param>
public sealed record LastJob(Guid? JobId);

/// <summary>A job's place in its chat.</summary>
/// <param name="Turn">From 1.</param>
/// <param name="AfterJobId">The job that has the turn before; null for none.</param>
public sealed record TurnTaken(long Turn, Guid? AfterJobId)
{
    /// <summary>The chat's, as it is now; null: none.</summary>
    public string? SystemPrompt { get; init; }
}

/// <summary>What is to be different of a chat; null: stays.</summary>
/// <param name="SystemPrompt">Empty: none any more.</param>
public sealed record ChatChange(string? Title, string? SystemPrompt);
