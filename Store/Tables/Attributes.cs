namespace CloudIa.Store.Tables;

/// <summary>The names of the single table's attributes.</summary>
internal static class Attributes
{
    public const string PartitionKey = "pk";
    public const string SortKey = "sk";

    public const string JobId = "jobId";
    public const string UserId = "userId";
    public const string ChatId = "chatId";
    public const string SessionId = "sessionId";
    public const string Turn = "turn";
    public const string BodyHash = "bodyHash";
    public const string Prompt = "prompt";
    public const string Model = "model";
    public const string AcceptedAt = "acceptedAt";

    public const string Outcome = "outcome";
    public const string OutcomeAttempt = "outcomeAttempt";
    public const string EndedAt = "endedAt";
    public const string FailureCode = "failureCode";
    public const string AnswerModel = "answerModel";
    public const string InputTokens = "inputTokens";
    public const string OutputTokens = "outputTokens";

    public const string Title = "title";
    public const string Turns = "turns";
    public const string CreatedAt = "createdAt";
    public const string UpdatedAt = "updatedAt";

    public const string Sequence = "sequence";
    public const string MessageId = "messageId";
    public const string Role = "role";
    public const string Content = "content";
    public const string FinishReason = "finishReason";
}
