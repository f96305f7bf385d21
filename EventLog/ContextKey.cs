namespace CloudIa.EventLog;

/// <summary>Where Redis has the last messages of a chat, for its next turn: Processor keeps them there.</summary>
public static class ContextKey
{
    /// <param name="keyPrefix"><see cref="EventLogOptions.KeyPrefix"/>.</param>
    public static string Of(string keyPrefix, Guid chatId) => $"{keyPrefix}context:{{{chatId:N}}}";
}
