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

    /// <summary>JSON; not there where the model is shown the chat's history.</summary>
    public const string Conversation = "conversation";
    public const string Model = "model";
    public const string AcceptedAt = "acceptedAt";

    /// <summary>Which part of the index of open rows a row is in; without it, it is in none.</summary>
    public const string Open = "open";

    /// <summary>Since when: the index's order.</summary>
    public const string OpenSince = "openSince";

    /// <summary>There only on a row that a repeated request was answered with; see <see cref="JobRecord.IsPromised"/>.</summary>
    public const string Promised = "promised";

    /// <summary>Of the request that was accepted: 32 hexadecimal digits.</summary>
    public const string TraceId = "traceId";
    public const string AfterJobId = "afterJobId";
    public const string AnswersJobId = "answersJobId";
    public const string UserSequence = "userSequence";
    public const string Parent = "parent";

    public const string Outcome = "outcome";
    public const string OutcomeAttempt = "outcomeAttempt";
    public const string EndedAt = "endedAt";
    /// <summary>Which part of the index of ended jobs a job is in; without it, it is in none.</summary>
    public const string Ended = "ended";
    public const string FailureCode = "failureCode";
    public const string AnswerModel = "answerModel";

    /// <summary>Whose model answered: of a message, and of a job's outcome.</summary>
    public const string Provider = "provider";
    public const string InputTokens = "inputTokens";
    public const string OutputTokens = "outputTokens";
    public const string CachedInputTokens = "cachedInputTokens";

    /// <summary>There only where tokens are estimated.</summary>
    public const string Estimated = "isEstimated";
    public const string CostAmount = "costAmount";
    public const string CostCurrency = "costCurrency";

    /// <summary>Of a chat; and of a job, as it was when that was accepted.</summary>
    public const string SystemPrompt = "systemPrompt";
    public const string Title = "title";
    public const string Turns = "turns";
    public const string LastJobId = "lastJobId";

    /// <summary>The one before the last job; <c>none</c> for the first.</summary>
    public const string PreviousJobId = "previousJobId";
    public const string CreatedAt = "createdAt";
    public const string UpdatedAt = "updatedAt";

    public const string Sequence = "sequence";
    public const string MessageId = "messageId";
    public const string Role = "role";
    public const string Content = "content";
    public const string FinishReason = "finishReason";

    /// <summary>The attempt that was cut short; not there on a whole message.</summary>
    public const string PartialOf = "partialOf";

    public const string Queue = "queue";
    public const string Kind = "kind";
    public const string At = "at";
    public const string Attempt = "attempt";
    public const string MessageType = "messageType";
    public const string Reason = "reason";
    public const string ContentType = "contentType";
    public const string Body = "body";

    /// <summary>Of a failure: the exception's type and where it was thrown. Not there in rows of a version before, nor where nothing was thrown.</summary>
    public const string ExceptionType = "exceptionType";
    public const string Place = "place";

    /// <summary>Of a failure that is just being sent again: by whom, and since when.</summary>
    public const string Claim = "claim";
    public const string ClaimedAt = "claimedAt";
    public const string ChangedAt = "changedAt";

    public const string OperationId = "operationId";

    /// <summary>JSON.</summary>
    public const string Filter = "filter";
    public const string RatePerSecond = "ratePerSecond";
    public const string Found = "found";
    public const string Done = "done";
    public const string Skipped = "skipped";
    public const string Failed = "failed";

    /// <summary>JSON.</summary>
    public const string LastFailures = "lastFailures";

    public const string WebhookId = "webhookId";
    public const string Url = "url";

    /// <summary>Separated by spaces; not there: all.</summary>
    public const string Events = "events";
    public const string Secret = "secret";

    /// <summary>Each with until when it signs: <c>secret|time</c>, separated by spaces, the newest first.</summary>
    public const string ReplacedSecrets = "replacedSecrets";
    public const string DisabledReason = "disabledReason";
    public const string DisabledAt = "disabledAt";
    public const string FailingSince = "failingSince";

    public const string KeyId = "keyId";
    public const string Name = "name";

    /// <summary>SHA-256 of an API key's secret, in hexadecimal digits.</summary>
    public const string Hash = "hash";

    /// <summary>Of limits; there only on an API key whose maker had one.</summary>
    public const string Tier = "tier";
    public const string ExpiresAt = "expiresAt";
    public const string LastUsedAt = "lastUsedAt";

    public const string AuditId = "auditId";
    public const string Action = "action";
    public const string Target = "target";

    /// <summary>In seconds since 1970: where the table's time to live is on for it, the row goes some time after that.</summary>
    public const string TimeToLive = "ttl";

    /// <summary>There only on what is left of an erased row, and on a chat that is being erased.</summary>
    public const string ErasedAt = "erasedAt";
    public const string RequestedAt = "requestedAt";
    public const string ClearSince = "clearSince";
    public const string CompletedAt = "completedAt";

    public const string Host = "host";
    public const string State = "state";
    public const string Tries = "tries";
    public const string LastStatus = "lastStatus";
    public const string LastTriedAt = "lastTriedAt";
    public const string DeliveredAt = "deliveredAt";
    public const string NextTryAt = "nextTryAt";
}
