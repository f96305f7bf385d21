namespace CloudIa.Store;

/// <summary>Chats and their messages. Every call is bound to the owner: another user's chat is not there.</summary>
public interface IChatStore
{
    /// <summary>
    /// Takes the next turn of a chat. The chat is made where <paramref name="isNew"/>; else it must exist.
    /// </summary>
    /// <returns>The turn's number, from 1; null where the chat does not exist or is not the user's.</returns>
    Task<long?> TakeTurnAsync(string userId, Guid chatId, bool isNew, string title, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Gives a turn back whose job was not accepted after all: a chat that was made for it goes, else the number stays unused.</summary>
    Task ReturnTurnAsync(string userId, Guid chatId, long turn, bool isNew, CancellationToken cancellationToken);

    Task<ChatRecord?> GetAsync(string userId, Guid chatId, CancellationToken cancellationToken);

    /// <summary>A page of the user's chats, newest first.</summary>
    /// <param name="cursor">What the page before gave; null for the first.</param>
    /// <exception cref="InvalidCursorException">The cursor is not one of this list.</exception>
    Task<Page<ChatRecord>> ListAsync(string userId, int limit, string? cursor, CancellationToken cancellationToken);

    /// <summary>Writes a message at its place; one that is there already stays as it is.</summary>
    /// <returns>Whether this call wrote it.</returns>
    Task<bool> AddMessageAsync(MessageRecord message, CancellationToken cancellationToken);

    /// <summary>The last messages before a turn, oldest first, at most <paramref name="limit"/>: the model's context.</summary>
    Task<IReadOnlyList<MessageRecord>> GetContextAsync(Guid chatId, long beforeTurn, int limit, CancellationToken cancellationToken);

    /// <summary>One message; null where it is not there.</summary>
    Task<MessageRecord?> GetMessageAsync(Guid chatId, long sequence, CancellationToken cancellationToken);

    /// <summary>A page of a chat's messages, newest first, so that the last ones cost the same in a long chat and in a short one.</summary>
    /// <param name="cursor">What the page before gave; null for the first.</param>
    /// <exception cref="InvalidCursorException">The cursor is not one of this list.</exception>
    Task<Page<MessageRecord>> ListMessagesAsync(Guid chatId, int limit, string? cursor, CancellationToken cancellationToken);
}

/// <summary>Part of a list.</summary>
/// <param name="Next">Opaque: asks for the next page; null at the end.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);
