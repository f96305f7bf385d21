using System.Globalization;
using Amazon.DynamoDBv2.Model;

namespace CloudIa.Store.Tables;

/// <summary>The keys of the single table. Two kinds of row never share a partition key's prefix.</summary>
internal static class Keys
{
    public const string ChatPrefix = "CHAT#";
    private const string UserPrefix = "USER#";
    public const string MessagePrefix = "MSG#";

    /// <summary>
    /// The index of rows that something is still to be done with: open jobs, failures, operations under way. Beside them, in partitions of their own, are failures that
    /// were seen to, and what was used, by day.
    /// </summary>
    public const string OpenIndex = "open";

    /// <summary>The index of jobs by their user, in the order of their acceptance. No other row has what it is made of.</summary>
    public const string UserIndex = "user";

    /// <summary>The index of jobs by their chat, in the order of their acceptance.</summary>
    public const string ChatIndex = "chat";

    /// <summary>The index of jobs that have ended, by how, in the order of their ends. Those that ended before there was this index are not in it.</summary>
    public const string EndedIndex = "ended";

    /// <summary>Of what is being erased, and was.</summary>
    public const string ErasurePrefix = "ERASURE#";

    public const string FailurePrefix = "FAILURE#";
    public const string WebhookPrefix = "WEBHOOK#";

    /// <summary>Of a user's list of API keys.</summary>
    public const string ApiKeyPrefix = "APIKEY#";

    /// <summary>Begins with the job's own sort key, so that one query reads a job and its deliveries, and nothing else of it.</summary>
    private const string DeliveryPrefix = $"{JobSortKey}#DELIVERY#";
    public const string UsagePrefix = "USAGE#";
    public const string AuditPartition = "AUDIT";
    public const string AuditPrefix = "AT#";
    public const string OperationPartition = "OPERATION";
    public const string OperationPrefix = "ID#";
    public const string JobSortKey = "JOB";

    public static Dictionary<string, AttributeValue> Job(Guid jobId) => Of(JobPartition(jobId), JobSortKey);

    public static string JobPartition(Guid jobId) => $"JOB#{jobId:N}";

    /// <summary>With its job, where that is known.</summary>
    public static Dictionary<string, AttributeValue> Failure(FailureRecord failure) => Failure(failure.JobId, failure.Queue, failure.Kind, failure.MessageId);

    /// <param name="jobId">Null: not known.</param>
    public static Dictionary<string, AttributeValue> Failure(Guid? jobId, string queue, string kind, string messageId) => Of(
        jobId is { } known ? JobPartition(known) : "FAILURE", $"{FailurePrefix}{queue}#{kind}#{messageId}");

    /// <summary>Version 7 ids, so that their order is that of time.</summary>
    public static Dictionary<string, AttributeValue> Operation(Guid id) => Of(OperationPartition, $"{OperationPrefix}{id:N}");

    public static Dictionary<string, AttributeValue> Chat(string userId, Guid chatId) => Of(ChatsOf(userId), $"{ChatPrefix}{chatId:N}");

    public static Dictionary<string, AttributeValue> Message(Guid chatId, long sequence) => Of(MessagesOf(chatId), MessageSortKey(sequence));

    /// <param name="place">0 to 9: a user's webhooks are numbered, so that a condition on one row keeps their number.</param>
    public static Dictionary<string, AttributeValue> Webhook(string userId, int place) =>
        Of(ChatsOf(userId), string.Create(CultureInfo.InvariantCulture, $"{WebhookPrefix}{place}"));

    /// <summary>What a request with the key is judged by.</summary>
    public static Dictionary<string, AttributeValue> ApiKey(Guid keyId) => Of($"{ApiKeyPrefix}{keyId:N}", "APIKEY");

    /// <param name="place">0 to 9, as a webhook's.</param>
    public static Dictionary<string, AttributeValue> ListedApiKey(string userId, int place) =>
        Of(ChatsOf(userId), string.Create(CultureInfo.InvariantCulture, $"{ApiKeyPrefix}{place}"));

    public static Dictionary<string, AttributeValue> Delivery(Guid jobId, Guid webhookId, int attempt) =>
        Of(JobPartition(jobId), string.Create(CultureInfo.InvariantCulture, $"{DeliveryPrefix}{webhookId:N}#{attempt:D6}"));

    /// <summary>By day, so that a range of keys is a range of days. What was used at one moment by one job is one row, however often it is told.</summary>
    public static Dictionary<string, AttributeValue> Usage(UsageRecord usage) => Of(
        ChatsOf(usage.UserId), string.Create(CultureInfo.InvariantCulture, $"{UsageDay(usage.Day)}#{usage.JobId:N}#{usage.At.ToUnixTimeMilliseconds():D15}"));

    /// <param name="chatId">Null: all that there is of the user.</param>
    public static Dictionary<string, AttributeValue> Erasure(string userId, Guid? chatId) => Of(ChatsOf(userId), $"{ErasurePrefix}{(chatId is { } chat ? chat.ToString("N") : "ALL")}");

    /// <summary>By time, so that the newest are last.</summary>
    public static Dictionary<string, AttributeValue> Audit(AuditRecord entry) => Of(AuditPartition, $"{AuditPrefix}{ItemExtensions.Text(entry.At)}#{entry.Id:N}");

    public static string UsageDay(DateOnly day) => $"{UsagePrefix}{day.ToString("yyyyMMdd", CultureInfo.InvariantCulture)}";

    public static string ChatsOf(string userId) => $"{UserPrefix}{userId}";

    /// <summary>A partition key as errors may name it: they are logged, and a user's id can be an e-mail address.</summary>
    public static string? WithoutUser(string? partition) => partition?.StartsWith(UserPrefix, StringComparison.Ordinal) == true ? $"{UserPrefix}…" : partition;

    public static string MessagesOf(Guid chatId) => $"CHAT#{chatId:N}";

    /// <summary>Twelve digits, so that the order of the text is the order of the numbers.</summary>
    public static string MessageSortKey(long sequence) => string.Create(CultureInfo.InvariantCulture, $"{MessagePrefix}{sequence:D12}");

    public static long SequenceOf(string sortKey) => long.Parse(sortKey.AsSpan(MessagePrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture);

    private static Dictionary<string, AttributeValue> Of(string partition, string sort) => new()
    {
        [Attributes.PartitionKey] = new AttributeValue(partition),
        [Attributes.SortKey] = new AttributeValue(sort),
    };
}
